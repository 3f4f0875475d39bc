//! What the integrator does in a session.

use serde_json::{Value as Json, json};

use super::message::{Sender, Status};
use super::session::Lead;
use super::template;
use crate::clock::Moment;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::state::State;

/// The session that a request names.
fn named(state: &State, request: &Request) -> Result<usize, Refusal> {
    state.chat.find(&request.text("call_id").unwrap_or_default())
}

/// The same, if it goes on.
fn going_on(state: &State, request: &Request) -> Result<usize, Refusal> {
    let at = named(state, request)?;
    match state.chat.session(at) {
        Some(session) if session.ended.is_none() => Ok(at),
        _ => Err(Refusal::invalid("the session has ended")),
    }
}

pub(super) fn send(state: &mut State, request: &Request) -> Reply {
    let session = match going_on(state, request) {
        Ok(session) => session,
        Err(refusal) => return refusal.into(),
    };
    let sender = match state.chat.session(session).map(|session| &session.lead) {
        Some(Lead::Agent(seat)) => Sender::Agent(seat.clone()),
        _ => Sender::Bot,
    };
    let content = request.value("content").cloned().unwrap_or_default();
    let at = state.say(session, sender, &content, request.now);
    let sent = state.chat.message(at).ok_or_else(|| Refusal::unknown("session"));
    sent.map(|(session, message)| Reply::Data(json!({ "call_id": session.id, "msg_id": message.id }))).into()
}

pub(super) fn mark_read(state: &mut State, request: &Request) -> Reply {
    let marked = named(state, request).and_then(|at| {
        let id = request.text("msg_id").unwrap_or_default();
        let session = state.chat.sessions.get_mut(at);
        let message =
            session.and_then(|session| session.messages.iter_mut().find(|message| message.id == id));
        match message {
            Some(message) if message.sender == Sender::Person => {
                message.status = Status::Read;
                Ok(Reply::Done)
            }
            Some(_) => Err(Refusal::invalid("`msg_id` is no message of the person")),
            None => Err(Refusal::unknown("message in this session")),
        }
    });
    marked.into()
}

/// Ends a session; one that has ended stays as it is.
pub(super) fn end(state: &mut State, request: &Request) -> Reply {
    let ended = named(state, request).map(|session| {
        state.end_session(session, false, request.now);
        Reply::Done
    });
    ended.into()
}

/// Whoever leads the session from now on. A transfer that nobody asked for is taken too.
pub(super) fn transferred(state: &mut State, request: &Request) -> Reply {
    let session = match going_on(state, request) {
        Ok(session) => session,
        Err(refusal) => return refusal.into(),
    };
    let lead = match request.text("result").as_deref() {
        Some("success") => Lead::Agent(request.text("seat_id").unwrap_or_default()),
        _ => Lead::Bot,
    };
    if let Some(session) = state.chat.sessions.get_mut(session) {
        session.lead = lead;
    }
    Reply::Done
}

/// Messages of a person on a channel of the integrator's.
pub(super) fn push(state: &mut State, request: &Request) -> Reply {
    let pushed = relayed(state, request).map(|session| {
        for content in request.list("messages") {
            state.hear(session, content, None, request.now);
        }
        Reply::Done
    });
    pushed.into()
}

/// The session in which a person writes on such a channel. The first messages begin it, under an id that the integrator makes.
fn relayed(state: &mut State, request: &Request) -> Result<usize, Refusal> {
    let text = |name: &str| request.text(name).unwrap_or_default();
    let user = |name: &str| Some(request.value("user")?.get(name)?.as_str()?.to_owned());
    let (channel, person) = (text("channel"), user("id").unwrap_or_default());
    if channel == template::CHANNEL {
        return Err(Refusal::invalid("what people write on WhatsApp reaches the bot by itself"));
    }
    let Ok(at) = state.chat.find(&text("call_id")) else {
        let at = state.open_session(text("call_id"), &channel, &text("channel_id"), &person, request.now);
        if let Some(session) = state.chat.sessions.get_mut(at) {
            session.name = user("name");
        }
        return Ok(at);
    };
    match state.chat.session(at) {
        Some(session) if session.channel != channel || session.person != person => {
            Err(Refusal::invalid("`call_id` is the session of another person or channel"))
        }
        Some(session) if session.ended.is_some() => Err(Refusal::invalid("the session has ended")),
        _ => Ok(at),
    }
}

impl State {
    /// A person writes to an account: the id of the session; none when there is no such account.
    pub(crate) fn customer_writes(
        &mut self,
        channel_id: &str,
        number: &str,
        text: &str,
        now: Moment,
    ) -> Option<String> {
        let account = template::account(channel_id).ok()?;
        let session = self.session_with(template::CHANNEL, account, number, now);
        self.hear(session, &text_content(text), None, now);
        self.chat.session(session).map(|session| session.id.clone())
    }
}

/// A plain text as the content of a message.
pub(super) fn text_content(text: &str) -> Json {
    json!({ "type": "text", "text": text })
}
