//! The accounts and the message templates that the sandbox has. The numbers are those of the documents' examples.

use serde_json::{Map, Value as Json, json};

use super::super::State;
use crate::reply::{Refusal, Reply};
use crate::request::Request;

/// The kind of channel of the accounts.
pub(super) const CHANNEL: &str = "WhatsApp";

/// Ids and names.
const ACCOUNTS: [(&str, &str); 2] = [("10000000009", "sample-account"), ("10000000002", "second-account")];

/// A message template; every account may send it.
#[derive(Debug)]
pub(super) struct Template {
    id: i64,
    name: &'static str,
    language: &'static str,
    /// Variables stand in braces.
    body: &'static str,
    footer: &'static str,
    /// Kinds and labels.
    buttons: &'static [(&'static str, &'static str)],
}

const TEMPLATES: [Template; 3] = [
    Template {
        id: 35,
        name: "parcel_notice",
        language: "en",
        body: "Hello {name}, your parcel arrives on {date}. Will you be at home?",
        footer: "Example Shop",
        buttons: &[("QUICK_REPLY", "Yes"), ("QUICK_REPLY", "No"), ("OPT_OUT", "Stop")],
    },
    Template {
        id: 36,
        name: "payment_reminder",
        language: "en",
        body: "Hello {name}, your payment of {amount} is due on {due_date}.",
        footer: "Example Shop",
        buttons: &[("QUICK_REPLY", "I have paid"), ("QUICK_REPLY", "Talk to an agent")],
    },
    Template {
        id: 37,
        name: "welcome",
        language: "en",
        body: "Welcome, {name}. Write to us whenever you need help.",
        footer: "",
        buttons: &[],
    },
];

/// The template with this id.
pub(super) fn find(id: Option<i64>) -> Result<&'static Template, Refusal> {
    TEMPLATES
        .iter()
        .find(|template| Some(template.id) == id)
        .ok_or_else(|| Refusal::unknown("template; ask for the list of templates"))
}

/// The account with this id.
pub(super) fn account(id: &str) -> Result<&'static str, Refusal> {
    let known = ACCOUNTS.iter().map(|(known, _)| *known).find(|known| *known == id);
    known.ok_or_else(|| Refusal::unknown("WhatsApp account; ask for the list of accounts"))
}

impl Template {
    /// What a message made from it says. A variable without a value stays as it is.
    pub(super) fn content(&self, variables: &Map<String, Json>) -> Json {
        let mut body = self.body.to_owned();
        for (name, value) in variables {
            body = body.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default());
        }
        json!({ "type": "template", "template": self.json(&body) })
    }

    fn json(&self, body: &str) -> Json {
        let buttons: Vec<_> =
            self.buttons.iter().map(|(kind, text)| json!({ "type": kind, "text": text })).collect();
        let content = json!({ "body": body, "footer": self.footer, "button": buttons });
        json!({ "type": CHANNEL, "content": content, "info": self.info() })
    }

    fn info(&self) -> Json {
        json!({ "id": self.id, "name": self.name, "language": self.language })
    }
}

pub(super) fn accounts(_: &mut State, _: &Request) -> Reply {
    let accounts = ACCOUNTS.iter().map(|(id, name)| json!({ "channel_id": id, "name": name }));
    Reply::Data(accounts.collect())
}

pub(super) fn list(_: &mut State, request: &Request) -> Reply {
    let listed = account(&request.text("channel_id").unwrap_or_default())
        .map(|_| Reply::Data(TEMPLATES.iter().map(Template::info).collect()));
    listed.into()
}

pub(super) fn detail(_: &mut State, request: &Request) -> Reply {
    find(request.integer("template_id")).map(|template| Reply::Data(template.json(template.body))).into()
}
