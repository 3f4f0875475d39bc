//! What `cargo xtask` alone says: what a maintainer comes for, and the commands that help.

use std::fmt::Write as _;

/// What brings somebody here, and the commands for it: as they are typed, and what they do.
#[derive(Debug)]
pub struct Occasion {
    /// In the maintainer's words.
    pub title: &'static str,
    /// The arguments of each command, and what it does.
    pub commands: &'static [(&'static str, &'static str)],
}

/// All of them: the first one of each maintainer, then the most frequent first.
pub const OCCASIONS: &[Occasion] = &[
    Occasion {
        title: "I am new here",
        commands: &[("demo", "see it at work: a workflow in the sandbox, from contacts to recordings")],
    },
    Occasion {
        title: "The vendor changed a page, and I saved it",
        commands: &[
            ("vendor diff PAGE", "say what the page says otherwise than spec/"),
            ("vendor diff --write PAGE", "mend spec/ in place"),
            ("vendor new PAGE", "draft an operation or callback that spec/ does not have"),
        ],
    },
    Occasion {
        title: "I changed spec/",
        commands: &[
            ("lint", "find every fault, with its place and what to do"),
            ("lint --fix", "mend what is certain, and find the rest"),
            ("codegen", "write the crates anew, never over what was edited by hand"),
            ("coverage --write", "note which of the vendor's pages are covered"),
        ],
    },
    Occasion {
        title: "What does my change mean for those who use the crates?",
        commands: &[
            ("spec-diff", "say what it does to the API and which version it asks for"),
            ("spec-diff --write", "add it to CHANGELOG.md"),
        ],
    },
    Occasion {
        title: "I am about to commit",
        commands: &[
            ("codegen --check", "make sure that crates/ is what spec/ gives"),
            ("coverage", "make sure that no page of the vendor's is forgotten"),
        ],
    },
    Occasion {
        title: "I want to release",
        commands: &[(
            "release --dry-run",
            "check and package every crate, and print the commands that publish them",
        )],
    },
    Occasion {
        title: "I have an OpenAPI document of another service",
        commands: &[
            ("lint FILE", "find its faults"),
            ("codegen --document FILE --out DIR", "make a crate of its own from it"),
        ],
    },
    Occasion {
        title: "I am tired of typing",
        commands: &[("completions bash", "teach the shell these commands (bash, fish or zsh)")],
    },
];

/// The occasions as a text.
pub fn text() -> String {
    let all = OCCASIONS.iter().flat_map(|occasion| occasion.commands);
    let width = all.map(|(command, _)| command.len()).max().unwrap_or_default();
    let mut text = "What can be done here, all of it by `cargo xtask ...`:\n".to_owned();
    for Occasion { title, commands } in OCCASIONS {
        let _ = writeln!(text, "\n{title}");
        for (command, what) in *commands {
            let _ = writeln!(text, "  {command:width$}  {what}");
        }
    }
    text.push_str(
        "\n`cargo xtask COMMAND --help` says more of a command, docs/maintaining.md of the way from a changed page to a release.\n",
    );
    text
}
