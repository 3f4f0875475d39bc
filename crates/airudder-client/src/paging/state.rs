//! Where a pager is, as text.

use std::fmt;
use std::str::FromStr;

use super::Mark;
use crate::Error;
use crate::digest::Digest;
use crate::record::{Record, Writer, serde_as_text};

/// Where a pager is, to resume there.
///
/// It is one line of text, by `Display` and `FromStr`, and a string to serde. It holds the place in the list and digests
/// of the request and of a page: no entry and no parameter, but the cursor, where pages have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub(super) operation: String,
    pub(super) request: Digest,
    pub(super) place: Place,
}

/// A place in a list: in front of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Where its page begins.
    pub(super) mark: Mark,
    /// The number of the page.
    pub(super) number: u64,
    /// How many entries of the page were given.
    pub(super) offset: usize,
    /// How many entries the pages before have; unknown if the first of them was not the list's first.
    pub(super) rows: Option<u64>,
    /// How many entries the list has, as it was said last.
    pub(super) total: Option<u64>,
    /// The digest of the page before.
    pub(super) last: Option<Digest>,
    pub(super) has_drifted: bool,
    pub(super) is_end: bool,
}

impl Place {
    /// The beginning of a page, of which nothing is known yet.
    pub(super) fn new(mark: Mark) -> Self {
        Self {
            number: mark.number().unwrap_or(1),
            offset: 0,
            rows: (mark == mark.first()).then_some(0),
            total: None,
            last: None,
            has_drifted: false,
            is_end: false,
            mark,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { mark, number, offset, rows, total, last, has_drifted, is_end } = &self.place;
        let mut line = Writer::new();
        line.add("pager", 1).add("operation", &self.operation).add("request", self.request);
        line.add("page", number).add_some("cursor", mark.cursor::<String>());
        line.add("offset", offset).add_some("rows", *rows).add_some("total", *total);
        line.add_some("last", *last).add("drift", has_drifted).add("end", is_end);
        f.write_str(&line.finish())
    }
}

impl FromStr for State {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = |why: String| Error::invalid_input(format!("this is no state of a pager: {why}"));
        read(&Record::parse(text)).map_err(refuse)
    }
}

fn read(record: &Record) -> Result<State, String> {
    if record.required::<u32>("pager")? != 1 {
        return Err("it was written by a newer version".to_owned());
    }
    let number = record.required("page")?;
    Ok(State {
        operation: record.required("operation")?,
        request: record.required("request")?,
        place: Place {
            mark: record.optional("cursor")?.map_or(Mark::Number(number), Mark::Cursor),
            number,
            offset: record.required("offset")?,
            rows: record.optional("rows")?,
            total: record.optional("total")?,
            last: record.optional("last")?,
            has_drifted: record.required("drift")?,
            is_end: record.required("end")?,
        },
    })
}

serde_as_text!(State);
