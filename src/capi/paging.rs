//! What a walk of C sends: the caller's body, with the number of the page.

use std::sync::{Mutex, PoisonError};

use super::handle::{AnyClient, Handle, answer};
use super::listeners::Listeners;
use crate::api::{
    GetAllContactTags, GetAllContacts, GetChatbotExecutionLogs, GetMyProjects,
    GetOrganizationMembers, GetProjectFiles, GetProjectText, GetSessionMessages, GetSessions,
};
use crate::error::{Error, Result};
use crate::list::{PagedList, RawPages};
use crate::operation::Operation;
use crate::wire::form;

/// Every list that comes in pages.
const LISTS: [PagedList; 9] = [
    PagedList::of::<GetAllContactTags>(),
    PagedList::of::<GetAllContacts>(),
    PagedList::of::<GetChatbotExecutionLogs>(),
    PagedList::of::<GetMyProjects>(),
    PagedList::of::<GetOrganizationMembers>(),
    PagedList::of::<GetProjectFiles>(),
    PagedList::of::<GetProjectText>(),
    PagedList::of::<GetSessionMessages>(),
    PagedList::of::<GetSessions>(),
];

/// The type `yourgpt_walk` of C.
pub struct Walk {
    client: AnyClient,
    /// Whether large whole numbers come as strings.
    quotes: bool,
    pub(super) listeners: Listeners,
    operation: Operation,
    state: Mutex<State>,
}

struct State {
    /// The body as far as the number of the page, which comes last.
    body: String,
    pages: RawPages,
}

impl Walk {
    /// Begins a walk. Nothing is sent yet.
    pub(super) fn new(
        client: &Handle,
        operation: Operation,
        body: &[u8],
        max_pages: Option<u32>,
    ) -> Result<Self> {
        let name = operation.name();
        let is_it = |list: &&PagedList| Operation::known(list.operation) == operation;
        let Some(list) = LISTS.iter().find(is_it) else {
            let names: Vec<_> = LISTS.iter().map(|list| list.operation).collect();
            let names = names.join(", ");
            // The name may be anything, even a credential.
            return Err(Error::configuration(format!(
                "operation is not a list that comes in pages at this level; these are: {names}"
            )));
        };
        let fields = form::fields(body)
            .map_err(|_| Error::invalid(name, "the body is not a JSON object"))?;
        let number = |field: &'static str| match fields.iter().rfind(|(name, _)| name == field) {
            None => Ok(None),
            Some((_, value)) => serde_json::from_slice::<Option<u32>>(value.get().as_bytes())
                .map_err(|_| {
                    Error::invalid_field(
                        name,
                        field,
                        "is not a whole number from 0 to 4294967295".to_owned(),
                    )
                }),
        };
        let (page, limit) = (number("page")?.unwrap_or(1), number("limit")?);
        let mut body = "{".to_owned();
        for (field, value) in fields.iter().filter(|(name, _)| name != "page") {
            let field = serde_json::to_string(field)
                .map_err(|source| Error::unserializable(name, source))?;
            body = body + &field + ":" + value.get() + ",";
        }
        body += "\"page\":";
        let pages = RawPages::new(list, page, limit, max_pages);
        Ok(Self {
            client: client.client.clone(),
            quotes: client.quotes,
            listeners: client.listeners.clone(),
            operation,
            state: Mutex::new(State { body, pages }),
        })
    }

    /// The next page as the service sent it, or none at the end.
    pub(super) fn next(&self) -> Result<Option<String>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { body, pages } = &mut *state;
        let next = pages.next(|number| {
            let json = format!("{body}{number}}}");
            self.client.call_page(&self.operation, json.as_bytes())
        });
        let page = next.transpose()?;
        Ok(page.map(|page| answer(page, self.quotes)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::LISTS;

    // As in src/operation.rs: the sandbox would link the symbols a second time.
    const CONTRACT: &str = include_str!("../../examples/sandbox/openapi.json");

    #[test]
    fn every_operation_of_the_contract_that_takes_a_page_can_be_walked() {
        let contract: Value = serde_json::from_str(CONTRACT).unwrap();
        let paths = contract["paths"].as_object().unwrap();
        let paged = paths.iter().filter(|(_, path)| {
            path["post"]["requestBody"]
                .to_string()
                .contains("\"page\":")
        });
        let paged: BTreeSet<_> = paged
            .map(|(path, _)| path.rsplit('/').next().unwrap())
            .collect();
        let listed: BTreeSet<_> = LISTS.iter().map(|list| list.operation).collect();
        assert_eq!(listed, paged);
    }
}
