//! What an operation answers: one thing, or one of several by HTTP status and media type.

use openapiv3::Type as OpenApiType;
use openapiv3::{MediaType, Operation as OpenApiOperation, ReferenceOr, Response, SchemaKind, StatusCode};

use super::body::{media, media_name};
use super::lower::{At, Lowering, Source};
use super::merge::Merged;
use super::names::Scope;
use super::{Answer, AnswerChoice, AnswerVariant, Body, Example, Failure, JsonKind, Status, Type};

/// A way in which an answer can be read.
#[derive(Clone)]
struct Alternative<'s> {
    status: Status,
    media_type: Option<&'s str>,
    answer: Answer,
    docs: String,
}

impl<'a> Lowering<'a> {
    /// What the operation answers, and its documented answers.
    pub(super) fn answer(
        &mut self,
        at: &At,
        source: &'a Source<'a>,
        operation: &'a OpenApiOperation,
        owner: &str,
        names: &mut Scope,
    ) -> (Answer, Vec<Example>) {
        let successes = self.successes(at, operation);
        let (alternatives, mut examples) = self.alternatives(source, successes, owner, "Answer");
        let answer = match one(&alternatives) {
            Some(answer) => answer,
            None => {
                examples.clear();
                let name = self.choice_name(at, owner, &["Answer", "Outcome"], names);
                Answer::Choice(AnswerChoice { name, variants: variants(alternatives) })
            }
        };
        (answer, examples)
    }

    /// The bodies of failures, where they are documented and no envelope says it all.
    pub(super) fn failure(
        &mut self,
        at: &At,
        source: &'a Source<'a>,
        operation: &'a OpenApiOperation,
        owner: &str,
        names: &mut Scope,
    ) -> Option<Failure> {
        if source.envelope.is_some() {
            return None;
        }
        let responses_at = at.child("responses");
        let responses = &operation.responses;
        let has_success = responses.responses.keys().any(is_success);
        let fallback = responses.default.iter().filter(|_| has_success);
        let failures: Vec<_> = responses
            .responses
            .iter()
            .filter(|(status, _)| matches!(status, StatusCode::Code(400..) | StatusCode::Range(4..)))
            .map(|(status, response)| (pattern(status), responses_at.child(status), response))
            .chain(fallback.map(|response| (Status::Other, responses_at.child("default"), response)))
            .collect();
        let failures = failures
            .into_iter()
            .filter_map(|(status, at, response)| {
                let (at, response) = self.response(at, response)?;
                (!response.content.is_empty()).then_some((status, at, response))
            })
            .collect();
        let (alternatives, _) = self.alternatives(source, failures, owner, "Failure");
        match one(&alternatives) {
            Some(Answer::Empty) => None,
            Some(answer) => Some(Failure::One(answer)),
            None => {
                let name = self.choice_name(at, owner, &["Failure", "Refusal"], names);
                Some(Failure::Choice(AnswerChoice { name, variants: variants(alternatives) }))
            }
        }
    }

