//! `security`: requirements name schemes that are declared, and schemes say what their type asks for.

use super::nearest::{list, nearest};
use super::objects::Kind;
use super::survey::{Site, Survey};
use crate::document::Node;
use crate::finding::Finding;
use crate::rule::Rule;

/// Checks every security scheme and every requirement.
pub(super) fn check(survey: &Survey<'_>, findings: &mut Vec<Finding>) {
    for scheme in survey.of(Kind::SecurityScheme) {
        whole(scheme, "a security scheme", needed(scheme.place.text("type").unwrap_or_default()), findings);
    }
    for flow in survey.of(Kind::Flow) {
        whole(flow, "this OAuth flow", needed(flow.via), findings);
    }
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

/// The keys that a type of scheme or a flow must have.
fn needed(of: &str) -> &'static [&'static str] {
    match of {
        "apiKey" => &["in", "name"],
        "http" => &["scheme"],
        "oauth2" => &["flows"],
        "openIdConnect" => &["openIdConnectUrl"],
        "implicit" => &["authorizationUrl"],
        "password" | "clientCredentials" => &["tokenUrl"],
        "authorizationCode" => &["authorizationUrl", "tokenUrl"],
        _ => &[],
    }
}

fn whole(site: &Site<'_>, noun: &str, keys: &[&str], findings: &mut Vec<Finding>) {
    for key in keys.iter().filter(|key| site.place.get(key).is_none()) {
        let kind = site.place.text("type").map(|kind| format!(" of type {kind}")).unwrap_or_default();
        let message = format!("{noun}{kind} needs the key `{key}`");
        findings.push(site.place.error(Rule::Security, site.at, message));
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

    #[test]
    fn a_scheme_says_what_its_type_asks_for() {
        let text = schemas("A: {}\n")
            + "  securitySchemes:\n    a: {type: apiKey, in: header}\n    b: {type: oauth2, flows: {implicit: {scopes: {}}}}\n";
        assert_eq!(
            found("security", &text),
            [
                "8:5: error: a security scheme of type apiKey needs the key `name`",
                "9:31: error: this OAuth flow needs the key `authorizationUrl`",
            ]
        );
    }
}
