//! The file that a sandbox is saved to.

use std::fs;
use std::io::{Error, ErrorKind, Result, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::state::State;

/// Rises when a file of before can no longer be read.
const FORMAT: u32 = 1;

/// The whole file.
#[derive(Serialize, Deserialize)]
struct Saved<S> {
    format: u32,
    /// What the clock showed.
    now: Moment,
    state: S,
}

/// What was saved to a file; none when there is no such file.
pub(crate) fn load(file: &Path) -> Result<Option<(Moment, State)>> {
    let content = match fs::read(file) {
        Ok(content) => content,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::new(error.kind(), format!("{}: {error}", file.display()))),
    };
    // The format first: what else is in a file of another one is not known.
    let format: Saved<serde::de::IgnoredAny> = read(file, &content)?;
    if format.format != FORMAT {
        return Err(broken(
            file,
            &format!("its format is {}, and this version reads {FORMAT}", format.format),
        ));
    }
    let saved: Saved<State> = read(file, &content)?;
    Ok(Some((saved.now, saved.state)))
}

fn read<'a, T: Deserialize<'a>>(file: &Path, content: &'a [u8]) -> Result<T> {
    // The message alone could show what is in the file.
    serde_json::from_slice(content).map_err(|error| {
        broken(
            file,
            &format!("{:?} error at line {}, column {}", error.classify(), error.line(), error.column()),
        )
    })
}

fn broken(file: &Path, why: &str) -> Error {
    let message = format!(
        "{} is not the state of a sandbox ({why}); it was left as it is: move it away or name another file",
        file.display()
    );
    Error::new(ErrorKind::InvalidData, message)
}

/// What a file holds for a state.
pub(crate) fn content(now: Moment, state: &State) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(&Saved { format: FORMAT, now, state })?)
}

/// Replaces a file as a whole.
pub(crate) fn write(file: &Path, content: &[u8]) -> Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut fresh = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    fresh.write_all(content)?;
    fresh.as_file().sync_all()?;
    fresh.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_state_is_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.json");
        assert!(load(&file).unwrap().is_none());
        for (content, why) in [
            ("", "Eof error"),
            (r#"{"format": 1, "now": 0, "state": {"random": "+10000000001"}}"#, "Data error"),
            (r#"{"format": 2, "now": 0, "state": null}"#, "its format is 2"),
        ] {
            fs::write(&file, content).unwrap();
            let error = load(&file).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidData);
            assert!(error.to_string().contains(why), "{error}");
            assert!(!error.to_string().contains("+1"), "{error}");
            assert_eq!(fs::read_to_string(&file).unwrap(), content);
        }
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.json");
        let now = Moment::from_millis(1);
        for seed in [1, 2] {
            write(&file, &content(now, &State::new(seed)).unwrap()).unwrap();
        }
        let (saved, mut state) = load(&file).unwrap().unwrap();
        assert_eq!(saved, now);
        assert_eq!(state.random.id(), State::new(2).random.id());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
