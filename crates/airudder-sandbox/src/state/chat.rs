//! Conversations on WhatsApp and other channels: templates, sessions, and messages with their statuses.

mod bot;
mod course;
mod customer;
mod flow;
mod lists;
mod message;
mod notice;
mod sending;
mod session;
mod talk;
mod template;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Handler, Random};
use crate::reply::Refusal;
pub(crate) use course::Step;
pub(super) use course::happen;
use message::Message;
use sending::Sending;
use session::Session;

/// All conversations, and what was sent to many at once.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Chat {
    /// Its own source, so that what else is asked does not change what people do.
    random: Random,
    /// In the order in which they began.
    sessions: Vec<Session>,
    by_id: HashMap<String, usize>,
    /// The session that goes on, by its account and its person.
    open: HashMap<String, HashMap<String, usize>>,
    sendings: HashMap<String, Sending>,
}

/// A message by its place: the session and the place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct At {
    session: usize,
    message: usize,
}

impl Chat {
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed.rotate_left(16)),
            sessions: Vec::new(),
            by_id: HashMap::new(),
            open: HashMap::new(),
            sendings: HashMap::new(),
        }
    }

    /// The session with this id.
    fn find(&self, id: &str) -> Result<usize, Refusal> {
        self.by_id.get(id).copied().ok_or_else(|| Refusal::unknown("session"))
    }

    fn session(&self, at: usize) -> Option<&Session> {
        self.sessions.get(at)
    }

    /// A message and its session.
    fn message(&self, at: At) -> Option<(&Session, &Message)> {
        let session = self.sessions.get(at.session)?;
        Some((session, session.messages.get(at.message)?))
    }

    fn message_mut(&mut self, at: At) -> Option<&mut Message> {
        self.sessions.get_mut(at.session)?.messages.get_mut(at.message)
    }

    /// The session that goes on with a person, if there is one.
    fn going_on(&self, channel_id: &str, person: &str) -> Option<usize> {
        self.open.get(channel_id)?.get(person).copied()
    }

    /// Remembers a session that begins.
    fn begin(&mut self, session: Session) -> usize {
        let at = self.sessions.len();
        self.by_id.insert(session.id.clone(), at);
        self.open.entry(session.channel_id.clone()).or_default().insert(session.person.clone(), at);
        self.sessions.push(session);
        at
    }
}

pub(super) fn handler(document: &str, operation: &str) -> Option<Handler> {
    if document != "chatbot" {
        return None;
    }
    Some(match operation {
        "listWabaAccounts" => template::accounts,
        "listTemplates" => template::list,
        "getTemplateDetail" => template::detail,
        "sendTemplateMessage" => sending::to_one,
        "sendTemplateMessages" => sending::to_many,
        "getTemplateMessageResult" => sending::result,
        "sendMessage" => talk::send,
        "markMessageRead" => talk::mark_read,
        "endSession" => talk::end,
        "reportAgentTransferResult" => talk::transferred,
        "pushChannelMessage" => talk::push,
        "listConversations" => lists::conversations,
        "listMessages" => lists::messages,
        "getSessionReport" => lists::report,
        _ => return None,
    })
}
