//! The guard in a database.

use std::path::Path;
use std::time::Duration;

use airudder_webhook::rusqlite::{self, Connection};
use airudder_webhook::testing::Delivery;
use airudder_webhook::{Outcome, Receiver, Router, SqliteGuard, Stage, Unsigned};
use tempfile::TempDir;

use crate::events::Call;
use crate::once::{keeps_its_promise, key};

/// A guard whose database has a table `effects`.
fn open(folder: &TempDir) -> SqliteGuard {
    let path = folder.path().join("events.db");
    let guard = SqliteGuard::open(&path).unwrap();
    Connection::open(path).unwrap().execute("CREATE TABLE IF NOT EXISTS effects (event TEXT)", ()).unwrap();
    guard
}

fn effects(folder: &Path) -> Vec<String> {
    let connection = Connection::open(folder.join("events.db")).unwrap();
    let mut statement = connection.prepare("SELECT event FROM effects ORDER BY rowid").unwrap();
    statement.query_map((), |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

async fn insert(guard: &SqliteGuard, number: u8) -> Outcome {
    let effect = move |transaction: &rusqlite::Transaction<'_>| {
        transaction.execute("INSERT INTO effects VALUES (?1)", [number.to_string()])?;
        Ok(())
    };
    guard.transaction(key(number), effect).await.unwrap()
}

#[tokio::test]
async fn it_keeps_the_promise_of_all_guards() {
    let connection = Connection::open_in_memory().unwrap();
    keeps_its_promise(&SqliteGuard::new(connection, Duration::from_secs(60)).unwrap()).await;
}

#[tokio::test]
async fn keys_survive_a_restart() {
    let folder = TempDir::new().unwrap();
    assert_eq!(insert(&open(&folder), 1).await, Outcome::Handled);
    let guard = open(&folder);
    assert_eq!(insert(&guard, 1).await, Outcome::Repeated);
    assert_eq!(insert(&guard, 2).await, Outcome::Handled);
    assert_eq!(effects(folder.path()), ["1", "2"]);
}

#[tokio::test]
async fn an_effect_that_fails_or_panics_is_taken_back_with_its_key() {
    let folder = TempDir::new().unwrap();
    let guard = open(&folder);
    for panics in [false, true] {
        let effect = move |transaction: &rusqlite::Transaction<'_>| {
            transaction.execute("INSERT INTO effects VALUES ('half')", ()).unwrap();
            assert!(!panics, "in the effect");
            Err("half done".into())
        };
        let error = guard.transaction(key(1), effect).await.unwrap_err();
        assert_eq!(error.stage(), if panics { Stage::Guard } else { Stage::Handler });
        assert!(effects(folder.path()).is_empty());
    }
    assert_eq!(insert(&guard, 1).await, Outcome::Handled);
    assert_eq!(effects(folder.path()), ["1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_on_one_database_handle_an_event_once() {
    let folder = TempDir::new().unwrap();
    // Each guard has its own connection and thread, as a process of its own would.
    let guards = [open(&folder), open(&folder)];
    let tasks = (0..100_u8).map(|number| {
        let [one, other] = guards.clone();
        tokio::spawn(async move { tokio::join!(insert(&one, number / 2), insert(&other, number / 2)) })
    });
    let mut handled = 0;
    for task in tasks.collect::<Vec<_>>() {
        let (one, other) = task.await.unwrap();
        handled += [one, other].iter().filter(|outcome| **outcome == Outcome::Handled).count();
    }
    assert_eq!((handled, effects(folder.path()).len()), (50, 50));
}

#[tokio::test]
async fn a_path_of_the_router_has_its_effect_in_the_transaction() {
    let folder = TempDir::new().unwrap();
    let guard = open(&folder);
    let router = Router::new(Receiver::builder(Unsigned).build()).in_transaction(
        "/calls",
        &guard,
        |transaction, call: Call| {
            transaction.execute("INSERT INTO effects VALUES (?1)", [call.callid.as_str()])?;
            if call.callid == "bad" { Err("bad".into()) } else { Ok(()) }
        },
    );
    let mut statuses = Vec::new();
    for callid in ["1", "bad", "1", "2", "bad"] {
        let request = Delivery::of(&Call::new(callid)).unwrap().request("/calls").unwrap();
        statuses.push(router.handle(request).await.status().as_u16());
    }
    assert_eq!(statuses, [200, 503, 200, 200, 503]);
    assert_eq!(effects(folder.path()), ["1", "2"]);
}
