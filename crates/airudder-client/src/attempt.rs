//! One attempt of a call.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::field::Empty;
use tracing::{Instrument, Span, debug_span};
use url::Url;

use crate::answer;
use crate::client::Core;
use crate::error::ErrorKind;
use crate::hook::{AttemptEnd, AttemptStart, Called};
use crate::limit::Permit;
use crate::token::Token;
use crate::transport::{self, BodyStream, Cut, Fault, collect};
use crate::{Answer, Auth, Error, Outgoing, Signable, Signature};

/// How long a call may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) attempt: Duration,
    pub(crate) total: Duration,
}

/// What is wanted of the answer's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// All of it at once.
    Whole,
    /// Piece by piece, if it is what was asked for; the body of an error is read whole all the same.
    Stream,
}

/// An answer with a 2xx status.
pub(crate) enum Received {
    Whole(Answer),
    Stream(Streamed),
}

/// An answer whose body is yet to come.
pub(crate) struct Streamed {
    /// The answer but for its body.
    pub(crate) head: Answer,
    pub(crate) body: BodyStream,
    /// The place among the requests under way, which is kept until the body is there.
    pub(crate) permit: Permit,
}

/// How an attempt ended.
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and nearly always the large one")]
pub(crate) enum Attempt {
    /// There was no request, and there will be none.
    Unsent(Error),
    Sent {
        token: Option<Arc<Token>>,
        outcome: Result<Received, Error>,
    },
}

/// What all attempts of a call have in common.
pub(crate) struct Sending {
    pub(crate) core: Arc<Core>,
    pub(crate) outgoing: Outgoing,
    pub(crate) limits: Limits,
    /// When the call's time is over.
    pub(crate) deadline: Instant,
    pub(crate) mode: Mode,
}

impl Sending {
    /// What hooks are told about the call.
    pub(crate) fn called(&self) -> Called<'_> {
        self.core.called(self.outgoing.description())
    }

    /// How long the call may still take.
    pub(crate) fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// One attempt, after a wait.
    pub(crate) async fn attempt(self: Arc<Self>, number: u32, wait: Duration) -> Attempt {
        if !wait.is_zero() {
            sleep(wait).await;
        }
        let (token, permit) = match timeout_at(self.deadline, self.prepare()).await {
            Ok(Ok(prepared)) => prepared,
            Ok(Err(error)) => return Attempt::Unsent(error),
            Err(_) => return Attempt::Unsent(self.total_ran_out().without_effect(true)),
        };
        let request = match request(&self.core, &self.outgoing, token.as_deref()) {
            Ok(request) => request,
            Err(error) => return Attempt::Unsent(error),
        };
        let begun = Instant::now();
        if begun >= self.deadline {
            return Attempt::Unsent(self.total_ran_out().without_effect(true));
        }
        let end = after(begun, self.limits.attempt).min(self.deadline);
        let span = self.span(number);
        for hook in &self.core.hooks {
            hook.before_attempt(&AttemptStart { call: self.called(), attempt: number });
        }
        let exchange = self.core.tokens.alongside(token.as_ref(), self.exchange(request, permit));
        let outcome = match timeout_at(end, exchange).instrument(span.clone()).await {
            Ok(outcome) => outcome,
            Err(_) if end < self.deadline => Err(Error::new(
                ErrorKind::Timeout,
                format!(
                    "no answer within {:?}; raise attempt_timeout, of the client or the call, if that is too short",
                    self.limits.attempt
                ),
            )),
            Err(_) => Err(self.total_ran_out()),
        };
        self.report(&span, number, begun, &outcome);
        Attempt::Sent { token, outcome }
    }

    /// Looks after the files to send, and waits for the token and for the call's turn.
    async fn prepare(&self) -> Result<(Option<Arc<Token>>, Permit), Error> {
        self.outgoing.check_files().await?;
        let token = match self.outgoing.description().auth {
            Auth::None | Auth::Signature | Auth::Keys(_) => None,
            Auth::Token => Some(self.core.tokens.get().await?),
        };
        Ok((token, self.core.gates.pass(self.outgoing.description().id).await))
    }

    /// Sends the request and receives what is wanted of the answer.
    async fn exchange(&self, request: transport::Request, permit: Permit) -> Result<Received, Error> {
        let core = &*self.core;
        let opened = core.transport.send(request).await.map_err(|fault| failed(core, fault))?;
        let description = *self.outgoing.description();
        let (parts, body) = opened.into_parts();
        if self.mode == Mode::Stream && parts.status.is_success() && !is_read_whole(&parts.headers) {
            let head =
                Answer::receive(description, http::Response::from_parts(parts, Bytes::new()), &core.drift)?;
            return Ok(Received::Stream(Streamed { head, body, permit }));
        }
        let body = match collect(body, core.max_body_size).await {
            Ok(body) => body,
            Err(Cut::Broken(source)) => {
                return Err(failed(core, Fault::Broken { source }).with_answer(parts.status, &parts.headers));
            }
            Err(Cut::TooLarge) => {
                return Err(too_large(core, parts.status).with_answer(parts.status, &parts.headers));
            }
        };
        let response = http::Response::from_parts(parts, body);
        #[cfg(feature = "encryption")]
        let response = crate::encryption::open(core.encryption.as_ref(), &self.outgoing, response)?;
        Answer::receive(description, response, &core.drift).map(Received::Whole)
    }

    fn report(&self, span: &Span, number: u32, begun: Instant, outcome: &Result<Received, Error>) {
        let (status, error) = match outcome {
            Ok(Received::Whole(answer) | Received::Stream(Streamed { head: answer, .. })) => {
                (Some(answer.status()), None)
            }
            Err(error) => (error.http_status(), Some(error.kind())),
        };
        record(span, status, error);
        for hook in &self.core.hooks {
            let (call, elapsed) = (self.called(), begun.elapsed());
            hook.after_attempt(&AttemptEnd { call, attempt: number, status, error, elapsed });
        }
    }

    /// The span of an attempt: one HTTP exchange. It has the template of the path, since the path and the query may be
    /// personal data.
    fn span(&self, number: u32) -> Span {
        let Called { method, template, .. } = self.called();
        let method = method.as_str();
        debug_span!(
            "attempt",
            otel.name = format_args!("{method} {template}"),
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = method,
            http.request.resend_count = number.saturating_sub(1),
            http.response.status_code = Empty,
            url.template = template,
            server.address = self.core.address.host,
            server.port = self.core.address.port,
            error.r#type = Empty,
        )
    }

    fn total_ran_out(&self) -> Error {
        let what = format!(
            "not done within {:?}; raise total_timeout, of the client or the call, if that is too short",
            self.limits.total
        );
        Error::new(ErrorKind::Timeout, what)
    }
}

