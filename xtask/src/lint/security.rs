//! `security`: requirements name schemes that are declared.

use super::nearest::{list, nearest};
use super::objects::Kind;
use super::survey::Survey;
use crate::document::Node;
use crate::finding::Finding;
use crate::rule::Rule;

/// Checks every security requirement.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for requirement in survey.of(Kind::SecurityRequirement) {
        let root = &requirement.place.document.root;
        let schemes = root.get("components").and_then(|it| it.get("securitySchemes")).map(Node::entries);
        let known = || schemes.unwrap_or_default().iter().map(|entry| entry.key.as_str());
        for entry in requirement.place.node.entries() {
            if known().any(|name| name == entry.key) {
                continue;
            }
            let message = format!("the security scheme `{}` is not declared", entry.key);
            let finding = requirement.place.error(Rule::Security, entry.key_span, message);
            findings.push(match nearest(&entry.key, known()) {
                Some(name) => finding.with_hint(format!("did you mean `{name}`?")),
                None if known().next().is_some() => {
                    finding.with_hint(format!("declared are {}", list(known())))
                }
                None => finding.with_hint("declare it in `components.securitySchemes`"),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::{found, schemas};

    #[test]
    fn an_undeclared_scheme_is_found() {
        let text = schemas("A: {}\n") + "security: [{token: []}]\n";
        assert_eq!(found("security", &text), ["7:13: error: the security scheme `token` is not declared"]);
    }
}
