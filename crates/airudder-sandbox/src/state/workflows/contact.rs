//! One person on the way through a workflow.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::reply::Refusal;
use crate::state::calls::CallKey;
use crate::state::{Id, Variables, number};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Contact {
    /// As `wfdetail_uuid`.
    pub id: Id,
    pub number: Box<str>,
    /// The integrator's identifier.
    pub case: Option<Box<str>>,
    /// By the names that the template knows.
    pub variables: Variables,
    pub stage: Stage,
    /// Whether a call reached the person.
    pub is_reached: bool,
    /// The place of the first node that may be next.
    pub next: u8,
    /// The places of the nodes that it went through, the one that it is in among them.
    pub passed: Vec<u8>,
    pub calls: Vec<CallKey>,
    /// The session of the WhatsApp node.
    pub session: Option<usize>,
}

/// How far a contact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stage {
    Going,
    /// Has gone through all nodes.
    Through,
    /// Was taken out, or was not through when its workflow ended.
    Out,
}

/// What a request says of a contact.
pub(super) struct Detail {
    pub number: Box<str>,
    pub case: Option<Box<str>>,
    pub variables: Map<String, Json>,
}

impl Detail {
    /// Reads the entries of a list. The answers of workflows have no place for single entries that are refused, so one that
    /// is no phone number refuses the request as a whole (assumed).
    pub fn list(details: &[Json]) -> Result<Vec<Self>, Refusal> {
        let read = |(place, detail): (usize, &Json)| {
            let text = |name: &str| detail.get(name).and_then(Json::as_str);
            let number = text("callee").unwrap_or_default();
            if !number::is_good(number) {
                return Err(Refusal::invalid(format!("`details[{place}].callee` is {}", number::FAULT)));
            }
            let variables = detail.get("variables").and_then(Json::as_object).cloned().unwrap_or_default();
            Ok(Self { number: number.into(), case: text("case_id").map(Into::into), variables })
        };
        details.iter().enumerate().map(read).collect()
    }
}

impl Contact {
    pub fn new(id: Id, detail: Detail) -> Self {
        let Detail { number, case, variables } = detail;
        Self {
            id,
            number,
            case,
            variables: Variables::new(variables),
            stage: Stage::Going,
            is_reached: false,
            next: 0,
            passed: Vec::new(),
            calls: Vec::new(),
            session: None,
        }
    }

    /// As callbacks tell it, which always do.
    pub fn case_id(&self) -> &str {
        self.case.as_deref().unwrap_or_default()
    }
}
