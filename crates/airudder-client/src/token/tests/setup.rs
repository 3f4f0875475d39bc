//! A vendor that does as it is told, and caches that ask it.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use tokio::task::yield_now;

use crate::clock::TestClock;
use crate::token::{DEFAULT_TOKEN_LIFETIME, Source, Token, TokenCache, TokenStore};
use crate::transport::{Fault, Script, Scripted};
use crate::{Client, ClientBuilder, Credentials, RetryPolicy};

pub const LIFETIME: Duration = DEFAULT_TOKEN_LIFETIME;

/// From here on a token is due for renewal whatever was drawn, and still serves.
pub fn late() -> Duration {
    LIFETIME.mul_f64(0.96)
}

/// What the vendor does when it is asked for a token.
#[derive(Clone, Copy)]
pub enum Mood {
    /// Numbers the tokens from 0.
    Gives,
    GivesTheSame,
    Refuses,
    IsAway,
    /// Answers that something is wrong with it.
    IsIll,
    /// Loses the request with this number and gives to the others.
    Loses(usize),
    Panics,
}

pub struct Vendor {
    mood: Mutex<Mood>,
    /// How many polls an answer takes.
    pub polls: usize,
    asked: AtomicUsize,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
    /// Tokens are given while this has a permit.
    gate: Semaphore,
    /// The tokens that calls carried.
    carried: Mutex<Vec<String>>,
}

impl Vendor {
    pub fn new(polls: usize) -> Arc<Self> {
        Arc::new(Self {
            mood: Mutex::new(Mood::Gives),
            polls,
            asked: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            most_under_way: AtomicUsize::new(0),
            gate: Semaphore::new(1),
            carried: Mutex::default(),
        })
    }

    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub fn most_under_way(&self) -> usize {
        self.most_under_way.load(Ordering::SeqCst)
    }

    pub fn close_gate(&self) {
        self.gate.try_acquire().unwrap().forget();
    }

    pub fn open_gate(&self) {
        self.gate.add_permits(1);
    }

    /// The tokens that calls carried since the last time.
    pub fn carried(&self) -> Vec<String> {
        std::mem::take(&mut self.carried.lock().unwrap())
    }

    async fn answer(&self, request: http::Request<Bytes>) -> Scripted {
        if request.uri().path() != "/service/cloud/auth" {
            let token = request.headers()["authorization"].to_str().unwrap().to_owned();
            self.carried.lock().unwrap().push(token);
            yield_now().await;
            return Ok(http::Response::default());
        }
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        let _under_way = UnderWay::new(self);
        for _ in 0..self.polls {
            yield_now().await;
        }
        let _gate = self.gate.acquire().await.unwrap();
        let mood = *self.mood.lock().unwrap();
        let body = match mood {
            Mood::Gives => given(number),
            Mood::GivesTheSame => r#"{"code":200,"data":{"token":"same"}}"#.to_owned(),
            Mood::Refuses => r#"{"code":403,"message":"key is locked"}"#.to_owned(),
            Mood::Loses(lost) if lost != number => given(number),
            Mood::IsIll => r#"{"code":503,"message":"maintenance"}"#.to_owned(),
            Mood::IsAway | Mood::Loses(_) => {
                return Err(Fault::Unsent { is_timeout: false, source: "away".into() });
            }
            Mood::Panics => panic!("as the test says"),
        };
        Ok(http::Response::new(body.into()))
    }

    /// A client that asks this vendor.
    pub fn client(self: &Arc<Self>, clock: &TestClock) -> Client {
        self.client_with(clock, |builder| builder)
    }

    pub fn client_with(
        self: &Arc<Self>,
        clock: &TestClock,
        set: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>,
    ) -> Client {
        let vendor = Arc::clone(self);
        let script = Script::new(move |request, _| {
            let vendor = Arc::clone(&vendor);
            async move { vendor.answer(request).await }
        });
        let builder = ClientBuilder::new(credentials(), "http://localhost").retry(RetryPolicy::never());
        set(builder).build_with(script, clock.clone()).unwrap()
    }

    pub fn cache(self: &Arc<Self>, clock: &TestClock) -> TokenCache {
        self.cache_with(clock, None)
    }

    pub fn cache_with(self: &Arc<Self>, clock: &TestClock, store: Option<Box<dyn TokenStore>>) -> TokenCache {
        let source = Source::new(self.client(clock), credentials(), store, LIFETIME, Box::new(clock.clone()));
        TokenCache::new(source)
    }
}

fn given(number: usize) -> String {
    format!(r#"{{"code":200,"data":{{"token":"t{number}"}}}}"#)
}

struct UnderWay<'a>(&'a Vendor);

impl<'a> UnderWay<'a> {
    fn new(vendor: &'a Vendor) -> Self {
        let count = vendor.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        vendor.most_under_way.fetch_max(count, Ordering::SeqCst);
        Self(vendor)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

pub fn credentials() -> Credentials {
    Credentials::new("key", "secret")
}

/// The text of the header.
pub fn text(token: &Token) -> &str {
    token.header.to_str().unwrap()
}

/// A runtime for futures that are polled by hand.
pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

pub fn poll<F: Future + ?Sized>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls until it is done, which must be soon.
pub fn finish<F: Future>(future: F) -> F::Output {
    let mut future = Box::pin(future);
    for _ in 0..100 {
        if let Poll::Ready(output) = poll(&mut future) {
            return output;
        }
    }
    panic!("it is stuck");
}
