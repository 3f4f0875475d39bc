//! A file that has its name only once it is whole.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::future::poll_fn;
use std::path::{Path, PathBuf};

use tokio::fs::{self, File};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio::task::spawn_blocking;

use super::fetch::{Fetch, Piece};
use super::unwritten;
use crate::Error;

/// How much is written at a time.
const PIECE: usize = 64 * 1024;

/// Receives into a file, and returns its size.
pub(super) async fn receive(mut fetch: Fetch, path: &Path) -> Result<u64, Error> {
    let Some(name) = path.file_name() else {
        return Err(Error::invalid_input("the path to download to names no file; add a file name"));
    };
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{:016x}.part", fastrand::u64(..)));
    let mut partial: Option<Partial> = None;
    let mut size = 0;
    while let Some(piece) = poll_fn(|cx| fetch.poll_piece(cx)).await.transpose()? {
        let file = match &mut partial {
            Some(partial) => partial,
            // Not before there is something to write: most errors come sooner.
            None => partial.insert(Partial::create(path.with_file_name(&hidden)).await?),
        };
        match piece {
            Piece::Bytes(bytes) => {
                file.file.write_all(&bytes).await.map_err(unwritten)?;
                size += bytes.len() as u64;
            }
            Piece::Restart => {
                file.clear().await.map_err(unwritten)?;
                size = 0;
            }
        }
    }
    let partial = match partial {
        Some(partial) => partial,
        None => Partial::create(path.with_file_name(&hidden)).await?,
    };
    partial.name(path).await.map_err(unwritten)?;
    Ok(size)
}

/// A file that is removed unless it is given its name.
struct Partial {
    file: File,
    guard: Guard,
}

impl Partial {
    async fn create(path: PathBuf) -> Result<Self, Error> {
        // The guard comes with the file, so that the file is removed even if nobody waits for it any more.
        let create = move || {
            let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
            Ok((file, Guard(Some(path))))
        };
        let created = spawn_blocking(create).await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
        let (file, guard) = created.map_err(unwritten)?;
        let mut file = File::from_std(file);
        file.set_max_buf_size(PIECE);
        Ok(Self { file, guard })
    }

    async fn clear(&mut self) -> std::io::Result<()> {
        self.file.flush().await?;
        self.file.set_len(0).await?;
        self.file.rewind().await?;
        Ok(())
    }

    /// Makes it last, and gives it its name.
    async fn name(self, path: &Path) -> std::io::Result<()> {
        let Self { mut file, mut guard } = self;
        file.flush().await?;
        file.sync_all().await?;
        // Some systems name no file that is open.
        drop(file.into_std().await);
        if let Some(hidden) = &guard.0 {
            fs::rename(hidden, path).await?;
        }
        guard.0 = None;
        sync_folder(path).await
    }
}

/// Makes the new name last as well, where a folder can be opened.
#[cfg(unix)]
async fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new("."))).await?.sync_all().await
}

#[cfg(not(unix))]
async fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Removes a file when dropped.
struct Guard(Option<PathBuf>);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // It may not be there yet, or no more; there is nobody to tell.
            let _ = std::fs::remove_file(path);
        }
    }
}