/// Notes in the span of an attempt or a call how it ended.
pub(crate) fn record(span: &Span, status: Option<u16>, error: Option<ErrorKind>) {
    if let Some(status) = status {
        span.record("http.response.status_code", status);
    }
    if let Some(kind) = error {
        span.record("error.type", kind.as_str());
        span.record("otel.status_code", "ERROR");
    }
}

/// A time so long after another; the end of all time counts as thirty years, which every clock can tell.
pub(crate) fn after(begin: Instant, time: Duration) -> Instant {
    begin.checked_add(time).unwrap_or_else(|| begin + Duration::from_secs(30 * 365 * 24 * 60 * 60))
}

/// Whether the body is an envelope, be it of an error, or cannot be read before it is whole.
fn is_read_whole(headers: &HeaderMap) -> bool {
    #[cfg(feature = "encryption")]
    if crate::encryption::is_encrypted(headers) {
        return true;
    }
    answer::is_json(headers)
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
    }
}

fn too_large(core: &Core, status: http::StatusCode) -> Error {
    let what = format!(
        "the answer (HTTP {}) is longer than {} bytes; raise ClientBuilder::max_body_size if that is right",
        status.as_u16(),
        core.max_body_size
    );
    Error::new(ErrorKind::BodyTooLarge, what)
}

/// The request with what the client adds. Built anew for each attempt; the body is shared.
fn request(core: &Core, outgoing: &Outgoing, token: Option<&Token>) -> Result<transport::Request, Error> {
    let (base, path, query) = (core.address.as_str(), outgoing.path(), outgoing.query());
    let mut url = String::with_capacity(base.len() + path.len() + 1 + query.len());
    url.push_str(base);
    url.push_str(path);
    if !query.is_empty() {
        url.push('?');
        url.push_str(query);
    }
    let url = Url::parse(&url)
        .map_err(|error| Error::invalid_input("path and query make no URL").with_source(error))?;
    let mut request = transport::Request {
        method: outgoing.method().into(),
        url,
        headers: HeaderMap::new(),
        body: outgoing.sent_body().clone(),
    };
    let headers = &mut request.headers;
    headers.insert(USER_AGENT, core.user_agent.clone());
    headers.insert(ACCEPT, HeaderValue::from_static("application/json, */*;q=0.5"));
    if let Some(content_type) = outgoing.content_type_header() {
        headers.insert(CONTENT_TYPE, content_type.clone());
    }
    if !outgoing.headers().is_empty() {
        headers.extend(outgoing.headers().clone());
    }
    if let Some(token) = token {
        headers.insert(AUTHORIZATION, token.header.clone());
    }
    #[cfg(feature = "encryption")]
    if let Some(encryption) = &core.encryption {
        encryption.seal(outgoing, &mut request)?;
    }
    match outgoing.description().auth {
        Auth::Token | Auth::None => {}
        Auth::Signature => {
            let signature = signature(core, &request, outgoing)?;
            request
                .headers
                .extend(signature.headers()?.map(|(name, value)| (HeaderName::from_static(name), value)));
        }
        Auth::Keys(alternatives) => core.keys.authorise(alternatives, &mut request)?,
    }
    Ok(request)
}

/// The signature of a request that is whole otherwise.
fn signature(core: &Core, request: &transport::Request, outgoing: &Outgoing) -> Result<Signature, Error> {
    let Some(signer) = &core.signer else {
        return Err(Error::invalid_input(
            "this operation is signed, and the client has no signer; give it one with ClientBuilder::signer",
        ));
    };
    let Some(body) = request.body.bytes() else {
        return Err(Error::invalid_input(
            "a signature is over the whole body, which is not known of a file that is read as it is sent; read it first \
             and pass it with File::new",
        ));
    };
    let signable = Signable {
        method: outgoing.method(),
        path: request.url.path(),
        query: request.url.query().unwrap_or_default(),
        body,
        time: SystemTime::now(),
    };
    signer.sign(&signable).map_err(|source| {
        Error::invalid_input("the signer refused to sign, so nothing was sent").with_source(source)
    })
}
