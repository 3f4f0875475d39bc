//! `Cargo.toml` of a generated crate.

use std::fmt::Write as _;

use super::context::Index;
use super::format;
use crate::model::{Access, Model};

/// Features of the client that a consumer of one crate turns on here.
const FORWARDED: [(&str, &str); 6] = [
    ("rustls-ring", "TLS by rustls with ring."),
    ("rustls-aws-lc", "TLS by rustls with AWS-LC."),
    ("native-tls", "TLS by the library of the operating system."),
    ("http2", "HTTP/2 by TLS, for clients that ask for it."),
    ("blocking", "Calls that are waited for, without async code."),
    ("encryption", "Encrypts requests and decrypts answers."),
];

/// The same, where requests carry tokens.
const TOKENS: (&str, &str) = ("file-token-store", "Tokens in files, shared by the processes of a machine.");

/// The manifest. What the sources mention is what the crate depends on. `runtime` is the path to the runtime crates,
/// where the workspace does not know them.
pub(super) fn manifest(
    model: &Model,
    index: &Index<'_>,
    runtime: Option<&str>,
    sources: &str,
    has_tests: bool,
) -> String {
    let has_client = !model.operations.is_empty();
    let mut text = format!("# {} {}. Do not edit.\n", format::MARK, model.krate.document);
    let _ = writeln!(text, "[package]\nname = \"{}\"", model.krate.name);
    let _ = writeln!(text, "description = {}", quoted(&description(model)));
    match runtime {
        None => text.push_str(
            "version.workspace = true\nedition.workspace = true\nrust-version.workspace = true\n\
             license.workspace = true\nkeywords.workspace = true\ncategories.workspace = true\n",
        ),
        Some(_) => {
            text.push_str(
                "version = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.88\"\npublish = false\n",
            );
        }
    }
    text.push_str("readme = \"README.md\"\n");
    text.push_str("\n[package.metadata.docs.rs]\nall-features = true\n");

    text.push_str("\n[features]\n");
    let mut defaults = Vec::new();
    let mut features = String::new();
    if has_client {
        defaults.extend(["client", "rustls-ring"]);
        let signs = if model.is_signed() { ", \"airudder-client/hmac\"" } else { "" };
        let _ = writeln!(features, "# Sends requests.\nclient = [\"dep:airudder-client\"{signs}]");
        let tokens = (model.access() == Access::Credentials).then_some(TOKENS);
        for (name, what) in FORWARDED.into_iter().chain(tokens) {
            let _ = writeln!(features, "# {what}\n{name} = [\"airudder-client?/{name}\"]");
        }
    }
    if !model.callbacks.is_empty() {
        defaults.push("webhooks");
        features.push_str("# The types of callbacks.\nwebhooks = [\"airudder-wire/events\"]\n");
    }
    let defaults: Vec<_> = defaults.iter().map(|name| format!("\"{name}\"")).collect();
    let _ = write!(text, "default = [{}]\n{features}", defaults.join(", "));

    text.push_str("\n[dependencies]\n");
    if has_client {
        text.push_str(&dependency("airudder-client", runtime, true));
    }
    for krate in shared_crates(sources) {
        if krate != model.krate.name {
            text.push_str(&dependency(&krate, runtime.map(|_| ".."), false));
        }
    }
    text.push_str(&dependency("airudder-wire", runtime, false));
    let external = |name: &str, version: &str| match runtime {
        None => format!("{name}.workspace = true\n"),
        Some(_) => format!("{name} = {version}\n"),
    };
    let serde =
        external("serde", "{ version = \"1.0.229\", default-features = false, features = [\"std\"] }");
    let serde_json = external("serde_json", "\"1.0.154\"");
    if sources.contains("serde::") {
        text.push_str(&serde);
    }
    let uses_json = sources.contains("serde_json::");
    if uses_json {
        text.push_str(&serde_json);
    }
    let mut tested = String::new();
    if has_client && index.has_sandbox {
        // Without a version, for the sandbox is published after the crates that it tests.
        tested.push_str("airudder-sandbox = { path = \"../airudder-sandbox\" }\n");
    }
    if has_tests && !uses_json {
        tested.push_str(&serde_json);
    }
    if has_client && index.has_sandbox {
        tested.push_str("tokio = { workspace = true, features = [\"macros\", \"rt\"] }\n");
    }
    if !tested.is_empty() {
        let _ = write!(text, "\n[dev-dependencies]\n{tested}");
    }
    if has_tests {
        let features: Vec<_> = defaults.iter().filter(|name| **name != "\"rustls-ring\"").cloned().collect();
        let _ =
            write!(text, "\n[[test]]\nname = \"examples\"\nrequired-features = [{}]\n", features.join(", "));
    }
    if runtime.is_none() {
        text.push_str("\n[lints]\nworkspace = true\n");
    }
    text
}

/// One line for the registry: the title and the beginning of the description.
fn description(model: &Model) -> String {
    let summary = super::docs::summary(&model.krate.description);
    let sentence =
        summary.split_inclusive(". ").next().unwrap_or_default().trim().trim_end_matches('.').to_owned();
    if sentence.is_empty() { model.krate.title.clone() } else { format!("{}: {sentence}", model.krate.title) }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A crate of the project; the client's TLS is the consumer's to choose.
fn dependency(name: &str, folder: Option<&str>, is_optional: bool) -> String {
    let optional = if is_optional { ", optional = true" } else { "" };
    let features = if is_optional { ", default-features = false" } else { "" };
    match folder {
        None if is_optional => format!("{name} = {{ workspace = true{optional} }}\n"),
        None => format!("{name}.workspace = true\n"),
        Some(folder) => format!("{name} = {{ path = \"{folder}/{name}\"{features}{optional} }}\n"),
    }
}

/// The crates of other documents that the sources mention.
fn shared_crates(sources: &str) -> Vec<String> {
    let mut found: Vec<_> = sources
        .match_indices("airudder_")
        .filter_map(|(at, _)| sources.get(at..)?.split(|c: char| !c.is_alphanumeric() && c != '_').next())
        .filter(|name| !["airudder_client", "airudder_sandbox", "airudder_wire"].contains(name))
        .map(|name| name.replace('_', "-"))
        .collect();
    found.sort();
    found.dedup();
    found
}
