//! One message of a session.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::clock::Moment;
use crate::state::Packed;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Message {
    pub id: String,
    pub sender: Sender,
    pub at: Moment,
    pub status: Status,
    pub content: Packed,
    /// The place in the session of the message that this one answers.
    pub answers: Option<usize>,
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Sender {
    System,
    /// The bot, or the integrator in its place.
    Bot,
    /// The integrator, by a template sent to this person alone.
    Template,
    /// The agent with this id.
    Agent(String),
    Person,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Status {
    Sent,
    Delivered,
    Read,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::Sent => "send",
            Self::Delivered => "delivery",
            Self::Read => "read",
        }
    }
}

/// Where a message is shown: the vendor names the bot differently, and shortens what was answered in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// In a list, or in a callback about itself.
    Listed,
    /// In the callback on the end of its session.
    AtEnd,
}

impl Message {
    /// As the vendor writes it; `answered` is the message that it answers.
    pub fn json(&self, form: Form, answered: Option<&Self>) -> Json {
        let mut message = Map::from_iter([
            ("msg_id".to_owned(), Json::from(self.id.as_str())),
            ("timestamp".to_owned(), self.at.seconds().into()),
            ("status".to_owned(), self.status.word().into()),
            ("content".to_owned(), self.content.json()),
        ]);
        message.extend(self.sender_type(form).map(|sender| ("sender_type".to_owned(), sender.into())));
        if form == Form::Listed {
            message.insert("seat_id".to_owned(), self.seat().into());
        }
        message.extend(answered.map(|answered| ("reply".to_owned(), answered.in_short(form))));
        Json::Object(message)
    }

    /// As the message that another one answers.
    fn in_short(&self, form: Form) -> Json {
        match form {
            Form::Listed => {
                let mut short = Map::from_iter([("msg_id".to_owned(), Json::from(self.id.as_str()))]);
                let content = self.content.json();
                for name in ["type", "interactive"] {
                    short.extend(content.get(name).map(|value| (name.to_owned(), value.clone())));
                }
                Json::Object(short)
            }
            Form::AtEnd => {
                let mut short = Map::from_iter([
                    ("msg_id".to_owned(), Json::from(self.id.as_str())),
                    ("timestamp".to_owned(), self.at.seconds().into()),
                    ("content".to_owned(), self.content.json()),
                ]);
                short.extend(self.sender_type(form).map(|sender| ("sender_type".to_owned(), sender.into())));
                Json::Object(short)
            }
        }
    }

    /// None for an agent: the vendor's word was not seen, and `seat_id` tells.
    fn sender_type(&self, form: Form) -> Option<&'static str> {
        match (&self.sender, form) {
            (Sender::System, _) => Some("system"),
            (Sender::Bot | Sender::Template, Form::Listed) => Some("robot"),
            (Sender::Bot | Sender::Template, Form::AtEnd) => Some("chatbot"),
            (Sender::Agent(_), _) => None,
            (Sender::Person, _) => Some("user"),
        }
    }

    fn seat(&self) -> &str {
        match &self.sender {
            Sender::Agent(seat) => seat,
            _ => "",
        }
    }
}
