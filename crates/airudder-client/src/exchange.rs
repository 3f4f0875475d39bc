//! The sending of one call, with its attempts.

use std::future;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::HeaderValue;
use http::header::HeaderName;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use tokio::time::{Instant, timeout};
use tracing::field::Empty;
use tracing::{Span, debug, info_span};

use crate::client::Core;
use crate::error::ErrorKind;
use crate::token::Token;
use crate::transport::{BoxFuture, Fault};
use crate::{Answer, Auth, Description, Error, Outgoing, Signable, Signature};

/// How long a call may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) attempt: Duration,
    pub(crate) total: Duration,
}

/// A call under way: the same code for all operations.
pub(crate) struct Exchange {
    core: Arc<Core>,
    description: &'static Description,
    /// `None` if the operation could not be written.
    outgoing: Option<Arc<Outgoing>>,
    limits: Limits,
    started: Instant,
    attempts: u32,
    /// What the last attempt was authorised with.
    token: Option<Arc<Token>>,
    is_resent: bool,
    attempt: BoxFuture<'static, Attempt>,
    span: Span,
}

/// How an attempt ended.
enum Attempt {
    Unsent(Error),
    Sent { token: Option<Arc<Token>>, outcome: Result<Answer, Error> },
}

impl Exchange {
    pub(crate) fn new(
        core: Arc<Core>,
        description: &'static Description,
        outgoing: Result<Outgoing, Error>,
        limits: Limits,
    ) -> Self {
        let started = Instant::now();
        let span = span(&core, description);
        let (outgoing, attempt): (_, BoxFuture<'static, Attempt>) = match outgoing {
            Ok(outgoing) => {
                let outgoing = Arc::new(outgoing);
                let attempt = run(Arc::clone(&core), Arc::clone(&outgoing), limits, started);
                (Some(outgoing), Box::pin(attempt))
            }
            Err(error) => (None, Box::pin(future::ready(Attempt::Unsent(error)))),
        };
        let (token, is_resent, attempts) = (None, false, 0);
        Self { core, description, outgoing, limits, started, attempts, token, is_resent, attempt, span }
    }

    /// The next answer that is worth reading.
    pub(crate) fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<Result<Answer, Error>> {
        let span = self.span.clone();
        let _entered = span.enter();
        loop {
            let error = match ready!(self.attempt.as_mut().poll(cx)) {
                Attempt::Unsent(error) => error,
                Attempt::Sent { token, outcome } => {
                    self.attempts += 1;
                    self.token = token;
                    match outcome {
                        Ok(answer) => return Poll::Ready(Ok(answer)),
                        Err(error) => error,
                    }
                }
            };
            if let Some(error) = self.after(error) {
                return Poll::Ready(Err(error));
            }
        }
    }

