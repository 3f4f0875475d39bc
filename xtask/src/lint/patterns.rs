//! `pattern`: a `pattern` is a regular expression, as ECMA-262 writes them.

use regex::{Regex, RegexBuilder};

use super::objects::Kind;
use super::survey::{Site, Survey};
use crate::finding::Finding;
use crate::rule::Rule;

/// What checks expressions may recurse: this long, and no longer.
const MAX_LENGTH: usize = 4096;

/// Checks every schema.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for schema in survey.of(Kind::Schema) {
        findings.extend(wrong(schema));
    }
}

fn wrong(schema: &Site<'_>) -> Option<Finding> {
    let node = schema.place.node.get("pattern")?;
    let text = node.as_str()?;
    if text.len() > MAX_LENGTH {
        let message = format!("the pattern is longer than {MAX_LENGTH} bytes");
        return Some(schema.place.error(Rule::Pattern, node.span, message));
    }
    let error = regress::Regex::new(text).err()?;
    let message = format!("the pattern is no regular expression: {}", error.text);
    let finding = schema.place.error(Rule::Pattern, node.span, message);
    Some(finding.with_hint("what stands for itself is written with a backslash: `\\(`, `\\[`, `\\+`"))
}

/// The expression, where it is one that takes no more time than its text is long: most are, but for those that look
/// ahead or back.
pub(super) fn linear(pattern: &str) -> Option<Regex> {
    const SIZE: usize = 1 << 20;
    if pattern.len() > MAX_LENGTH {
        return None;
    }
    RegexBuilder::new(pattern).size_limit(SIZE).dfa_size_limit(SIZE).build().ok()
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, schemas};

    #[test]
    fn a_broken_expression_is_found() {
        let text = schemas(
            "A: {type: string, pattern: '^[a-z'}\nB: {type: string, pattern: '(?!a)^\\d+$'}\nC: {type: string, pattern: 'a{2,1}'}\n",
        );
        assert_eq!(
            found("pattern", &text),
            [
                "6:32: error: the pattern is no regular expression: Unbalanced bracket",
                "8:32: error: the pattern is no regular expression: Invalid quantifier",
            ]
        );
    }

    #[test]
    fn an_expression_of_any_depth_is_read() {
        for text in ["(".repeat(100_000), "(".repeat(2000) + &")".repeat(2000), "(?:a{9}){9}".repeat(300)] {
            found("pattern", &schemas(&format!("A: {{type: string, pattern: '{text}', example: a}}\n")));
        }
    }
}
