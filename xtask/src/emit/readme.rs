//! `README.md` of a generated crate, which is its documentation too.

use std::fmt::Write as _;

use super::context::{Context, Index};
use super::{docs, format};
use crate::model::{Evidence, Model};

pub(super) fn readme(model: &Model, index: &Index<'_>) -> String {
    let krate = &model.krate;
    let mut text =
        format!("<!-- {} {}. Do not edit. -->\n\n# {}\n\n", format::MARK, krate.document, krate.name);
    let _ = writeln!(text, "{}\n", docs::lines(&krate.description).join("\n"));
    if let Some(example) = example(model, index) {
        let _ = writeln!(text, "```rust,no_run\n{example}\n```\n");
    }
    operations(model, &mut text);
    callbacks(model, &mut text);
    if !model.operations.is_empty() || !model.callbacks.is_empty() {
        text.push_str(
            "*documented*: read on the vendor's page. *observed*: seen in a vendor's example or in working client code.\n\
             *assumed*: only the title is known, the rest is written after the nearest documented sibling.\n",
        );
    }
    format!("{}\n", text.trim_end())
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
    let mut uses = vec!["Client".to_owned(), "Credentials".to_owned()];
    if text.contains("models ::") {
        uses.push("models".to_owned());
    }
    uses.push(format!("operations::{}", operation.name));
    if text.contains("wire ::") {
        uses.push("wire".to_owned());
    }
    Some(format!(
        "use {name}::{{{}}};\n\n# async fn example() -> Result<(), Box<dyn std::error::Error>> {{\n\
         let client = Client::new(Credentials::new(\"your key\", \"your secret\"))?;\n{call}\nprintln!(\"{{answer:?}}\");\n# Ok(())\n# }}",
        uses.join(", ")
    ))
}

fn operations(model: &Model, text: &mut String) {
    if model.operations.is_empty() {
        return;
    }
    text.push_str("## Operations\n\n| method of `Client` | what it does | known |\n|---|---|---|\n");
    for operation in &model.operations {
        let what = docs::summary(&operation.docs).replace('|', "\\|");
        let _ = writeln!(
            text,
            "| `{}` | {what} | {} |",
            operation.method_name,
            evidence(operation.vendor.evidence)
        );
    }
    text.push('\n');
}

fn callbacks(model: &Model, text: &mut String) {
    if model.callbacks.is_empty() {
        return;
    }
    text.push_str("## Callbacks\n\n| type in `webhooks` | when it comes | known |\n|---|---|---|\n");
    for callback in &model.callbacks {
        let what = docs::summary(&callback.docs).replace('|', "\\|");
        let _ = writeln!(text, "| `{}` | {what} | {} |", callback.name, evidence(callback.vendor.evidence));
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
