//! What became of a batch.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::Error;
use crate::digest::Digest;
use crate::record::{Record, Writer, serde_as_text};

/// What became of a list: of each chunk that was sent, in the order of the list, and why it ended.
///
/// It is text, one line for each chunk and one before, by `Display` and `FromStr`, and a string to serde. It holds
/// digests and no entries; reasons are redacted as the text of an [`Error`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub(super) operation: String,
    /// Of the request without entries.
    pub(super) request: Digest,
    pub(super) ending: Ending,
    pub(super) reason: Option<String>,
    pub(super) chunks: Vec<Chunk>,
}

/// What became of one chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chunk {
    /// Which entries of the list, counted from 0.
    pub items: Range<u64>,
    /// Whether they arrived.
    pub fate: Fate,
    /// How many of them the answer lists as refused, though the chunk was accepted.
    pub refused: u64,
    /// The error, if there was one.
    pub reason: Option<String>,
    /// Of the list up to the end of the chunk.
    pub(super) digest: Digest,
}

impl Chunk {
    /// How many entries.
    fn len(&self) -> u64 {
        self.items.end.saturating_sub(self.items.start)
    }
}

/// Whether a chunk arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// The vendor answered with success.
    Accepted,
    /// Certainly nothing was done.
    Refused,
    /// It may have taken effect.
    Unknown,
}

/// Why a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ending {
    /// It has not: it runs, or was dropped.
    Open,
    /// The list was read to its end, and every chunk was sent or passed over.
    Whole,
    /// A chunk was refused or is of unknown fate, and [`Batch::stop_at`](super::Batch::stop_at) says to stop at that.
    Stopped,
    /// The list is longer than what it is added to may hold.
    Overflow,
    /// An entry cannot be sent.
    BadItem,
    /// The source of the list failed.
    Unreadable,
    /// The report that it was resumed from is of another request or of another list.
    OtherList,
    /// The [journal](super::Batch::journal) failed.
    Journal,
}

impl Report {
    pub(super) fn new(operation: &str, request: Digest) -> Self {
        let operation = operation.to_owned();
        Self { operation, request, ending: Ending::Open, reason: None, chunks: Vec::new() }
    }

    /// Each chunk that was sent, in the order of the list. They cover the list from its beginning without a gap.
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// Why the batch ended.
    pub fn ending(&self) -> Ending {
        self.ending
    }

    /// What to do about it; `None` if there is nothing.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Whether every entry of the list was accepted.
    pub fn is_complete(&self) -> bool {
        let is_accepted = |chunk: &Chunk| chunk.fate == Fate::Accepted && chunk.refused == 0;
        self.ending == Ending::Whole && self.chunks.iter().all(is_accepted)
    }

    /// How many entries are in chunks of that fate.
    pub fn items(&self, fate: Fate) -> u64 {
        self.chunks.iter().filter(|chunk| chunk.fate == fate).map(Chunk::len).sum()
    }

    /// Says what became of a chunk of unknown fate, once the caller has found out.
    ///
    /// As [`Fate::Refused`] it is sent when the batch is resumed; as [`Fate::Accepted`] it never is again.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) if no chunk of that index is of unknown fate.
    pub fn settle(&mut self, index: usize, fate: Fate) -> Result<(), Error> {
        match self.chunks.get_mut(index).filter(|chunk| chunk.fate == Fate::Unknown) {
            Some(chunk) => chunk.fate = fate,
            None => {
                return Err(Error::invalid_input(format!(
                    "there is no chunk {index} of unknown fate; look for one in Report::chunks"
                )));
            }
        }
        Ok(())
    }
}

/// Each word is written and read by one table.
macro_rules! words {
    ($name:ident { $($variant:ident: $word:literal),* }) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self { $(Self::$variant => $word),* })
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(Error::invalid_input(concat!("the text is no ", stringify!($name)))),
                }
            }
        }
    };
}

words!(Fate { Accepted: "accepted", Refused: "refused", Unknown: "unknown" });
words!(Ending {
    Open: "open",
    Whole: "whole",
    Stopped: "stopped",
    Overflow: "overflow",
    BadItem: "bad-item",
    Unreadable: "unreadable",
    OtherList: "other-list",
    Journal: "journal"
});

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Writer::new();
        line.add("batch", 1).add("operation", &self.operation).add("request", self.request);
        line.add("chunks", self.chunks.len()).add("ending", self.ending);
        line.add_some("reason", self.reason.as_deref());
        writeln!(f, "{}", line.finish())?;
        for Chunk { items, fate, refused, reason, digest } in &self.chunks {
            let mut line = Writer::new();
            line.add("to", items.end).add("fate", fate).add("digest", digest);
            line.add_some("refused", (*refused > 0).then_some(*refused))
                .add_some("reason", reason.as_deref());
            writeln!(f, "{}", line.finish())?;
        }
        Ok(())
    }
}

impl FromStr for Report {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        read(text).map_err(|why| Error::invalid_input(format!("this is no whole report of a batch: {why}")))
    }
}

fn read(text: &str) -> Result<Report, String> {
    let mut lines = text.lines().map(Record::parse);
    let head = lines.next().ok_or("it is empty")?;
    if head.required::<u32>("batch")? != 1 {
        return Err("it was written by a newer version".to_owned());
    }
    let mut start = 0;
    let chunk = |line: Record| {
        let end = line.required("to")?;
        if end <= start {
            return Err("its chunks are in disorder".to_owned());
        }
        let items = std::mem::replace(&mut start, end)..end;
        Ok(Chunk {
            items,
            fate: line.required("fate")?,
            refused: line.optional("refused")?.unwrap_or(0),
            reason: line.optional("reason")?,
            digest: line.required("digest")?,
        })
    };
    let chunks: Vec<_> = lines.map(chunk).collect::<Result<_, _>>()?;
    // A chunk whose line was lost would be sent twice.
    if chunks.len() != head.required::<usize>("chunks")? {
        return Err("chunks are missing".to_owned());
    }
    Ok(Report {
        operation: head.required("operation")?,
        request: head.required("request")?,
        ending: head.required("ending")?,
        reason: head.optional("reason")?,
        chunks,
    })
}

serde_as_text!(Report);
