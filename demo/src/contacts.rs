//! The list of those who are called.

use std::path::Path;

use airudder_workflow::models::WorkflowContact;
use anyhow::Context as _;
use serde::Deserialize;

/// A line of the file.
#[derive(Deserialize)]
struct Line {
    number: String,
    case_id: String,
    name: String,
    due_date: String,
}

impl From<Line> for WorkflowContact {
    fn from(line: Line) -> Self {
        Self::new(line.number)
            .with_case_id(line.case_id)
            .with_variables([("name", line.name), ("due_date", line.due_date)])
    }
}

/// Reads a CSV file.
pub fn read(file: &Path) -> anyhow::Result<Vec<WorkflowContact>> {
    let context = || file.display().to_string();
    let mut lines = csv::Reader::from_path(file).with_context(context)?;
    let contacts = lines.deserialize().map(|line| line.map(|line: Line| line.into()));
    contacts.collect::<Result<_, _>>().with_context(context)
}
