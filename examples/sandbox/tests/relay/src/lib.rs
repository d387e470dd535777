//! Passes the questions of a chat room on to the agent, and brings back what became of them.

use std::time::Duration;

use yourgpt::{
    AskError, Client, Conversation, CreateProjectText, Error, ErrorKind, GetAllContacts,
    Integration, Project, TextType,
};

/// What the room gets to see.
#[derive(Debug, PartialEq)]
pub enum Said {
    Answer(String),
    /// An operator will answer; their words come later, with [`Relay::news`].
    WaitForOperator,
    /// The message arrived, and there is no answer.
    Nothing,
    /// The message did not arrive. It can be asked again.
    AskAgain,
    /// Nobody knows whether the message arrived.
    Unclear,
}

/// One conversation between a room and the agent.
pub struct Relay {
    conversation: Conversation<Integration>,
}

impl Relay {
    pub fn open(client: &Client<Integration>) -> Result<Self, Error> {
        let conversation = client.open_conversation()?;
        Ok(Self { conversation })
    }

    pub fn conversation(&self) -> &Conversation<Integration> {
        &self.conversation
    }

    pub fn say(&mut self, text: &str) -> Said {
        use yourgpt::Outcome::{Answered, HandedOver};

        match self.conversation.ask(text) {
            Ok(Answered(reply)) => Said::Answer(reply.texts().collect::<Vec<_>>().join("\n")),
            Ok(HandedOver(_)) => Said::WaitForOperator,
            Ok(_) => Said::Nothing,
            Err(AskError::NotSent(_)) => Said::AskAgain,
            Err(_) => Said::Unclear,
        }
    }

    pub fn news(&mut self) -> Result<Vec<String>, Error> {
        let messages = self.conversation.new_messages()?.into_iter();
        Ok(messages.filter_map(|message| message.message).collect())
    }
}

/// The e-mail addresses of all contacts.
pub fn addresses(project: &Client<Project>) -> Result<Vec<String>, Error> {
    let contacts = project.items(&GetAllContacts::new().limit(100));
    let addresses = contacts.map(|contact| Ok(contact?.email.unwrap_or_default()));
    addresses.collect()
}

/// Teaches a fact, and says whether the agent knows it by the deadline.
pub fn teach(project: &Client<Project>, fact: &str, deadline: Duration) -> Result<bool, Error> {
    project.create_project_text(&CreateProjectText::new(fact, TextType::Text))?;
    match project.wait_until_trained(deadline, |_| ()) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::Timeout => Ok(false),
        Err(error) => Err(error),
    }
}