    /// What follows an error: another attempt, or the error itself as it is to be returned.
    pub(crate) fn after(&mut self, error: Error) -> Option<Error> {
        let span = self.span.clone();
        let _entered = span.enter();
        debug!(attempt = self.attempts, error.r#type = error.kind().as_str(), "attempt failed");
        // The vendor refused the token before acting, so that sending again is safe whatever the operation does.
        if error.is_auth()
            && !self.is_resent
            && let Some(token) = self.token.take()
            && let Some(outgoing) = &self.outgoing
        {
            self.core.tokens.invalidate(&token);
            self.is_resent = true;
            self.attempt =
                Box::pin(run(Arc::clone(&self.core), Arc::clone(outgoing), self.limits, self.started));
            return None;
        }
        self.finish(error.http_status(), Some(error.kind()));
        Some(error.with_description(self.description).with_attempts(self.attempts))
    }

    /// Notes the end of the call in its span.
    pub(crate) fn finish(&self, status: Option<u16>, error: Option<ErrorKind>) {
        self.span.record("http.request.resend_count", self.attempts.saturating_sub(1));
        if let Some(status) = status {
            self.span.record("http.response.status_code", status);
        }
        if let Some(kind) = error {
            self.span.record("error.type", kind.as_str());
            self.span.record("otel.status_code", "ERROR");
        }
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// The span of a call. It has the template of the path, since the path and the query may be personal data.
fn span(core: &Core, description: &Description) -> Span {
    let (method, template) = (description.method.as_str(), core.template(description));
    info_span!(
        "call",
        otel.name = format_args!("{method} {template}"),
        otel.kind = "client",
        otel.status_code = Empty,
        airudder.operation = description.id,
        http.request.method = method,
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        url.template = template,
        server.address = core.address.host,
        server.port = core.address.port,
        error.r#type = Empty,
    )
}

/// One attempt.
async fn run(core: Arc<Core>, outgoing: Arc<Outgoing>, limits: Limits, started: Instant) -> Attempt {
    let left = || limits.total.saturating_sub(started.elapsed());
    let token = match outgoing.description().auth {
        Auth::None | Auth::Signature => None,
        Auth::Token => match timeout(left(), core.token()).await {
            Ok(Ok(token)) => Some(token),
            Ok(Err(error)) => return Attempt::Unsent(error),
            Err(_) => return Attempt::Unsent(total_ran_out(limits).without_effect(true)),
        },
    };
    let request = match request(&core, &outgoing, token.as_deref()) {
        Ok(request) => request,
        Err(error) => return Attempt::Unsent(error),
    };
    let left = left();
    if left.is_zero() {
        return Attempt::Unsent(total_ran_out(limits).without_effect(true));
    }
    let limit = left.min(limits.attempt);
    let outcome = match timeout(limit, core.transport.send(request, core.max_body_size)).await {
        Ok(Ok(response)) => {
            debug!(
                http.response.status_code = response.status().as_u16(),
                body_len = response.body().len(),
                "answered"
            );
            Answer::receive(outgoing.description(), response)
        }
        Ok(Err(fault)) => Err(failed(&core, fault)),
        Err(_) if limit == limits.attempt => Err(Error::new(
            ErrorKind::Timeout,
            format!(
                "no answer within {limit:?}; raise attempt_timeout, of the client or the call, if that is too short"
            ),
        )),
        Err(_) => Err(total_ran_out(limits)),
    };
    Attempt::Sent { token, outcome }
}

fn total_ran_out(limits: Limits) -> Error {
    let what = format!(
        "not done within {:?}; raise total_timeout, of the client or the call, if that is too short",
        limits.total
    );
    Error::new(ErrorKind::Timeout, what)
}

fn failed(core: &Core, fault: Fault) -> Error {
    let host = &core.address.host;
    match fault {
        Fault::Unsent { is_timeout, source } => {
            let proxy = core.proxy.as_ref().map_or(String::new(), |proxy| {
                format!(
                    "; check also whether the proxy {proxy} is up, accepts its credentials and allows {host}"
                )
            });
            let what = format!(
                "no connection to {host}, so nothing was sent; check the address, the network and the certificates{proxy}"
            );
            Error::new(ErrorKind::Connect, what).with_timeout(is_timeout).with_source(source)
        }
        Fault::Refused { source } => {
            Error::new(ErrorKind::Io, format!("{host} turned the request away unread; try again"))
                .without_effect(true)
                .with_source(source)
        }
        Fault::Broken { source } => {
            Error::new(ErrorKind::Io, format!("the connection to {host} broke before the answer was whole"))
                .with_source(source)
        }
        Fault::TooLarge { status } => {
            let what = format!(
                "the answer (HTTP {status}) is longer than {} bytes; raise ClientBuilder::max_body_size if that is right",
                core.max_body_size
            );
            Error::new(ErrorKind::BodyTooLarge, what).with_status(status)
        }
    }
}

/// The request with what the client adds. Built anew for each attempt; the body is shared.
fn request(core: &Core, outgoing: &Outgoing, token: Option<&Token>) -> Result<http::Request<Bytes>, Error> {
    let mut url = format!("{}{}", core.address.as_str(), outgoing.path());
    if !outgoing.query().is_empty() {
        url.push('?');
        url.push_str(outgoing.query());
    }
    let mut request = http::Request::new(outgoing.body().clone());
    *request.method_mut() = outgoing.method().into();
    *request.uri_mut() = url.try_into().map_err(|error: http::uri::InvalidUri| {
        Error::invalid_input("path and query make no URL").with_source(error)
    })?;
    let headers = request.headers_mut();
    headers.insert(USER_AGENT, core.user_agent.clone());
    headers.insert(ACCEPT, HeaderValue::from_static("application/json, */*;q=0.5"));
    headers.extend(outgoing.content_type_header().map(|value| (CONTENT_TYPE, value.clone())));
    headers.extend(outgoing.headers().clone());
    headers.extend(token.map(|token| (AUTHORIZATION, token.header.clone())));
    if outgoing.description().auth == Auth::Signature {
        let signature = signature(core, &request, outgoing)?;
        request
            .headers_mut()
            .extend(signature.headers()?.map(|(name, value)| (HeaderName::from_static(name), value)));
    }
    Ok(request)
}

/// The signature of a request that is whole otherwise.
fn signature(core: &Core, request: &http::Request<Bytes>, outgoing: &Outgoing) -> Result<Signature, Error> {
    let Some(signer) = &core.signer else {
        return Err(Error::invalid_input(
            "this operation is signed, and the client has no signer; give it one with ClientBuilder::signer",
        ));
    };
    let signable = Signable {
        method: outgoing.method(),
        path: request.uri().path(),
        query: outgoing.query(),
        body: outgoing.body(),
        time: SystemTime::now(),
    };
    signer.sign(&signable).map_err(|source| {
        Error::invalid_input("the signer refused to sign, so nothing was sent").with_source(source)
    })
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;
    use crate::clock::TestClock;
    use crate::transport::{Received, Script};
    use crate::{Client, ClientBuilder, Credentials, Effect, Evidence, Method, Operation, Request};

    struct Ring;

    impl Operation for Ring {
        type Answer = ();

        const DESCRIPTION: &'static Description = &Description {
            id: "test.ring",
            method: Method::Post,
            path: "/ring",
            effect: Effect::Unsafe,
            evidence: Evidence::Documented,
            auth: Auth::Token,
            envelope: None,
        };

        fn write(&self, _: &mut Request) -> Result<(), Error> {
            Ok(())
        }

        fn read(answer: Answer) -> Result<(), Error> {
            answer.empty()
        }
    }

    fn client<A>(
        answer: impl Fn(http::Request<Bytes>, usize) -> A + Send + Sync + 'static,
        clock: &TestClock,
    ) -> Client
    where
        A: Future<Output = Received> + Send + 'static,
    {
        ClientBuilder::<Client>::new(Credentials::new("key", "secret"), "http://localhost")
            .build_with(Script::new(answer), clock.clone())
            .unwrap()
    }

    fn token() -> Received {
        Ok(http::Response::new(Bytes::from_static(br#"{"code":200,"data":{"token":"t"}}"#)))
    }

    fn is_token(request: &http::Request<Bytes>) -> bool {
        request.uri().path() == "/service/cloud/auth"
    }

    #[tokio::test]
    async fn a_day_later_another_token_is_fetched() {
        let clock = TestClock::new();
        let (sent, seen) = std::sync::mpsc::channel();
        let script = move |request: http::Request<Bytes>, _| {
            sent.send(is_token(&request)).unwrap();
            async move { if is_token(&request) { token() } else { Ok(http::Response::default()) } }
        };
        let client = client(script, &clock);
        for _ in 0..2 {
            client.call(&Ring).await.unwrap();
            client.call(&Ring).await.unwrap();
            clock.advance(Duration::from_secs(24 * 60 * 60));
        }
        assert_eq!(seen.try_iter().collect::<Vec<_>>(), [true, false, false, true, false, false]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_default_timeouts_hold() {
        let silent = client(
            |request, _| async move { if is_token(&request) { token() } else { pending().await } },
            &TestClock::new(),
        );
        let error = silent.call(&Ring).await.unwrap_err();
        assert!(error.is_timeout() && error.may_have_taken_effect());
        assert!(error.to_string().contains("30s"), "{error}");

        let silent = client(|_, _| pending(), &TestClock::new());
        let error = silent.call(&Ring).await.unwrap_err();
        assert!(error.is_timeout() && !error.may_have_taken_effect(), "{error:?}");
    }

    /// The token comes with the last moment of the call.
    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_done_in_time_is_not_sent() {
        let script = |request, count| async move {
            assert!(is_token(&request) && count == 0, "the call must not be sent");
            tokio::time::sleep(Duration::from_secs(10)).await;
            token()
        };
        let client = client(script, &TestClock::new());
        let error = client.call(&Ring).total_timeout(Duration::from_secs(10)).await.unwrap_err();
        assert!(error.is_timeout() && !error.may_have_taken_effect());
        assert_eq!(error.attempts(), 0);
    }

    #[tokio::test]
    async fn faults_say_whether_anything_was_sent() {
        for (is_unsent, is_timeout, kind) in [
            (true, false, ErrorKind::Connect),
            (true, true, ErrorKind::Connect),
            (false, false, ErrorKind::Io),
        ] {
            let script = move |request, _| async move {
                let source = "cause".into();
                match (is_token(&request), is_unsent) {
                    (true, _) => token(),
                    (false, true) => Err(Fault::Unsent { is_timeout, source }),
                    (false, false) => Err(Fault::Broken { source }),
                }
            };
            let error = client(script, &TestClock::new()).call(&Ring).await.unwrap_err();
            assert_eq!((error.kind(), error.is_timeout()), (kind, is_timeout));
            assert_eq!(error.may_have_taken_effect(), !is_unsent);
            assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "cause");
        }
    }
}
