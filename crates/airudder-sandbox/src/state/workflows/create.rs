//! Makes workflows.

use std::time::Duration;

use serde_json::json;

use super::Workflows;
use super::contact::Detail;
use super::template::{self, Kind, Node, Template};
use super::workflow::{NodeTask, Phase, Work, Workflow};
use crate::clock::Moment;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::state::calls::{NewTask, Owner, TaskKey};
use crate::state::{Event, Id, State};

/// How a calling node dials (assumed; at the vendor the template says): who does not answer is tried once more.
const TRIES: u16 = 2;
const PAUSE: Duration = Duration::from_secs(5 * 60);

/// The robot of all calling nodes.
const ROBOT: &str = "Example_Robot_1";

/// The value of `auto_finish` that keeps a workflow open until its end time. The vendor's values were not seen but for 2,
/// which it fills in.
const STAY_OPEN: i64 = 0;

/// What a workflow is made of.
struct New {
    template: &'static Template,
    name: Box<str>,
    /// When it must end.
    closes: Moment,
    ends_by_itself: bool,
    details: Vec<Detail>,
}

pub(super) fn create(state: &mut State, request: &Request) -> Reply {
    let made = read(request).map(|new| {
        let id = state.make_workflow(new, request.now);
        Reply::Data(json!({ "workflow_id": id.to_string() }))
    });
    made.into()
}

fn read(request: &Request) -> Result<New, Refusal> {
    let template = template::find(request.integer("workflow_template_id").unwrap_or_default());
    let closes = request.text("end_time").and_then(|text| Moment::from_offset(&text));
    Ok(New {
        template: template
            .ok_or_else(|| Refusal::unknown("workflow template; ask for the list of templates"))?,
        name: request.text("name").unwrap_or_default().into(),
        closes: closes
            .filter(|closes| *closes > request.now)
            .ok_or_else(|| Refusal::invalid("`end_time` is past"))?,
        ends_by_itself: request.integer("auto_finish") != Some(STAY_OPEN),
        details: Detail::list(request.list("details"))?,
    })
}

impl State {
    /// Makes a workflow and lets its contacts begin.
    fn make_workflow(&mut self, new: New, now: Moment) -> Id {
        let number = self.workflows.next();
        // Before its calling tasks close at the same moment.
        self.schedule.plan(new.closes, Event::WorkflowEnd(number));
        let nodes = (0..).zip(new.template.nodes);
        let nodes = nodes.map(|(at, node)| NodeTask {
            id: self.calls.id(),
            work: match node.kind {
                Kind::Call | Kind::InfoCheck | Kind::Dialer => {
                    let owner = Owner::Workflow { workflow: number, node: at };
                    Work::Calls(self.make_node_task(owner, node, &new, now))
                }
                Kind::WhatsApp => Work::Messages(self.calls.id()),
                Kind::Api => Work::Nothing,
            },
        });
        let nodes = nodes.collect();
        let id = self.calls.id();
        self.workflows.add(Workflow {
            id,
            name: new.name,
            template: new.template.id,
            created: now,
            phase: Phase::Running,
            ends_by_itself: new.ends_by_itself,
            nodes,
            contacts: Vec::new(),
            going: 0,
            through: 0,
        });
        self.count_made("workflow", 1);
        self.enter(number, new.details, now);
        id
    }

    /// Makes the calling task of a node.
    fn make_node_task(&mut self, owner: Owner, node: &Node, new: &New, now: Moment) -> TaskKey {
        let task = NewTask {
            owner,
            name: format!("{}-{}", new.name, node.name).into(),
            robot: ROBOT.into(),
            opens: now,
            closes: new.closes,
            tries: TRIES,
            pause: PAUSE,
            grows: true,
        };
        self.make_task(task, now)
    }
}

impl Workflows {
    /// The number of the next workflow.
    fn next(&self) -> u32 {
        u32::try_from(self.list.len()).unwrap_or(u32::MAX)
    }

    fn add(&mut self, workflow: Workflow) {
        self.by_id.insert(workflow.id, self.next());
        self.list.push(workflow);
    }
}
