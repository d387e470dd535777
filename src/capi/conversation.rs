//! Conversations of C: a message, and what became of it.

#![allow(unsafe_code, reason = "takes pointers from C")]

use std::ffi::{c_char, c_int};
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::handle::{Handle, answer};
use super::listeners::Listeners;
use super::pointers::{Output, Owned, bytes, shared, take};
use super::status::{Status, run, run_quietly};
use super::strings::to_c;
use crate::client::AnyConversing;
use crate::conversation::{self, AskError, Outcome};
use crate::error::{Error, Result};

// The type `yourgpt_outcome` of C.
pub(super) const UNKNOWN: c_int = 0;
pub(super) const NOT_SENT: c_int = 1;
pub(super) const NOT_SEEN: c_int = 2;
pub(super) const ANSWERED: c_int = 3;
pub(super) const HANDED_OVER: c_int = 4;
pub(super) const UNANSWERED: c_int = 5;

/// The type `yourgpt_conversation` of C.
pub struct Conversation {
    /// Beside the lock, which a call holds for as long as it takes.
    session_uid: String,
    /// Whether large whole numbers come as strings.
    quotes: bool,
    conversation: Mutex<conversation::Conversation<AnyConversing>>,
    listeners: Listeners,
}

impl Conversation {
    fn lock(&self) -> MutexGuard<'_, conversation::Conversation<AnyConversing>> {
        self.conversation
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn json(&self, value: &(impl Serialize + ?Sized)) -> Result<String> {
        let json = serde_json::to_string(value)
            .map_err(|error| Error::unserializable("sendMessage", error))?;
        Ok(answer(json, self.quotes))
    }
}

/// Opens a conversation, or continues one.
///
/// # Safety
/// `client` is NULL or came from this library and is not freed before this returns; `session_uid` is
/// NULL or a string that ends with NUL; `conversation` and `error_json` are NULL or point to a
/// pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_conversation_new(
    client: *const Owned<Handle>,
    session_uid: *const c_char,
    conversation: *mut *mut Owned<Conversation>,
    error_json: *mut *mut c_char,
) -> Status {
    // SAFETY: the contract on both is the same.
    let (place, output) = unsafe { (Output::null(conversation), Output::null(error_json)) };
    run(&output, |caller| {
        place.required("conversation", "conversation")?;
        // SAFETY: by contract NULL or a client that outlives the call, and no call changes a client.
        let handle = unsafe { shared(client, "client") }?;
        caller.tells(&handle.listeners);
        let client = handle.client.conversing()?;
        // SAFETY: by contract NULL or a string, which does not change during the call.
        let conversation = match unsafe { bytes(session_uid) } {
            None => client.open_conversation()?,
            Some(b"") => {
                let problem = "session_uid is empty: pass NULL to open a conversation";
                return Err(Error::configuration(problem));
            }
            Some(session_uid) => client.conversation(utf8(session_uid, "session_uid")?),
        };
        place.give(Conversation {
            session_uid: conversation.session_uid().to_string(),
            quotes: handle.quotes,
            conversation: Mutex::new(conversation),
            listeners: handle.listeners.clone(),
        });
        Ok(None)
    })
}

/// The conversation's identifier.
///
/// # Safety
/// `conversation` is NULL or came from [`yourgpt_conversation_new`] and is not freed before this
/// returns.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_conversation_session_uid(
    conversation: *const Owned<Conversation>,
) -> *mut c_char {
    let mut text = ptr::null_mut();
    // SAFETY: by contract NULL or a conversation that outlives the call.
    if let Ok(conversation) = unsafe { shared(conversation, "conversation") } {
        run_quietly(|| text = to_c(conversation.session_uid.clone()).into_raw());
    }
    text
}

/// How far the conversation has been followed.
///
/// # Safety
/// `conversation` is NULL or came from [`yourgpt_conversation_new`] and is not freed before this
/// returns.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_conversation_position(
    conversation: *const Owned<Conversation>,
) -> *mut c_char {
    let mut text = ptr::null_mut();
    // SAFETY: by contract NULL or a conversation that outlives the call, and is behind a lock.
    if let Ok(conversation) = unsafe { shared(conversation, "conversation") } {
        run_quietly(|| {
            let position = conversation.lock().position().map(serde_json::to_string);
            if let Some(Ok(position)) = position {
                text = to_c(position).into_raw();
            }
        });
    }
    text
}

