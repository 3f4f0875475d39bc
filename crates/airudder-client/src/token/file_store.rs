//! A store in files.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fs4::FileExt;
use tokio::task::spawn_blocking;
use tracing::warn;
use zeroize::Zeroizing;

use super::file_format;
use super::store::{Account, StoreFuture, StoredToken, TokenStore};

/// More than any token needs: a longer file is none of ours.
const MAX_LEN: u64 = 64 * 1024;

/// Shares tokens among the processes of one machine, by a file for each account in a directory.
///
/// ```no_run
/// use airudder_client::{Client, ClientBuilder, Credentials, FileTokenStore};
///
/// # fn make() -> Result<(), airudder_client::Error> {
/// let client: Client = ClientBuilder::new(Credentials::from_env()?, "https://api.airudder.com")
///     .token_store(FileTokenStore::new("/var/lib/my-service/airudder"))
///     .build()?;
/// # Ok(())
/// # }
/// ```
///
/// The name of a file is a digest of the address and the account's key. **The token is in it as plain text**: who can read
/// it can place calls for a day. So, on Unix:
///
/// - the files have the mode 0600, and the directory, if it is made here, 0700;
/// - a file that anybody else may read or write is not believed, which is logged as a warning; the next token replaces it.
///
/// On other systems a file has the rights that its directory gives. Use a directory that only the service itself can write.
///
/// A file is replaced as a whole (a temporary file, flushed to the disk, then renamed), so that a reader sees one token or
/// the other and never a mixture. Writers take turns by a lock, which ends with the process that holds it, so that a newer
/// token is never replaced by an older one. A file that is damaged counts as none.
///
/// The files are read and written on tokio's threads for blocking work.
///
/// Processes that start at the same moment may each ask the vendor once, which does no harm: the vendor lets an older
/// token live on.
#[derive(Clone, Debug)]
pub struct FileTokenStore {
    directory: Arc<Path>,
}

impl FileTokenStore {
    /// A store in this directory, which is made when the first token is saved.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into().into() }
    }

    /// Does something with the file of an account, where it holds up nobody.
    fn with_file<T: Send + 'static>(
        &self,
        account: &Account,
        action: impl FnOnce(&TokenFile) -> io::Result<T> + Send + 'static,
    ) -> StoreFuture<'static, T> {
        let file = TokenFile::new(&self.directory, account);
        Box::pin(async move {
            let directory = Arc::clone(&file.directory);
            spawn_blocking(move || action(&file)).await?.map_err(|error| {
                // The name of the file would look like a secret to the log.
                format!("the token file in {}: {error}", directory.display()).into()
            })
        })
    }
}

impl TokenStore for FileTokenStore {
    fn load<'a>(&'a self, account: &'a Account) -> StoreFuture<'a, Option<StoredToken>> {
        self.with_file(account, TokenFile::load)
    }

    fn save<'a>(&'a self, account: &'a Account, token: &'a StoredToken) -> StoreFuture<'a, ()> {
        let token = token.clone();
        self.with_file(account, move |file| file.save(&token))
    }

    fn forget<'a>(&'a self, account: &'a Account, token: &'a StoredToken) -> StoreFuture<'a, ()> {
        let token = token.clone();
        self.with_file(account, move |file| file.forget(&token))
    }
}

/// The file of one account, beside it a lock and, for moments, the file that is to replace it.
struct TokenFile {
    directory: Arc<Path>,
    name: String,
}

impl TokenFile {
    fn new(directory: &Arc<Path>, account: &Account) -> Self {
        Self { directory: Arc::clone(directory), name: file_format::name(account) }
    }

    fn path(&self, extension: &str) -> PathBuf {
        self.directory.join(format!("{}.{extension}", self.name))
    }

    /// Needs no lock: a file is there whole, or not at all.
    fn load(&self) -> io::Result<Option<StoredToken>> {
        let path = self.path("token");
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let metadata = file.metadata()?;
        if !is_private(&metadata) {
            warn!(
                path = %path.display(),
                "the token file is not believed, since its mode lets others read or write it; the next token replaces it"
            );
            return Ok(None);
        }
        if !metadata.is_file() || metadata.len() > MAX_LEN {
            return Ok(None);
        }
        // One byte more than there is, so that the end is found without growing, which would leave copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1));
        file.take(metadata.len()).read_to_end(&mut bytes)?;
        Ok(std::str::from_utf8(&bytes).ok().and_then(|text| file_format::read(&self.name, text)))
    }

    fn save(&self, token: &StoredToken) -> io::Result<()> {
        let text = file_format::write(&self.name, token)
            .ok_or_else(|| io::Error::other("the time is before 1970; set the clock of the machine"))?;
        make_directory(&self.directory)?;
        let _lock = self.lock()?;
        if self.load()?.is_some_and(|kept| !token.supersedes(&kept)) {
            return Ok(());
        }
        self.replace(text.as_bytes())
    }

    fn forget(&self, token: &StoredToken) -> io::Result<()> {
        let _lock = match self.lock() {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            lock => lock?,
        };
        if self.load()?.as_ref() != Some(token) {
            return Ok(());
        }
        fs::remove_file(self.path("token"))
    }

    /// Waits for the other writers, who are done in a moment; the lock ends with the file that is returned.
    fn lock(&self) -> io::Result<File> {
        let file =
            private(OpenOptions::new().write(true).create(true).truncate(false)).open(self.path("lock"))?;
        FileExt::lock(&file)?;
        Ok(file)
    }

