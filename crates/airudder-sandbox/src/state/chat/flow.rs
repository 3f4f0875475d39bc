//! Sessions that a workflow began: their callbacks are the workflow's.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::message::{Message, Sender};
use super::{At, Chat, Session, template};
use crate::clock::Moment;
use crate::state::workflows::Place;
use crate::state::{State, Variables};

/// The account and the template of all WhatsApp nodes.
const ACCOUNT: &str = "10000000002";
const TEMPLATE: i64 = 35;

/// The WhatsApp node for which a session was begun.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Flow {
    place: Place,
    node: u8,
}

impl State {
    /// Begins a session for a contact of a workflow, and sends the template.
    pub(in crate::state) fn write_for_workflow(
        &mut self,
        place: Place,
        node: u8,
        number: &str,
        variables: Map<String, Json>,
        now: Moment,
    ) -> usize {
        let id = self.chat.random.id();
        let session = self.open_session(id, template::CHANNEL, ACCOUNT, number, now);
        let content = template::find(Some(TEMPLATE)).map(|template| template.content(&variables));
        if let Some(session) = self.chat.sessions.get_mut(session) {
            session.variables = Variables::new(variables);
            session.flow = Some(Flow { place, node });
        }
        self.say(session, Sender::Template, &content.unwrap_or_default(), now);
        session
    }

    /// A message has come further.
    pub(super) fn tell_flow_status(&mut self, flow: Flow, at: At, now: Moment) {
        let Some((session, message)) = self.chat.message(at) else { return };
        let mut body = self.waba_notice(flow.place, flow.node, now);
        let fields = json!({
            "channel": session.channel,
            "channel_id": session.channel_id,
            "callee": session.person,
            "msg_id": message.id,
            "status": message.status.word(),
        });
        body.extend(fields.as_object().cloned().unwrap_or_default());
        self.push("workflow", "wabaMessageStatus", body.into());
    }

    /// The session has ended, and the contact goes on.
    pub(super) fn tell_flow_end(&mut self, flow: Flow, session: usize, now: Moment) {
        let mut body = self.waba_notice(flow.place, flow.node, now);
        body.extend(self.chat.session(session).map(Session::report).unwrap_or_default());
        self.push("workflow", "chatbotSessionEnd", body.into());
        self.workflow_session_ended(flow.place, now);
    }
}

impl Chat {
    /// The template with which a session began, in the fields of `WabaMessage` that are the message's own.
    pub(in crate::state) fn template_row(&self, session: usize) -> Option<Map<String, Json>> {
        let is_template = |message: &&Message| message.sender == Sender::Template;
        let message = self.session(session)?.messages.iter().find(is_template)?;
        Some(Map::from_iter([
            ("msg_id".to_owned(), message.id.as_str().into()),
            ("status".to_owned(), message.status.word().into()),
            ("timestamp".to_owned(), message.at.seconds().into()),
        ]))
    }
}