/// Continues the conversation at a position.
///
/// # Safety
/// `conversation` is NULL or came from [`yourgpt_conversation_new`] and is not freed before this
/// returns; `position_json` is NULL or a string that ends with NUL; `error_json` is NULL or points to
/// a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_conversation_resume(
    conversation: *mut Owned<Conversation>,
    position_json: *const c_char,
    error_json: *mut *mut c_char,
) -> Status {
    // SAFETY: the contract on `error_json` is the same.
    let output = unsafe { Output::null(error_json) };
    run(&output, |caller| {
        // SAFETY: by contract NULL or a conversation that outlives the call, and is behind a lock.
        let conversation = unsafe { shared(conversation, "conversation") }?;
        caller.tells(&conversation.listeners);
        // SAFETY: by contract NULL or a string, which does not change during the call.
        let json = unsafe { bytes(position_json) };
        let json = json.ok_or_else(|| Error::configuration("position_json is NULL"))?;
        let position = Some(json).filter(|json| json.trim_ascii_start().starts_with(b"{"));
        let position = position.and_then(|json| serde_json::from_slice(json).ok());
        let position = position.ok_or_else(|| {
            Error::configuration("position_json is not the position of a conversation")
        })?;
        let mut conversation = conversation.lock();
        *conversation = conversation.clone().resume(position);
        Ok(None)
    })
}

/// Sends a message, and says what became of it.
///
/// # Safety
/// `conversation` is NULL or came from [`yourgpt_conversation_new`] and is not freed before this
/// returns; `text` is NULL or a string that ends with NUL; `outcome` is NULL or points to an int that
/// may be written; `answer_text` and `reply_json` are NULL or point to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_ask(
    conversation: *mut Owned<Conversation>,
    text: *const c_char,
    outcome: *mut c_int,
    answer_text: *mut *mut c_char,
    reply_json: *mut *mut c_char,
) -> Status {
    // SAFETY: the contract on all three is the same.
    let (outcome, answer, output) = unsafe {
        (
            Output::new(outcome, UNKNOWN),
            Output::null(answer_text),
            Output::null(reply_json),
        )
    };
    run(&output, |caller| {
        outcome.set(NOT_SENT);
        // SAFETY: by contract NULL or a conversation that outlives the call, and is behind a lock.
        let conversation = unsafe { shared(conversation, "conversation") }?;
        caller.tells(&conversation.listeners);
        // SAFETY: by contract NULL or a string, which does not change during the call.
        let text = unsafe { bytes(text) };
        let text = text.ok_or_else(|| Error::configuration("text is NULL"))?;
        let text = utf8(text, "text")?;
        // A panic leaves this.
        outcome.set(UNKNOWN);
        let asked = conversation.lock().ask(text);
        outcome.set(number(&asked));
        let asked = asked?;
        let reply = conversation.json(asked.reply())?;
        let texts: Vec<_> = asked.reply().texts().collect();
        if !texts.is_empty() {
            answer.give_text(to_c(texts.join("\n")));
        }
        Ok(Some(reply))
    })
}

fn number(asked: &std::result::Result<Outcome, AskError>) -> c_int {
    match asked {
        Ok(Outcome::Answered(_)) => ANSWERED,
        Ok(Outcome::HandedOver(_)) => HANDED_OVER,
        Ok(Outcome::Unanswered { .. }) => UNANSWERED,
        Err(AskError::NotSent(_)) => NOT_SENT,
        Err(AskError::NotSeen(_)) => NOT_SEEN,
        Err(AskError::Unknown { .. }) => UNKNOWN,
    }
}

/// Reads what has come by itself.
///
/// # Safety
/// `conversation` is NULL or came from [`yourgpt_conversation_new`] and is not freed before this
/// returns; `messages_json` is NULL or points to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_new_messages(
    conversation: *mut Owned<Conversation>,
    messages_json: *mut *mut c_char,
) -> Status {
    // SAFETY: the contract on `messages_json` is the same.
    let output = unsafe { Output::null(messages_json) };
    run(&output, |caller| {
        // SAFETY: by contract NULL or a conversation that outlives the call, and is behind a lock.
        let conversation = unsafe { shared(conversation, "conversation") }?;
        caller.tells(&conversation.listeners);
        // What is given here is not given again.
        output.required("messages_json", "messages")?;
        let messages = conversation.lock().new_messages()?;
        conversation.json(&messages).map(Some)
    })
}

/// Frees a conversation.
///
/// # Safety
/// `conversation` is NULL or came from [`yourgpt_conversation_new`], is not in use, and is freed only
/// once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn yourgpt_conversation_free(conversation: *mut Owned<Conversation>) {
    // SAFETY: the same contract.
    let conversation = unsafe { take(conversation) };
    run_quietly(|| drop(conversation));
}

fn utf8<'a>(bytes: &'a [u8], name: &str) -> Result<&'a str> {
    std::str::from_utf8(bytes).map_err(|_| Error::configuration(format!("{name} is not UTF-8")))
}
