//! A conversation with one person.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::flow::Flow;
use super::message::{Form, Message, Sender, Status};
use crate::clock::Moment;
use crate::state::{Packed, Variables};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(super) id: String,
    /// The kind of channel, such as `WhatsApp`.
    pub(super) channel: String,
    /// The account that talks to the person.
    pub(super) channel_id: String,
    /// The number of the person, or its id in another channel.
    pub(super) person: String,
    pub(super) name: Option<String>,
    /// Values for the variables of a template, as the integrator gave them.
    pub(super) variables: Variables,
    /// The workflow for which it was begun.
    pub(super) flow: Option<Flow>,
    pub(super) lead: Lead,
    pub(super) started: Moment,
    pub(super) ended: Option<End>,
    pub(super) messages: Vec<Message>,
}

/// Who leads a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Lead {
    Bot,
    /// The bot, which has asked for an agent.
    Waiting,
    /// The agent with this id.
    Agent(String),
}

/// How a session ended.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct End {
    pub at: Moment,
    /// Closed by the bot; otherwise the integrator did it.
    pub by_bot: bool,
    /// The grade.
    pub intention: String,
}

impl Session {
    /// Whether its messages go through the integrator, which shows them to the person itself.
    pub(super) fn is_relayed(&self) -> bool {
        self.channel != super::template::CHANNEL
    }

    /// How often the person wrote.
    pub(super) fn rounds(&self) -> usize {
        self.messages.iter().filter(|message| message.sender == Sender::Person).count()
    }

    /// When somebody wrote last.
    pub(super) fn last(&self) -> Moment {
        self.messages.last().map_or(self.started, |message| message.at)
    }

    /// The message with this id.
    pub(super) fn position(&self, id: &str) -> Option<usize> {
        self.messages.iter().position(|message| message.id == id)
    }

    /// A message as the vendor writes it.
    pub(super) fn shown(&self, message: &Message, form: Form) -> Json {
        let answered = message.answers.and_then(|place| self.messages.get(place));
        message.json(form, answered)
    }

    /// The first message of each session.
    pub(super) fn opening(id: String, at: Moment) -> Message {
        let event = json!({ "type": "conversation.start", "from_seat_id": "", "to_seat_id": "" });
        let content = json!({ "type": "system", "system": event });
        let (status, content) = (Status::Delivered, Packed::new(&content));
        Message { id, sender: Sender::System, at, status, content, answers: None }
    }

    /// What the lists, the report and the callback on its end tell, without the messages. What is not known yet is left out.
    pub(super) fn summary(&self) -> Map<String, Json> {
        let texts = [
            ("channel", &self.channel),
            ("channel_id", &self.channel_id),
            ("callee", &self.person),
            ("call_id", &self.id),
        ];
        let mut summary: Map<_, _> =
            texts.into_iter().map(|(name, text)| (name.to_owned(), text.as_str().into())).collect();
        summary.insert("robot_id".to_owned(), super::bot::ROBOT.into());
        summary.insert("session_start_time".to_owned(), self.started.rfc3339().into());
        summary.insert("talk_round".to_owned(), self.rounds().into());
        let variables = self.variables.map();
        if !variables.is_empty() {
            summary.insert("variables".to_owned(), variables.into());
        }
        if let Some(end) = &self.ended {
            summary.insert("status".to_owned(), "closed".into());
            summary.insert("session_end_time".to_owned(), end.at.rfc3339().into());
            summary.insert("intention".to_owned(), end.intention.as_str().into());
            // The vendor's word for another end was not seen.
            if end.by_bot {
                summary.insert("session_end_reason".to_owned(), "robot".into());
            }
        }
        summary
    }

    /// The summary and the messages.
    pub(super) fn report(&self) -> Map<String, Json> {
        let mut report = self.summary();
        let messages = self.messages.iter().map(|message| self.shown(message, Form::AtEnd)).collect();
        report.insert("messages".to_owned(), Json::Array(messages));
        report
    }
}