    /// Puts a new file in the place of the old one; only who has the lock may.
    fn replace(&self, bytes: &[u8]) -> io::Result<()> {
        let path = self.path("new");
        // A process that ended in the middle of this may have left one.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = private(OpenOptions::new().write(true).create_new(true)).open(&path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&path, self.path("token"))?;
        sync_directory(&self.directory)
    }
}

#[cfg(unix)]
fn is_private(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn is_private(_: &Metadata) -> bool {
    true
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

fn make_directory(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.recursive(true).create(path)
}

/// Makes sure that a rename outlives a power cut, which needs a flush of the directory on Unix.
fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;
    use std::time::{Duration, SystemTime};

    use tempfile::TempDir;

    use super::*;

    /// A directory that is yet to be made, and the file of an account in it.
    fn setup() -> (TempDir, TokenFile) {
        let root = TempDir::new().unwrap();
        let file = TokenFile::new(&root.path().join("made/here").into(), &account());
        (root, file)
    }

    fn account() -> Account {
        Account::new("https://example.com", "canary-key")
    }

    /// A token that was asked for so many milliseconds from now; a long one, so that a torn one would show.
    fn token(number: u64) -> StoredToken {
        let asked_at =
            SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000) + Duration::from_millis(number);
        StoredToken::new(format!("{number:04}").repeat(2_000), asked_at, asked_at + Duration::from_secs(60))
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let (_root, file) = setup();
        assert_eq!(file.load().unwrap(), None);
        file.forget(&token(1)).unwrap();
        file.save(&token(1)).unwrap();
        assert_eq!(file.load().unwrap(), Some(token(1)));
        let other = TokenFile::new(&file.directory, &Account::new("https://example.com", "other"));
        assert_eq!(other.load().unwrap(), None);
    }

    #[test]
    fn a_newer_token_stays() {
        let (_root, file) = setup();
        file.save(&token(2)).unwrap();
        file.save(&token(1)).unwrap();
        file.forget(&token(1)).unwrap();
        assert_eq!(file.load().unwrap(), Some(token(2)));
        file.forget(&token(2)).unwrap();
        assert_eq!(file.load().unwrap(), None);
    }

    #[test]
    fn a_damaged_file_is_none_and_is_replaced() {
        let (_root, file) = setup();
        file.save(&token(1)).unwrap();
        let whole = fs::read(file.path("token")).unwrap();
        for damaged in [&[][..], &whole[..100], b"\xff\xfe", &[b'x'; 100_000]] {
            fs::write(file.path("token"), damaged).unwrap();
            // What a process left that ended in the middle.
            fs::write(file.path("new"), "half").unwrap();
            assert_eq!(file.load().unwrap(), None);
            file.save(&token(0)).unwrap();
            assert_eq!(file.load().unwrap(), Some(token(0)));
        }
    }

    #[test]
    fn names_hide_the_key_and_nothing_is_left_behind() {
        let (_root, file) = setup();
        file.save(&token(1)).unwrap();
        file.save(&token(2)).unwrap();
        let mut names: Vec<_> = fs::read_dir(&file.directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names.len(), 2, "{names:?}");
        assert!(names[0].ends_with(".lock") && names[1].ends_with(".token"), "{names:?}");
        assert!(!names[0].contains("canary"));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_and_what_others_may_is_not_believed() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_root, file) = setup();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        file.save(&token(1)).unwrap();
        assert_eq!(mode(&file.directory), 0o700);
        assert_eq!(mode(&file.path("lock")), 0o600);
        for wrong in [0o604, 0o640, 0o602, 0o620, 0o666] {
            assert_eq!(mode(&file.path("token")), 0o600);
            fs::set_permissions(file.path("token"), fs::Permissions::from_mode(wrong)).unwrap();
            assert_eq!(file.load().unwrap(), None, "{wrong:o}");
            // It is replaced, not made private: who could read it has read it.
            file.save(&token(0)).unwrap();
            assert_eq!(file.load().unwrap(), Some(token(0)));
        }
    }

    /// Writers in all orders, and readers who never see a torn token or one that is older than the last.
    #[test]
    fn concurrent_writers_and_readers() {
        const WRITERS: u64 = 4;
        const TOKENS: u64 = 50;
        let (_root, file) = setup();
        file.save(&token(0)).unwrap();
        let writing = AtomicU64::new(WRITERS);
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (file, writing) = (&file, &writing);
                scope.spawn(move || {
                    let mut numbers: Vec<_> = (1..=TOKENS).map(|number| number * WRITERS + writer).collect();
                    fastrand::shuffle(&mut numbers);
                    numbers.iter().for_each(|number| file.save(&token(*number)).unwrap());
                    writing.fetch_sub(1, Ordering::SeqCst);
                });
            }
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut last = token(0);
                    let mut is_over = false;
                    while !is_over {
                        is_over = writing.load(Ordering::SeqCst) == 0;
                        let next = file.load().unwrap().expect("a whole token");
                        assert!(next.asked_at() >= last.asked_at());
                        last = next;
                    }
                    assert_eq!(last, token(TOKENS * WRITERS + WRITERS - 1));
                });
            }
        });
    }

    #[tokio::test]
    async fn errors_name_the_directory_and_no_secret() {
        let root = TempDir::new().unwrap();
        fs::write(root.path().join("file"), "").unwrap();
        let store = FileTokenStore::new(root.path().join("file"));
        let (account, token) =
            (account(), StoredToken::new("canary-token", SystemTime::now(), SystemTime::now()));
        for error in
            [store.load(&account).await.unwrap_err(), store.save(&account, &token).await.unwrap_err()]
        {
            let text = error.to_string();
            assert!(text.contains(root.path().to_str().unwrap()) && !text.contains("canary"), "{text}");
        }
        assert!(!format!("{store:?}").contains("canary"));
    }
}
