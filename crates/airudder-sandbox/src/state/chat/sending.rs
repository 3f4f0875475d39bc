//! Templates sent to one person or to many.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::message::Sender;
use super::{At, Chat, Step, template};
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::state::{Event, State, number};

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

/// Whom a template is sent to, and the values for its variables.
struct Recipient<'a> {
    number: &'a str,
    variables: Map<String, Json>,
}

impl<'a> Recipient<'a> {
    /// From a place of a request; `name` is that of the number there.
    fn read(place: &'a Json, name: &str) -> Result<Self, Refusal> {
        let number = place.get("callee").and_then(Json::as_str).unwrap_or_default();
        if !number::is_good(number) {
            return Err(Refusal::invalid(format!("`{name}` is {}", number::FAULT)));
        }
        let variables = place.get("variables").and_then(Json::as_object).cloned().unwrap_or_default();
        Ok(Self { number, variables })
    }
}

pub(super) fn to_one(state: &mut State, request: &Request) -> Reply {
    let mut sent = || {
        let recipient = Recipient::read(&request.body, "callee")?;
        let at = send(state, request, vec![recipient], Sender::Template)?.pop();
        let sent = at.and_then(|at| state.chat.message(at)).ok_or_else(|| Refusal::unknown("session"))?;
        Ok(Reply::Data(json!({ "call_id": sent.0.id, "msg_id": sent.1.id })))
    };
    sent().into()
}

pub(super) fn to_many(state: &mut State, request: &Request) -> Reply {
    let mut sent = || {
        let users = request.list("users").iter().enumerate();
        let recipients = users.map(|(at, user)| Recipient::read(user, &format!("users[{at}].callee")));
        let recipients = recipients.collect::<Result<Vec<_>, _>>()?;
        if recipients.is_empty() {
            return Err(Refusal::invalid("`users` is empty; name at least one person"));
        }
        let sending = Sending(send(state, request, recipients, Sender::Bot)?);
        let id = state.chat.random.id();
        state.chat.sendings.insert(id.clone(), sending);
        let step = Step::Result { sending: id.clone() };
        state.schedule.plan(request.now + RESULT_AFTER, Event::Chat(step));
        Ok(Reply::Data(json!({ "send_id": id })))
    };
    sent().into()
}

/// Sends the template of a request to each of the people, in the session that goes on or in a new one.
fn send(
    state: &mut State,
    request: &Request,
    recipients: Vec<Recipient<'_>>,
    sender: Sender,
) -> Result<Vec<At>, Refusal> {
    let template = template::find(request.integer("template_id"))?;
    let account = template::account(&request.text("channel_id").unwrap_or_default())?;
    let sent = recipients.into_iter().map(|Recipient { number, variables }| {
        let session = state.session_with(template::CHANNEL, account, number, request.now);
        let content = template.content(&variables);
        if let Some(session) = state.chat.sessions.get_mut(session) {
            session.variables.extend(variables);
        }
        state.say(session, sender.clone(), &content, request.now)
    });
    Ok(sent.collect())
}

pub(super) fn result(state: &mut State, request: &Request) -> Reply {
    let sending = state.chat.sendings.get(&request.text("send_id").unwrap_or_default());
    let results = sending.map(|sending| Reply::Data(sending.results(&state.chat)));
    results.ok_or_else(|| Refusal::unknown("sending")).into()
}
