//! One change of what the documents mean.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::document::Span;

/// What a change asks of the next version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Other behaviour behind the same API.
    Behaviour,
    /// More API; what compiled still compiles.
    Addition,
    /// What compiled may not compile any more.
    Breaking,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Behaviour => "behaviour",
            Self::Addition => "addition",
            Self::Breaking => "breaking",
        })
    }
}

/// One change.
#[derive(Clone, Debug)]
pub struct Change {
    /// The package whose document says it.
    pub krate: String,
    /// The kind, named like a rule of the lint.
    pub rule: &'static str,
    /// How bad it is for the API by what it means.
    pub level: Level,
    /// The file: of the old state with its name before it, when the thing is gone.
    pub file: String,
    /// Where in it.
    pub span: Span,
    /// What changed, in the words of the wire.
    pub message: String,
    /// What it does to versions that are published already; nothing when they go on as before.
    pub wire: Option<String>,
    /// What it does to the API, by package.
    pub effects: Vec<Effect>,
    /// The items of the API that it is about.
    pub subjects: Vec<Subject>,
    /// Types that it begins or ends to use: crates give those of others a name of their own.
    pub used: BTreeSet<String>,
}

/// An effect on the API of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// The package.
    #[serde(rename = "crate")]
    pub krate: String,
    /// How bad.
    pub level: Level,
    /// What, in a few words of Rust.
    pub text: String,
}

/// An item of the API, or some members of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The module.
    pub module: &'static str,
    /// The item.
    pub name: String,
    /// The members, when it is not the whole item.
    pub members: Vec<String>,
}

impl Subject {
    /// The whole item.
    pub fn item(module: &'static str, name: &str) -> Self {
        Self { module, name: name.to_owned(), members: Vec::new() }
    }

    /// A member of an item, with the functions made for it.
    pub fn member(module: &'static str, name: &str, member: &str) -> Self {
        let bare = member.trim_end_matches('_');
        Self { members: vec![member.to_owned(), format!("with_{bare}")], ..Self::item(module, name) }
    }
}

impl Change {
    /// The worst of the meaning and of the effects.
    pub fn worst(&self) -> Level {
        self.effects.iter().map(|effect| effect.level).max().unwrap_or(self.level).max(self.level)
    }

    /// The worst for one package.
    pub fn worst_in(&self, krate: &str) -> Option<Level> {
        let own = (self.krate == krate).then_some(self.level);
        let effects = self.effects.iter().filter(|effect| effect.krate == krate).map(|effect| effect.level);
        own.into_iter().chain(effects).max()
    }
}
