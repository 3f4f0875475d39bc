//! The workflow templates that the sandbox has: chains of nodes. The first two are those of the documents' examples.

use serde_json::{Value as Json, json};

/// The document of the leads; the other is that of the workflows.
pub(super) const LEADS: &str = "leads";

/// A chain of nodes.
#[derive(Debug)]
pub(super) struct Template {
    pub id: i64,
    pub name: &'static str,
    pub created: &'static str,
    /// The document that names the callbacks.
    pub document: &'static str,
    pub nodes: &'static [Node],
}

/// A step for each contact.
#[derive(Debug)]
pub(super) struct Node {
    pub id: &'static str,
    pub name: &'static str,
    pub kind: Kind,
    /// Only contacts whom no call has reached pass through it.
    pub if_unreached: bool,
}

/// What a node does with a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Has the robot call.
    Call,
    /// Has the robot check information by a call.
    InfoCheck,
    /// Connects with an agent, by the predictive dialer.
    Dialer,
    /// Writes a template on WhatsApp, and lets the bot talk.
    WhatsApp,
    /// Tells the integrator's own API.
    Api,
}

impl Kind {
    /// As `node_type`, whose values nobody has seen: these are ours.
    pub fn word(self) -> &'static str {
        match self {
            Self::Call | Self::InfoCheck => "call",
            Self::Dialer => "dialer",
            Self::WhatsApp => "waba",
            Self::Api => "api",
        }
    }

    pub fn calls(self) -> bool {
        matches!(self, Self::Call | Self::InfoCheck | Self::Dialer)
    }
}

const fn node(kind: Kind, name: &'static str, id: &'static str) -> Node {
    Node { id, name, kind, if_unreached: false }
}

/// The newest first.
pub(super) const TEMPLATES: &[Template] = &[
    Template {
        id: 1024,
        name: "spring-reminder",
        created: "2029-12-01T02:00:00Z",
        document: "workflow",
        nodes: &[
            node(Kind::Call, "first-call", "0d3c1f5e7a9b4c2d8e6f1a0b3c5d7e90"),
            Node {
                if_unreached: true,
                ..node(Kind::WhatsApp, "reminder-message", "1e4d2a6f8b0c4d3e9f7a2b1c4d6e8fa1")
            },
            node(Kind::Api, "order-lookup", "5b1f0c2ad7e94f0c8a3e6d2b9c4f7a10"),
        ],
    },
    Template {
        id: 1017,
        name: "welcome-call",
        created: "2029-11-20T08:30:00Z",
        document: "workflow",
        nodes: &[node(Kind::Call, "first-call", "2f5e3b7a9c1d4e4f8a8b3c2d5e7f90b2")],
    },
    Template {
        id: 1012,
        name: "info-check",
        created: "2029-11-12T03:00:00Z",
        document: "workflow",
        nodes: &[node(Kind::InfoCheck, "first-call", "3a6f4c8b0d2e4f5a9b9c4d3e6f8a01c3")],
    },
    Template {
        id: 1009,
        name: "agents-call",
        created: "2029-11-05T07:15:00Z",
        document: "workflow",
        nodes: &[node(Kind::Dialer, "agent-call", "4b7a5d9c1e3f4a6bac0d5e4f7a9b12d4")],
    },
    Template {
        id: 1003,
        name: "leads-call",
        created: "2029-10-22T05:45:00Z",
        document: LEADS,
        nodes: &[
            node(Kind::Dialer, "agent-call", "5c8b6e0d2f4a4b7cbd1e6f5a8b0c23e5"),
            node(Kind::Api, "crm", "6d9c7f1e3a5b4c8dce2f7a6b9c1d34f6"),
        ],
    },
];

/// The template with this id.
pub(super) fn find(id: i64) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.id == id)
}

impl Template {
    pub fn json(&self) -> Json {
        json!({
            "workflow_template_id": self.id,
            "workflow_template_name": self.name,
            "create_time": self.created,
        })
    }
}
