//! What the changelog says about a version.

/// The entry for a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// It has one, and nothing came after.
    Released,
    /// What is under `Unreleased` will be in it.
    Unreleased,
    /// It has one, and more is under `Unreleased`: the next version.
    Outgrown,
    /// It has none.
    Missing,
}

/// Finds the entry in a text after Keep a Changelog.
pub(super) fn entry(changelog: &str, version: &str) -> Entry {
    let has = |name: &str| {
        let mut lines = changelog.lines().skip_while(|line| title(line) != Some(name)).skip(1);
        lines.by_ref().take_while(|line| title(line).is_none()).any(|line| line.starts_with("- "))
    };
    match (has(version), has("Unreleased")) {
        (true, false) => Entry::Released,
        (false, true) => Entry::Unreleased,
        (true, true) => Entry::Outgrown,
        (false, false) => Entry::Missing,
    }
}

/// The version that a heading such as `## [0.1.0] - 2030-01-31` names.
fn title(line: &str) -> Option<&str> {
    let name = line.strip_prefix("## ")?.split_whitespace().next()?;
    Some(name.trim_start_matches('[').trim_end_matches(']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_lines() {
        for (changelog, expected) in [
            ("## Unreleased\n\n## 0.1.0 - 2030-01-31\n\n### Added\n\n- One.\n", Entry::Released),
            ("## [0.1.0] - 2030-01-31\n- One.\n", Entry::Released),
            ("## Unreleased\n\n### Added\n\n- One.\n", Entry::Unreleased),
            ("## Unreleased\n\n- Two.\n\n## 0.1.0 - 2030-01-31\n\n- One.\n", Entry::Outgrown),
            ("## Unreleased\n\n## 0.1.0 - 2030-01-31\n\n## 0.0.9\n\n- One.\n", Entry::Missing),
            ("", Entry::Missing),
        ] {
            assert_eq!(entry(changelog, "0.1.0"), expected, "{changelog}");
        }
    }
}
