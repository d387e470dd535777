//! The least program with yourgpt: prints the names on the first page of contacts.

use yourgpt::{Client, GetAllContacts};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let project = Client::project_from_env()?;
    for contact in project.get_all_contacts(&GetAllContacts::new())?.items {
        println!("{}", contact.name.unwrap_or_default());
    }
    Ok(())
}
