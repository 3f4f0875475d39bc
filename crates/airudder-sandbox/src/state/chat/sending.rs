//! Templates sent to one person or to many.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::message::Sender;
use super::{At, Chat, Step, template};
use crate::clock::Moment;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::state::{Event, State};

/// How long after a sending its result is pushed (assumed): by then, what can be delivered is delivered.
const RESULT_AFTER: Duration = Duration::from_secs(15);

/// A template sent to many at once: its messages.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Sending(Vec<At>);

impl Sending {
    /// One row for each person.
    pub fn results(&self, chat: &Chat) -> Json {
        let messages = self.0.iter().filter_map(|at| chat.message(*at));
        let row = |(session, message): (&super::Session, &super::Message)| json!({ "callee": session.person, "msg_id": message.id, "status": message.status.word() });
        messages.map(row).collect()
    }
}

pub(super) fn to_one(state: &mut State, request: &Request) -> Reply {
    let sent = deliver(state, request, &request.body, Sender::Template);
    let sent = sent.and_then(|at| state.chat.message(at).ok_or_else(|| Refusal::unknown("session")));
    sent.map(|(session, message)| Reply::Data(json!({ "call_id": session.id, "msg_id": message.id }))).into()
}

pub(super) fn to_many(state: &mut State, request: &Request) -> Reply {
    let people = request.list("users");
    if people.is_empty() {
        return Refusal::invalid("`users` is empty; name at least one person").into();
    }
    let sent: Result<Vec<At>, Refusal> =
        people.iter().map(|person| deliver(state, request, person, Sender::Bot)).collect();
    let sent = match sent {
        Ok(sent) => sent,
        Err(refusal) => return refusal.into(),
    };
    let id = state.random.id();
    state.chat.sendings.insert(id.clone(), Sending(sent));
    let step = Step::Result { sending: id.clone() };
    state.schedule.plan(request.now + RESULT_AFTER, Event::Chat(step));
    Reply::Data(json!({ "send_id": id }))
}

/// Puts the template of a request into the session of a person.
fn deliver(state: &mut State, request: &Request, person: &Json, sender: Sender) -> Result<At, Refusal> {
    let template = template::find(request.integer("template_id"))?;
    let account = template::account(&request.text("channel_id").unwrap_or_default())?;
    let callee = person.get("callee").and_then(Json::as_str).unwrap_or_default();
    let variables = person.get("variables").and_then(Json::as_object).cloned().unwrap_or_default();
    Ok(send(state, account, callee, template, variables, sender, request.now))
}

/// Sends a template to a person, in the session that goes on or in a new one.
pub(super) fn send(
    state: &mut State,
    account: &str,
    person: &str,
    template: &template::Template,
    variables: Map<String, Json>,
    sender: Sender,
    now: Moment,
) -> At {
    let session = state.session_with(template::CHANNEL, account, person, now);
    let content = template.content(&variables);
    if let Some(session) = state.chat.sessions.get_mut(session) {
        session.variables.extend(variables);
    }
    state.say(session, sender, &content, now)
}

pub(super) fn result(state: &mut State, request: &Request) -> Reply {
    let sending = state.chat.sendings.get(&request.text("send_id").unwrap_or_default());
    let results = sending.map(|sending| Reply::Data(sending.results(&state.chat)));
    results.ok_or_else(|| Refusal::unknown("sending")).into()
}
