//! One call with yourgpt.

use std::env;

use yourgpt::{Client, GetAllContacts};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let project = Client::project_from_env()?;
    let page = project.get_all_contacts(&GetAllContacts::new().limit(10))?;
    let rows: usize = env::args().nth(1).ok_or("the rows")?.parse()?;
    assert_eq!(page.items.len(), rows);
    Ok(())
}
