//! `README.md` of a generated crate, which is its documentation too.

use std::fmt::Write as _;

use super::context::{Context, Index};
use super::{docs, format};
use crate::model::{Access, Answer, Evidence, Model, Way};

pub(super) fn readme(model: &Model, index: &Index<'_>) -> String {
    let krate = &model.krate;
    let mut text =
        format!("<!-- {} {}. Do not edit. -->\n\n# {}\n\n", format::MARK, krate.document, krate.name);
    let description = if krate.description.is_empty() { &krate.title } else { &krate.description };
    let _ = writeln!(text, "{}\n", docs::lines(description).join("\n"));
    if let Some(example) = example(model, index) {
        let run = if index.has_sandbox { "" } else { ",no_run" };
        let _ = writeln!(text, "```rust{run}\n{example}\n```\n");
    }
    let operations = model.operations.iter().map(|one| (&one.method_name, &one.docs, one.vendor.evidence));
    table("## Operations", "method of `Client` | what it does", operations.collect(), &mut text);
    let callbacks = model.callbacks.iter().map(|one| (&one.name, &one.docs, one.vendor.evidence));
    table("## Callbacks", "type in `webhooks` | when it comes", callbacks.collect(), &mut text);
    if !model.callbacks.is_empty() {
        text.push_str("`webhooks::Event` is any of them, for an address that takes them all.\n\n");
    }
    if text.contains("| known |") {
        text.push_str(
            "*documented*: read on the vendor's page. *observed*: seen in a vendor's example or in working client code.\n\
             *assumed*: only the title is known, the rest is written after the nearest documented sibling.\n",
        );
    }
    format!("{}\n", text.trim_end())
}

/// What stands before an example, and how it makes its client: for the sandbox where there is one.
fn stage(model: &Model, index: &Index<'_>, credentials: &str) -> (String, String) {
    if !index.has_sandbox {
        let stage = "# async fn example() -> Result<(), Box<dyn std::error::Error>> {\n".to_owned();
        return (stage, format!("Client::new({credentials})?"));
    }
    let takes = if model.is_signed() { "signing_credentials" } else { "credentials" };
    let stage = format!(
        "# #[tokio::main(flavor = \"current_thread\")]\n# async fn main() -> Result<(), Box<dyn std::error::Error>> {{\n\
         # let sandbox = airudder_sandbox::Sandbox::builder().{takes}(\"your key\", \"your secret\").by_example().start().await?;\n"
    );
    let address = format!("# .address(sandbox.url_of(\"{}\"))", model.krate.stem);
    (stage, format!("Client::builder({credentials})\n{address}\n    .build()?"))
}

/// The first unsafe operation with an example: it is what people come for; else the first one.
fn example(model: &Model, index: &Index<'_>) -> Option<String> {
    let name = model.krate.name.replace('-', "_");
    let root = quote::format_ident!("{name}");
    let context = Context::new(model, index, quote::quote!(#root));
    let operation = model.operations.iter().find(|operation| !operation.request_examples.is_empty())?;
    let request =
        operation.request_examples.iter().find_map(|example| context.request(operation, example))?;
    let method = quote::format_ident!("{}", operation.method_name);
    let call = format::expression(&quote::quote!(let answer = client.#method(#request).await?;));
    let text = request.to_string();
    let (with, credentials) = match model.access() {
        Access::Signer => ("HmacSigner", "HmacSigner::new(\"your key\", \"your secret\")".to_owned()),
        Access::Credentials => ("Credentials", "Credentials::new(\"your key\", \"your secret\")".to_owned()),
        Access::Keys => ("Keys", keys(model)),
        Access::Open => ("", String::new()),
    };
    let (stage, made) = stage(model, index, &credentials);
    let mut uses = vec!["Client".to_owned()];
    uses.extend(Some(with.to_owned()).filter(|with| !with.is_empty()));
    if text.contains("models ::") {
        uses.push("models".to_owned());
    }
    if text.contains("operations ::") {
        uses.push("operations".to_owned());
    }
    uses.push(format!("operations::{}", operation.name));
    if text.contains("wire ::") {
        uses.push("wire".to_owned());
    }
    let (call, shown) = match operation.answer {
        Answer::Empty => (format::expression(&quote::quote!(client.#method(#request).await?;)), ""),
        _ => (call, "\nprintln!(\"{answer:?}\");"),
    };
    Some(format!(
        "use {name}::{{{}}};\n\n{stage}\
         let client = {made};\n{call}{shown}\n# Ok(())\n# }}",
        uses.join(", ")
    ))
}

/// The keys of the first scheme.
fn keys(model: &Model) -> String {
    let first = model.schemes.first();
    let setter = first.map(|scheme| {
        let secrets =
            if scheme.way == Way::Basic { "\"your user\", \"your password\"" } else { "\"your secret\"" };
        format!(".with_{}({secrets})", scheme.name)
    });
    format!("Keys::new(){}", setter.unwrap_or_default())
}

/// A table of names, what they are and how that is known; the last column only where a document says it.
fn table(title: &str, columns: &str, rows: Vec<(&String, &String, Option<Evidence>)>, text: &mut String) {
    if rows.is_empty() {
        return;
    }
    let is_known = rows.iter().any(|(_, _, evidence)| evidence.is_some());
    let (head, line) = if is_known { (" known |", "---|") } else { ("", "") };
    let _ = writeln!(text, "{title}\n\n| {columns} |{head}\n|---|---|{line}");
    for (name, docs, how) in rows {
        let what = docs::summary(docs).replace('|', "\\|");
        let how = if is_known { format!(" {} |", evidence(how)) } else { String::new() };
        let _ = writeln!(text, "| `{name}` | {what} |{how}");
    }
    text.push('\n');
}

fn evidence(evidence: Option<Evidence>) -> &'static str {
    match evidence {
        Some(Evidence::Documented) => "documented",
        Some(Evidence::Observed) => "observed",
        Some(Evidence::Assumed) => "assumed",
        None => "",
    }
}
