//! The program of a shop. Its build script checks that the chatbot knows each product: see
//! `build.rs`.

fn main() {
    println!("Northwind Bakery: fresh bread, and a bot that knows it.");
}
