//! The next version, by the rules of Semantic Versioning: before 1.0 what breaks raises the second number.

use anyhow::{Context as _, bail};

use super::change::Level;

/// The next version for changes of this level.
///
/// # Errors
///
/// When the version is no plain `1.2.3`.
pub fn next(version: &str, level: Level) -> anyhow::Result<String> {
    let numbers: Vec<u64> =
        version.split('.').map(str::parse).collect::<Result<_, _>>().context(version.to_owned())?;
    let [major, minor, patch] = numbers.as_slice() else { bail!("`{version}` is no version such as 0.1.0") };
    Ok(match (level, major) {
        (Level::Breaking, 0) => format!("0.{}.0", minor + 1),
        (Level::Addition | Level::Behaviour, 0) | (Level::Behaviour, _) => {
            format!("{major}.{minor}.{}", patch + 1)
        }
        (Level::Breaking, _) => format!("{}.0.0", major + 1),
        (Level::Addition, _) => format!("{major}.{}.0", minor + 1),
    })
}

/// The version that all packages share, from the manifest of the workspace.
///
/// # Errors
///
/// When the manifest has none.
pub fn of_workspace(manifest: &str) -> anyhow::Result<String> {
    let lines = manifest.lines().skip_while(|line| *line != "[workspace.package]");
    let version = lines
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| line.strip_prefix("version = "));
    Ok(version.context("Cargo.toml has no version for all packages")?.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_one_what_breaks_raises_the_second_number() {
        for (version, level, expected) in [
            ("0.1.2", Level::Breaking, "0.2.0"),
            ("0.1.2", Level::Addition, "0.1.3"),
            ("0.1.2", Level::Behaviour, "0.1.3"),
            ("1.4.2", Level::Breaking, "2.0.0"),
            ("1.4.2", Level::Addition, "1.5.0"),
            ("1.4.2", Level::Behaviour, "1.4.3"),
        ] {
            assert_eq!(next(version, level).unwrap(), expected, "{version} {level}");
        }
        assert!(next("0.1", Level::Breaking).is_err());
    }

    #[test]
    fn the_version_is_that_of_all_packages() {
        let manifest =
            "[workspace]\nversion = \"9\"\n[workspace.package]\nedition = \"2024\"\nversion = \"0.1.0\"\n";
        assert_eq!(of_workspace(manifest).unwrap(), "0.1.0");
        assert!(of_workspace("[workspace.package]\n[package]\nversion = \"1\"\n").is_err());
    }
}
