//! The templates.

use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{Environment, Error, UndefinedBehavior};

use super::snapshot::Snapshot;

/// A template filled with what is running. Those that end in `.html` are escaped.
pub(super) fn render(template: &str, snapshot: &Snapshot) -> Result<String, Error> {
    static TEMPLATES: LazyLock<Result<Environment<'static>, Error>> = LazyLock::new(|| {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = templates.syntax().to_builder().trim_blocks(true).lstrip_blocks(true).build()?;
        templates.set_syntax(syntax);
        templates.add_template("page.html", include_str!("page.html"))?;
        templates.add_template("now.html", include_str!("now.html"))?;
        Ok(templates)
    });
    match &*TEMPLATES {
        Ok(templates) => templates.get_template(template)?.render(Serde(snapshot)),
        Err(error) => Err(Error::new(error.kind(), error.to_string())),
    }
}
