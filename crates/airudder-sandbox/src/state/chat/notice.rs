//! Callbacks about sessions.

use serde_json::{Map, Value as Json, json};

use super::At;
use super::message::{Form, Message, Sender};
use super::session::{Lead, Session};
use crate::clock::Moment;
use crate::state::State;

impl State {
    /// A message that was sent has come further.
    pub(super) fn tell_status(&mut self, at: At, now: Moment) {
        let Some((session, message)) = self.chat.message(at) else { return };
        if let Some(flow) = session.flow {
            return self.tell_flow_status(flow, at, now);
        }
        let mut body = place(session);
        body.insert("msg_id".to_owned(), message.id.as_str().into());
        body.insert("status".to_owned(), message.status.word().into());
        body.insert("timestamp".to_owned(), now.seconds().into());
        let callback = match message.sender {
            Sender::Agent(_) => "agentMessageStatus",
            _ => "messageStatus",
        };
        self.push("chatbot", callback, body.into());
    }

    /// A person has written. A workflow tells of it at the end of the session only.
    pub(super) fn tell_heard(&mut self, at: At) {
        let Some((session, message)) = self.chat.message(at) else { return };
        if session.flow.is_some() {
            return;
        }
        let answered = message.answers.and_then(|place| session.messages.get(place));
        let callback = match (&session.lead, answered.map(|answered| &answered.sender)) {
            (Lead::Agent(_), _) => "userMessageToAgent",
            (_, Some(Sender::Template)) => "templateMessageReply",
            _ => "userMessage",
        };
        let body = with_messages(session, message);
        self.push("chatbot", callback, body.into());
    }

    /// The bot has something to say that the integrator is to show.
    pub(super) fn tell_said(&mut self, at: At) {
        let Some((session, message)) = self.chat.message(at) else { return };
        let mut body = with_messages(session, message);
        body.insert("event".to_owned(), "message.send".into());
        body.insert("company".to_owned(), "sandbox".into());
        self.push("chatbot", "botMessage", body.into());
    }

    /// A session asks for an agent. The starred form of this callback is not sent: it would be the same once more.
    pub(super) fn tell_transfer(&mut self, session: usize, now: Moment) {
        let Some(session) = self.chat.session(session) else { return };
        let mut body = place(session);
        body.insert("user".to_owned(), user(session));
        body.insert("timestamp".to_owned(), now.seconds().into());
        self.push("chatbot", "agentTransfer", body.into());
    }

    /// A session has ended.
    pub(super) fn tell_end(&mut self, session: usize, now: Moment) {
        let Some(ended) = self.chat.session(session) else { return };
        if let Some(flow) = ended.flow {
            return self.tell_flow_end(flow, session, now);
        }
        let report = ended.report();
        self.push("chatbot", "sessionEnd", report.into());
    }

    /// A template sent to many has come to a result.
    pub(super) fn tell_result(&mut self, sending: &str) {
        let Some(sent) = self.chat.sendings.get(sending) else { return };
        let body = json!({ "send_id": sending, "results": sent.results(&self.chat) });
        self.push("chatbot", "templateMessageResult", body);
    }
}

/// Where something happened.
fn place(session: &Session) -> Map<String, Json> {
    let texts =
        [("call_id", &session.id), ("channel", &session.channel), ("channel_id", &session.channel_id)];
    texts.into_iter().map(|(name, text)| (name.to_owned(), text.as_str().into())).collect()
}

fn user(session: &Session) -> Json {
    match &session.name {
        Some(name) => json!({ "id": session.person, "name": name }),
        None => json!({ "id": session.person }),
    }
}

fn with_messages(session: &Session, message: &Message) -> Map<String, Json> {
    let mut body = place(session);
    body.insert("user".to_owned(), user(session));
    body.insert("messages".to_owned(), Json::Array(vec![session.shown(message, Form::Listed)]));
    body
}