    /// The ways in which several responses can be read. What is written out twice is one type.
    fn alternatives(
        &mut self,
        source: &'a Source<'a>,
        responses: Vec<(Status, At, &'a Response)>,
        owner: &str,
        ending: &str,
    ) -> (Vec<Alternative<'a>>, Vec<Example>) {
        let mut alternatives: Vec<Alternative<'a>> = Vec::new();
        let mut examples = Vec::new();
        let mut read: Vec<(Status, &'a Response)> = Vec::new();
        for (status, at, response) in responses {
            let same =
                read.iter().find(|(_, known)| known.content == response.content).map(|(status, _)| *status);
            if let Some(same) = same {
                let again: Vec<_> = alternatives
                    .iter()
                    .filter(|known| known.status == same)
                    .map(|known| Alternative {
                        status,
                        docs: response.description.trim().to_owned(),
                        ..known.clone()
                    })
                    .collect();
                alternatives.extend(again);
                continue;
            }
            read.push((status, response));
            // An answer of an own status gets own types, lest two share a name.
            let has_types = alternatives.iter().any(|known| known.answer != Answer::Empty);
            let hint = if has_types {
                format!("{owner}{}{ending}", status_name(status))
            } else {
                format!("{owner}{ending}")
            };
            let (more, shown) = self.readings(&at, source, response, status, &hint);
            if examples.is_empty() {
                examples = shown;
            }
            alternatives.extend(more);
        }
        (alternatives, examples)
    }

    /// The answers that mean success, those without content only where they tell something.
    fn successes(&mut self, at: &At, operation: &'a OpenApiOperation) -> Vec<(Status, At, &'a Response)> {
        let responses_at = at.child("responses");
        let responses = &operation.responses;
        if let Some(status) =
            responses.responses.keys().find(|status| matches!(status, StatusCode::Code(100..=199)))
        {
            self.note(
                &responses_at.child(status),
                &format!("an answer HTTP {status} is not generated: the client speaks nothing but HTTP"),
                "open the connection by another library, with the address and the token of the client",
            );
        }
        let successes: Vec<_> = responses
            .responses
            .iter()
            .filter(|(status, _)| is_success(status))
            .map(|(status, response)| (pattern(status), responses_at.child(status), response))
            .collect();
        let fallback =
            responses.default.iter().map(|response| (Status::Other, responses_at.child("default"), response));
        let has_redirect =
            responses.responses.keys().any(|status| matches!(status, StatusCode::Code(100..=399)));
        let candidates: Vec<_> =
            if successes.is_empty() && !has_redirect { fallback.collect() } else { successes };
        candidates
            .into_iter()
            .filter_map(|(status, at, response)| {
                let (at, response) = self.response(at, response)?;
                // In an envelope, an answer without content says no more than one with it.
                let is_told = !response.content.is_empty()
                    || self.source(&at).is_some_and(|source| source.envelope.is_none());
                is_told.then_some((status, at, response))
            })
            .collect()
    }

    fn response(&self, at: At, response: &'a ReferenceOr<Response>) -> Option<(At, &'a Response)> {
        match response {
            ReferenceOr::Item(response) => Some((at, response)),
            ReferenceOr::Reference { reference } => {
                let target = self.target(&at, reference)?;
                let name = target.pointer.last()?;
                match self.source(&target)?.api.components.as_ref()?.responses.get(&name)? {
                    ReferenceOr::Item(response) => Some((target, response)),
                    ReferenceOr::Reference { .. } => None,
                }
            }
        }
    }

    /// The ways in which one response can be read. The client asks for JSON first, so that other media types of the same
    /// content never come.
    fn readings(
        &mut self,
        at: &At,
        source: &'a Source<'a>,
        response: &'a Response,
        status: Status,
        hint: &str,
    ) -> (Vec<Alternative<'a>>, Vec<Example>) {
        let docs = response.description.trim().to_owned();
        let at = at.child("content");
        if response.content.is_empty() {
            return (vec![Alternative { status, media_type: None, answer: Answer::Empty, docs }], Vec::new());
        }
        let mut alternatives: Vec<Alternative<'a>> = Vec::new();
        let mut examples = Vec::new();
        let json = response.content.iter().find(|(media_type, _)| media(media_type).is_json());
        let mut contents: Vec<_> = response.content.iter().collect();
        contents.sort_by_key(|(media_type, _)| !media(media_type).is_json());
        for (media_type, content) in contents {
            let at = at.child(media_type);
            let is_json = media(media_type).is_json();
            match json {
                Some((preferred, same)) if !is_json && self.is_same(&at, content, same) => {
                    self.note(
                        &at,
                        &format!("`{media_type}` is not generated: the client asks for `{preferred}`, which has the same content"),
                        "read the raw answer where the service sends it all the same",
                    );
                    continue;
                }
                _ => {}
            }
            let hint = if alternatives.is_empty() {
                hint.to_owned()
            } else {
                format!("{hint}{}", media_name(media_type))
            };
            let answer = match media(media_type) {
                Body::Json | Body::JsonAs(_) => {
                    if examples.is_empty() {
                        examples = self.examples(&at, content);
                    }
                    self.json_answer(&at, source, response, content, &hint)
                }
                Body::Text | Body::TextAs(_) if self.is_structured(&at, content) => {
                    self.json_answer(&at, source, response, content, &hint)
                }
                Body::Text | Body::TextAs(_) => Answer::Text,
                _ => Answer::Bytes,
            };
            alternatives.push(Alternative {
                status,
                media_type: Some(media_type),
                answer,
                docs: docs.clone(),
            });
        }
        (alternatives, examples)
    }

    /// Whether two media types have the same content. A text has another one as JSON.
    fn is_same(&self, at: &At, content: &'a MediaType, other: &'a MediaType) -> bool {
        let target = content.schema.as_ref().and_then(|schema| self.follow(&at.child("schema"), schema));
        target.is_some_and(|(at, schema)| {
            content.schema == other.schema && self.json_kind(&at, schema) != JsonKind::String
        })
    }

    /// Whether a text is said to be an object or a list, which is JSON under another name.
    fn is_structured(&self, at: &At, content: &'a MediaType) -> bool {
        let target = content.schema.as_ref().and_then(|schema| self.follow(&at.child("schema"), schema));
        target.is_some_and(|(_, schema)| {
            matches!(
                &schema.schema_kind,
                SchemaKind::Type(OpenApiType::Object(_) | OpenApiType::Array(_)) | SchemaKind::AllOf { .. }
            )
        })
    }

    fn json_answer(
        &mut self,
        at: &At,
        source: &'a Source<'a>,
        response: &'a Response,
        content: &'a MediaType,
        hint: &str,
    ) -> Answer {
        let Some(schema) = &content.schema else {
            return Answer::Json(Type::Json);
        };
        let schema_at = at.child("schema");
        let answer = match &source.envelope {
            None => Answer::Json(self.type_of(&schema_at, schema, hint)),
            Some(envelope) => match self.follow(&schema_at, schema) {
                None => Answer::Empty,
                Some((target, schema)) => {
                    let mut merged = Merged::default();
                    self.merge(&target, schema, hint, &mut merged);
                    match merged.properties.iter().find(|property| property.wire == envelope.data) {
                        None => Answer::Empty,
                        Some(data) => Answer::Json(self.property_type(&data.at, data.schema, hint)),
                    }
                }
            },
        };
        if let Answer::Json(Type::Named(name)) = &answer {
            self.describe(&name.name, &response.description);
        }
        answer
    }

    /// A name for a choice of an operation, beside the operations themselves.
    pub(super) fn choice_name(
        &mut self,
        at: &At,
        owner: &str,
        endings: &[&str],
        names: &mut Scope,
    ) -> String {
        let what = format!("a choice of `{owner}`");
        let candidates: Vec<_> = endings.iter().map(|ending| format!("{owner}{ending}")).collect();
        if let Some(free) = candidates.iter().find(|name| names.claim(name, &what).is_ok()) {
            return free.clone();
        }
        let name = candidates.first().cloned().unwrap_or_default();
        self.find(at, |file, place| super::lower::collision(file, place, &what, &name, "an operation"));
        name
    }
}

/// The one way in which all are read, if they are.
fn one(alternatives: &[Alternative<'_>]) -> Option<Answer> {
    let Some(first) = alternatives.first() else { return Some(Answer::Empty) };
    alternatives.iter().all(|other| other.answer == first.answer).then(|| first.answer.clone())
}

/// Each alternative with a name: after its status, its media type or both, whatever tells it from the others.
fn variants(alternatives: Vec<Alternative<'_>>) -> Vec<AnswerVariant> {
    let first = alternatives.first().map(|one| one.status);
    let by_status = alternatives.iter().any(|one| Some(one.status) != first);
    let counts: Vec<_> = alternatives
        .iter()
        .map(|one| alternatives.iter().filter(|other| other.status == one.status).count())
        .collect();
    let mut variants: Vec<AnswerVariant> = Vec::new();
    for (one, count) in alternatives.into_iter().zip(counts) {
        let status = if by_status { status_name(one.status) } else { String::new() };
        let media = one.media_type.filter(|_| count > 1).map(media_name).unwrap_or_default();
        let is_fallback = !variants.iter().any(|variant| variant.status == one.status);
        let media_type = one.media_type.filter(|_| count > 1).map(str::to_owned);
        let known = variants.iter_mut().find(|known| known.name == format!("{status}{media}"));
        match known {
            // Two spellings of one media type.
            Some(known) if known.answer == one.answer => known.media_types.extend(media_type),
            Some(_) => {
                let name = format!("{status}{media}{}", variants.len());
                variants.push(variant(name, one, media_type, is_fallback));
            }
            None => variants.push(variant(format!("{status}{media}"), one, media_type, is_fallback)),
        }
    }
    variants
}

fn variant(
    name: String,
    one: Alternative<'_>,
    media_type: Option<String>,
    is_fallback: bool,
) -> AnswerVariant {
    AnswerVariant {
        name,
        status: one.status,
        media_types: media_type.into_iter().collect(),
        is_fallback,
        answer: one.answer,
        docs: one.docs,
    }
}

fn is_success(status: &StatusCode) -> bool {
    matches!(status, StatusCode::Code(200..=299) | StatusCode::Range(2))
}

fn pattern(status: &StatusCode) -> Status {
    match status {
        StatusCode::Code(code) => Status::Code(*code),
        StatusCode::Range(class) => Status::Class(*class),
    }
}

/// What a status is called in names.
fn status_name(status: Status) -> String {
    let known = match status {
        Status::Other => "Other",
        Status::Class(2) => "Success",
        Status::Class(4) => "ClientError",
        Status::Class(5) => "ServerError",
        Status::Class(class) => return format!("Status{class}xx"),
        Status::Code(code) => match code {
            200 => "Ok",
            201 => "Created",
            202 => "Accepted",
            203 => "NonAuthoritative",
            204 => "NoContent",
            205 => "ResetContent",
            206 => "PartialContent",
            207 => "MultiStatus",
            400 => "BadRequest",
            401 => "Unauthorized",
            402 => "PaymentRequired",
            403 => "Forbidden",
            404 => "NotFound",
            405 => "MethodNotAllowed",
            406 => "NotAcceptable",
            408 => "RequestTimeout",
            409 => "Conflict",
            410 => "Gone",
            411 => "LengthRequired",
            412 => "PreconditionFailed",
            413 => "PayloadTooLarge",
            415 => "UnsupportedMediaType",
            422 => "UnprocessableEntity",
            423 => "Locked",
            424 => "FailedDependency",
            428 => "PreconditionRequired",
            429 => "TooManyRequests",
            500 => "InternalServerError",
            501 => "NotImplemented",
            502 => "BadGateway",
            503 => "ServiceUnavailable",
            504 => "GatewayTimeout",
            507 => "InsufficientStorage",
            other => return format!("Status{other}"),
        },
    };
    known.to_owned()
}
