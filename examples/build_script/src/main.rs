//! A shop whose product pages have answers in the chatbot's knowledge base: see `build.rs`.

fn main() {
    println!("Northwind Bakery: fresh bread, and a bot that knows it.");
}
