//! What the tests share.

use super::endpoint::Spot;
use crate::document::{Position, Span};

/// Some place.
pub fn spot() -> Spot {
    let start = Position { line: 1, column: 1 };
    Spot { file: "page.txt".into(), span: Span { start, end: start } }
}
