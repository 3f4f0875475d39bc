//! What the vendor sends and the documents do not have.

use airudder_client::{
    Answer, Auth, Description, DriftKind, DriftReport, Effect, Error, Evidence, Method, Operation, Request,
    wire,
};
use serde::de::MapAccess;
use serde::ser::SerializeMap;

use crate::operations::{Bare, Download, ENVELOPE, Look, Remove};
use crate::server::{Reply, Server};

/// Rows as the generator writes them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Row {
    state: Option<State>,
    rows: Option<Vec<Row>>,
    number: Option<i64>,
    unknown_fields: wire::UnknownFields,
}

impl wire::EncodeFields for Row {
    fn encode_fields<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        wire::optional(map, "state", &self.state)?;
        wire::optional(map, "rows", &self.rows)?;
        wire::optional(map, "number", &self.number)?;
        self.unknown_fields.encode_fields(map)
    }
}

impl wire::DecodeFields for Row {
    const NAME: &'static str = "Row";
    const FIELDS: &'static [&'static str] = &["state", "rows", "number"];

    fn decode_field<'de, A: MapAccess<'de>>(&mut self, index: usize, map: &mut A) -> Result<(), A::Error> {
        match index {
            0 => self.state = wire::next_value(map)?,
            1 => self.rows = wire::next_value(map)?,
            _ => self.number = wire::next_value(map)?,
        }
        Ok(())
    }

    fn decode_other<'de, A: MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error> {
        self.unknown_fields.decode(name, map)
    }
}

wire::object!(Row);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum State {
    Called,
    Unknown(wire::UnknownValue),
}

impl wire::OpenEnum for State {
    const NAME: &'static str = "State";

    fn known(text: &str) -> Option<Self> {
        (text == "called").then_some(Self::Called)
    }

    fn unknown(value: wire::UnknownValue) -> Self {
        Self::Unknown(value)
    }

    fn to_wire(&self) -> Result<&'static str, &wire::UnknownValue> {
        match self {
            Self::Called => Ok("called"),
            Self::Unknown(value) => Err(value),
        }
    }
}

wire::open_enum!(State);

struct List;

impl Operation for List {
    type Answer = Row;

    const DESCRIPTION: &'static Description = &Description {
        id: "test.list",
        method: Method::Get,
        path: "/list",
        effect: Effect::Safe,
        evidence: Evidence::Documented,
        auth: Auth::None,
        envelope: Some(&ENVELOPE),
    };

    fn write(&self, _: &mut Request) -> Result<(), Error> {
        Ok(())
    }

    fn read(answer: Answer) -> Result<Row, Error> {
        answer.json()
    }
}

/// Each place with its operation, kind and count.
fn places(report: &DriftReport) -> Vec<(&str, &str, DriftKind, u64)> {
    report.places.iter().map(|one| (one.operation, one.place.as_str(), one.kind, one.count)).collect()
}

/// What a client has met after these answers to the same call.
async fn met<O: Operation>(operation: &O, bodies: &'static [&'static str]) -> DriftReport {
    let server = Server::start(|_, count| Reply::json(bodies[count])).await;
    let client = server.client();
    for _ in bodies {
        let _ = client.call(operation).no_retry().await;
    }
    client.drift()
}

#[tokio::test]
async fn every_kind_is_counted_by_place() {
    let report = met(
        &List,
        &[
            r#"{"code":200,"trace":"canary","data":{"state":"canary","rows":[{"since":"canary"},{"since":1}]}}"#,
            r#"{"code":200,"data":{"state":"called","+10000000001":"canary"}}"#,
            r#"{"code":7001,"data":{"reason":"canary"}}"#,
            r#"{"code":200,"data":{"rows":[{"number":"canary"}]}}"#,
        ],
    )
    .await;
    assert_eq!(
        places(&report),
        [
            ("test.list", "Envelope.trace", DriftKind::Field, 1),
            ("test.list", "Row.*", DriftKind::Field, 1),
            ("test.list", "Row.since", DriftKind::Field, 2),
            ("test.list", "State", DriftKind::EnumValue, 1),
            // Once, however often the answer was read to find the place.
            ("test.list", "answer", DriftKind::Misfit, 1),
            ("test.list", "code", DriftKind::Code, 1),
        ]
    );
    let printed = format!("{report}{report:?}");
    assert!(printed.contains("test.list: an unknown field at Row.since, 2 times"), "{printed}");
    for canary in ["canary", "0000000001", "7001"] {
        assert!(!printed.contains(canary), "{canary} was printed: {printed}");
    }
}

#[tokio::test]
async fn an_answer_as_the_documents_say_leaves_no_trace() {
    let bodies = &[
        r#"{"code":200,"status":"OK","message":"","requestId":"r","data":{"state":"called","rows":[{"number":1}]}}"#,
        r#"{"code":400,"message":"no","data":{"reason":"a refusal is no row"}}"#,
        r#"{"code":500,"data":7}"#,
        "<p>bad gateway</p>",
    ];
    let report = met(&List, bodies).await;
    assert!(report.is_empty(), "{report}");
}

#[tokio::test]
async fn an_answer_without_its_data_or_its_code_does_not_fit() {
    for body in [&[r#"{"data":{}}"#], &[r#"{"code":"x"}"#]] {
        assert_eq!(places(&met(&List, body).await), [("test.list", "answer", DriftKind::Misfit, 1)]);
    }
    assert_eq!(places(&met(&Bare, &[r#"["x"]"#]).await), [("test.bare", "answer", DriftKind::Misfit, 1)]);
}

#[tokio::test]
async fn the_envelope_of_what_is_not_read_is_looked_at_too() {
    let report = met(&Remove, &[r#"{"code":200,"trace":1}"#]).await;
    assert_eq!(places(&report), [("test.remove", "Envelope.trace", DriftKind::Field, 1)]);
    let server = Server::answering(Reply::new(200, "audio/mpeg", "sound")).await;
    let client = server.client();
    client.call(&Download).await.unwrap();
    assert!(client.drift().is_empty());
}

#[tokio::test]
async fn what_a_caller_reads_by_itself_counts() {
    let server = Server::answering(Reply::json(r#"{"code":200,"data":{"since":1}}"#)).await;
    let client = server.client();
    let answer = client.call(&List).raw().await.unwrap();
    assert!(client.drift().is_empty());
    answer.json::<Row>().unwrap();
    assert_eq!(places(&client.drift()), [("test.list", "Row.since", DriftKind::Field, 1)]);
}

#[tokio::test]
async fn clones_count_together_and_nothing_is_counted_when_it_is_off() {
    let server = Server::answering(Reply::json(r#"{"code":200,"data":[1],"trace":1}"#)).await;
    let client = server.client();
    let look = Look { id: "7" };
    let clone = client.clone();
    let (first, second) = tokio::join!(client.call(&look), clone.call(&look));
    first.and(second).unwrap();
    assert_eq!(places(&client.drift()), [("test.look", "Envelope.trace", DriftKind::Field, 2)]);

    let client = server.builder().drift_report(false).build().unwrap();
    client.call(&look).await.unwrap();
    assert!(client.drift().is_empty());
}
