//! The form of requests on the wire.

use airudder_client::{
    Answer, Auth, Description, Effect, Error, ErrorKind, Evidence, File, Method, Operation, Outgoing,
    Request, Style,
};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::server::{Reply, Server};

/// An operation that is written as a test says.
struct Written<F>(F);

impl<F: Fn(&mut Request) -> Result<(), Error>> Operation for Written<F> {
    type Answer = ();

    const DESCRIPTION: &'static Description = &Description {
        id: "test.written",
        method: Method::Post,
        path: "/written",
        effect: Effect::Unsafe,
        evidence: Evidence::Documented,
        auth: Auth::Token,
        envelope: None,
    };

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        (self.0)(request)
    }

    fn read(answer: Answer) -> Result<(), Error> {
        answer.empty()
    }
}

fn written(write: impl Fn(&mut Request) -> Result<(), Error>) -> Result<Outgoing, Error> {
    Request::of(&Written(write))
}

/// An operation with one parameter in its path.
struct InPath(Style, Value);

impl Operation for InPath {
    type Answer = ();

    const DESCRIPTION: &'static Description =
        &Description { path: "/a/{p}/b", ..*Written::<fn(&mut Request) -> Result<(), Error>>::DESCRIPTION };

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.path("p", self.0, &self.1)
    }

    fn read(answer: Answer) -> Result<(), Error> {
        answer.empty()
    }
}

fn in_path(style: Style, value: Value) -> String {
    Request::of(&InPath(style, value)).unwrap().path().to_owned()
}

fn in_query(style: Style, value: Value) -> String {
    written(|request| request.query("p", style, &value)).unwrap().query().to_owned()
}

#[test]
fn paths() {
    let list = || json!(["a b", 2, null, true]);
    let object = || json!({"x": "1/2", "y": 2, "z": null});
    for (style, text, of_list, of_object) in [
        (Style::Simple, "v%2Fw", "a%20b,2,true", "x,1%2F2,y,2"),
        (Style::SimpleExploded, "v%2Fw", "a%20b,2,true", "x=1%2F2,y=2"),
        (Style::Label, ".v%2Fw", ".a%20b,2,true", ".x,1%2F2,y,2"),
        (Style::LabelExploded, ".v%2Fw", ".a%20b.2.true", ".x=1%2F2.y=2"),
        (Style::Matrix, ";p=v%2Fw", ";p=a%20b,2,true", ";p=x,1%2F2,y,2"),
        (Style::MatrixExploded, ";p=v%2Fw", ";p=a%20b;p=2;p=true", ";x=1%2F2;y=2"),
    ] {
        assert_eq!(in_path(style, json!("v/w")), format!("/a/{text}/b"), "{style:?}");
        assert_eq!(in_path(style, list()), format!("/a/{of_list}/b"), "{style:?}");
        assert_eq!(in_path(style, object()), format!("/a/{of_object}/b"), "{style:?}");
    }
    assert_eq!(in_path(Style::Simple, json!(-1.5)), "/a/-1.5/b");
    assert_eq!(in_path(Style::MatrixExploded, json!(["", "b"])), "/a/;p;p=b/b");
}

#[test]
fn queries() {
    let list = || json!(["a b", 2, null, "c&d"]);
    let object = || json!({"x": "1=2", "y": [1, {"w": 3}], "z": null});
    let flat = || json!({"x": "1=2", "y": 2});
    for (style, of_list, of_object) in [
        (Style::Form, "p=a%20b,2,c%26d", "p=x,1%3D2,y,2"),
        (Style::FormExploded, "p=a%20b&p=2&p=c%26d", "x=1%3D2&y=2"),
        (Style::SpaceDelimited, "p=a%20b%202%20c%26d", "p=x%201%3D2%20y%202"),
        (Style::PipeDelimited, "p=a%20b%7C2%7Cc%26d", "p=x%7C1%3D2%7Cy%7C2"),
    ] {
        assert_eq!(in_query(style, json!("+1 é")), "p=%2B1%20%C3%A9");
        assert_eq!(in_query(style, json!("")), "p=");
        assert_eq!(in_query(style, Value::Null), "");
        assert_eq!(in_query(style, json!([])), "");
        assert_eq!(in_query(style, list()), of_list, "{style:?}");
        assert_eq!(in_query(style, flat()), of_object, "{style:?}");
    }
    assert_eq!(in_query(Style::DeepObject, object()), "p[x]=1%3D2&p[y]=1&p[y][w]=3");
    assert_eq!(in_query(Style::DeepObject, json!(["a", {"b": 1}])), "p[0]=a&p[1][b]=1");
    assert_eq!(in_query(Style::Json, json!(["a", 1])), "p=%5B%22a%22%2C1%5D");
    assert_eq!(in_query(Style::Json, json!(null)), "");
    let two = written(|request| {
        request.query("a", Style::Form, &1)?;
        request.query("none", Style::Form, &None::<i64>)?;
        request.query("b[]", Style::FormExploded, &["x", "y"])
    });
    assert_eq!(two.unwrap().query(), "a=1&b%5B%5D=x&b%5B%5D=y");
}

