//! `rust-name`: `x-rust-name` and the names of `x-enum` are names in Rust.

use super::objects::Kind;
use super::survey::{Place, Survey};
use crate::finding::Finding;
use crate::model::is_keyword;
use crate::rule::Rule;

/// Checks every name that is given.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for site in &survey.sites {
        let key = if site.kind == Kind::EnumValue { "name" } else { "x-rust-name" };
        findings.extend(site.place.get(key).and_then(no_name));
    }
}

fn no_name(place: Place<'_>) -> Option<Finding> {
    let name = place.node.as_str().filter(|name| is_keyword(name))?;
    let finding = place.error(Rule::RustName, place.node.span, format!("`{name}` cannot be a name in Rust"));
    Some(finding.with_hint("letters, digits and `_`, no digit first, and no word of the language"))
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, schemas};

    #[test]
    fn what_cannot_be_a_name_is_found() {
        let text = schemas(
            "A: {type: string, enum: [a, b], x-enum: {a: {name: not a name}, b: {name: Good}}}\nB: {type: object, x-rust-name: self}\n",
        );
        assert_eq!(
            found("rust-name", &text),
            [
                "6:56: error: `not a name` cannot be a name in Rust",
                "7:36: error: `self` cannot be a name in Rust"
            ]
        );
    }
}