#[test]
fn headers_and_cookies() {
    let request = written(|request| {
        request.header("X-List", Style::Simple, &["a b", "c"])?;
        request.header("X-Object", Style::SimpleExploded, &json!({"x": 1, "y": 2}))?;
        request.header("X-None", Style::Simple, &None::<String>)?;
        request.cookie("sid", Style::Form, &"a;b")?;
        request.cookie("ids", Style::FormExploded, &[1, 2])
    })
    .unwrap();
    let headers = request.headers();
    assert_eq!(
        (&headers["x-list"], &headers["x-object"]),
        (&"a b,c".parse().unwrap(), &"x=1,y=2".parse().unwrap())
    );
    assert!(!headers.contains_key("x-none"));
    assert_eq!(headers["cookie"], "sid=a%3Bb; ids=1; ids=2");
    assert_eq!((request.method(), request.path(), request.content_type()), (Method::Post, "/written", None));
    assert!(request.body().is_empty());
}

#[test]
fn what_has_no_form_on_the_wire_is_told() {
    let nested = json!([[1]]);
    for (outcome, why) in [
        (written(|request| request.query("p", Style::Form, &nested)), "`p` holds a list or an object inside"),
        (written(|request| request.query("p", Style::DeepObject, &1)), "`p` is no object and no list"),
        (
            written(|request| request.query("p", Style::Simple, &1)),
            "`p` has a style that is for paths and headers",
        ),
        (written(|request| request.header("x", Style::Form, &1)), "`x` has a style that is for queries only"),
        (
            written(|request| request.header("x", Style::Simple, &"a\nb")),
            "`x` has a value that no header can hold",
        ),
        (
            written(|request| request.header("x y", Style::Simple, &1)),
            "`x y` has a name that no header can have",
        ),
        (written(|request| request.path("p", Style::Simple, &1)), "lacks {p}"),
        (written(|request| request.form(&[1])), "the form is no object"),
        (written(|request| request.bytes("a\nb", Bytes::new())), "the content type cannot be sent"),
        (Request::of(&InPath(Style::Simple, json!(""))), "`p` is empty"),
        (Request::of(&InPath(Style::Simple, json!([]))), "`p` is empty"),
        (Request::of(&InPath(Style::Simple, Value::Null)), "`p` is empty"),
    ] {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn bodies() {
    let request = written(|request| request.json(&json!({"a": [1, null]}))).unwrap();
    assert_eq!(
        (request.content_type(), &request.body()[..]),
        (Some("application/json"), &br#"{"a":[1,null]}"#[..])
    );
    let request = written(|request| request.text("héllo")).unwrap();
    assert_eq!(
        (request.content_type(), &request.body()[..]),
        (Some("text/plain; charset=utf-8"), "héllo".as_bytes())
    );
    let request = written(|request| request.bytes("audio/wav", vec![0, 255])).unwrap();
    assert_eq!((request.content_type(), &request.body()[..]), (Some("audio/wav"), &[0, 255][..]));
    let form = json!({"a": "x y&z", "b": [1, null, true], "c": {"d": 1}, "e": null});
    let request = written(|request| request.form(&form)).unwrap();
    assert_eq!(request.content_type(), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.body(), "a=x+y%26z&b=1&b=true&c=%7B%22d%22%3A1%7D");
}

#[test]
fn multipart() {
    let file = File::new("li\"st\r\n.csv", "a,b\n").with_content_type("text/csv");
    let request = written(|request| {
        request.multipart_field("name", &"Ann")?;
        request.multipart_field("none", &None::<String>)?;
        request.multipart_field("tags", &["x", "y"])?;
        request.multipart_field("more", &json!({"d": 1}))?;
        request.multipart_file("file", &file)?;
        request.multipart_file("other", &None::<File>)
    })
    .unwrap();
    assert_eq!(request.content_type(), Some("multipart/form-data; boundary=airudder-boundary-0"));
    let expected = [
        "--airudder-boundary-0",
        r#"Content-Disposition: form-data; name="name""#,
        "",
        "Ann",
        "--airudder-boundary-0",
        r#"Content-Disposition: form-data; name="tags""#,
        "",
        "x",
        "--airudder-boundary-0",
        r#"Content-Disposition: form-data; name="tags""#,
        "",
        "y",
        "--airudder-boundary-0",
        r#"Content-Disposition: form-data; name="more""#,
        "Content-Type: application/json",
        "",
        r#"{"d":1}"#,
        "--airudder-boundary-0",
        r#"Content-Disposition: form-data; name="file"; filename="li%22st%0D%0A.csv""#,
        "Content-Type: text/csv",
        "",
        "a,b\n",
        "--airudder-boundary-0--",
        "",
    ];
    assert_eq!(request.body(), &expected.join("\r\n"));
}

#[test]
fn a_boundary_is_never_in_a_part() {
    let file = File::new("f", "--airudder-boundary-0 airudder-boundary-1");
    let request = written(|request| request.multipart_file("f", &file)).unwrap();
    assert_eq!(request.content_type(), Some("multipart/form-data; boundary=airudder-boundary-2"));
    let file = file.with_content_type("text/csv\r\nX: y");
    assert_eq!(
        written(|request| request.multipart_file("f", &file)).unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    assert!(!format!("{file:?}").contains("airudder-boundary"));
}

#[tokio::test]
async fn a_call_that_no_document_describes_is_as_it_says() {
    let server = Server::answering(Reply::json(r#"{"code":404}"#)).await;
    let call = server.client().request(Method::Get, "/open").id("test.open");
    let call = call.auth(Auth::None).envelope(None);
    let answer: Value = call.read_json().await.unwrap();
    assert_eq!(answer, json!({"code": 404}));
    assert_eq!((server.tokens().len(), server.calls()[0].header("authorization")), (0, None));
}
