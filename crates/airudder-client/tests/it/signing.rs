//! Operations that are signed.

use airudder_client::{
    Auth, Client, ClientBuilder, Description, Effect, ErrorKind, Evidence, Method, Operation, Request,
    Signable, Signature, Signer, Style,
};

use crate::operations::ring;
use crate::server::{Reply, Server};

struct Say(&'static str);

impl Operation for Say {
    type Answer = ();

    const DESCRIPTION: &'static Description = &Description {
        id: "test.say",
        method: Method::Post,
        path: "/api/v1/say",
        effect: Effect::Unsafe,
        evidence: Evidence::Observed,
        auth: Auth::Signature,
        envelope: None,
    };

    fn write(&self, request: &mut Request) -> Result<(), airudder_client::Error> {
        request.query("to", Style::FormExploded, &"a b")?;
        request.text(self.0)
    }

    fn read(answer: airudder_client::Answer) -> Result<(), airudder_client::Error> {
        answer.empty()
    }
}

/// Writes down what it was asked to sign.
struct Echo;

impl Signer for Echo {
    fn sign(&self, request: &Signable<'_>) -> Result<Signature, Box<dyn std::error::Error + Send + Sync>> {
        let Signable { method, path, query, body, .. } = request;
        if body.is_empty() {
            return Err("nothing to sign".into());
        }
        let sign = format!("{}-{path}-{query}-{}", method.as_str(), String::from_utf8_lossy(body));
        Ok(Signature { sign, key: "canary-key-name".to_owned() })
    }
}

#[tokio::test]
async fn a_signed_operation_carries_both_headers_and_no_token() {
    let server = Server::answering(Reply::new(204, "text/plain", "")).await;
    let client: Client = ClientBuilder::signed(Echo, &server.address).build().unwrap();
    client.call(&Say("hello")).await.unwrap();
    let call = server.calls().remove(0);
    assert_eq!(call.header("x-airudder-sign"), Some("POST-/api/v1/say-to=a%20b-hello"));
    assert_eq!(call.header("x-airudder-sign-key"), Some("canary-key-name"));
    assert_eq!(call.header("authorization"), None);
    assert!(server.tokens().is_empty());
}

#[tokio::test]
async fn without_a_signature_nothing_is_sent() {
    let server = Server::answering(Reply::new(204, "text/plain", "")).await;
    let unsigned = server.client().call(&Say("hello")).await.unwrap_err();
    assert_eq!(unsigned.kind(), ErrorKind::InvalidInput);
    assert!(unsigned.to_string().contains("ClientBuilder::signer"), "{unsigned}");

    let refusing = server.builder().signer(Echo).build().unwrap().call(&Say("")).await.unwrap_err();
    assert!(refusing.to_string().contains("the signer refused"), "{refusing}");
    assert!(!refusing.may_have_taken_effect());
    assert!(server.calls().is_empty());
}

#[tokio::test]
async fn a_signing_client_has_no_token_to_give() {
    let client: Client = ClientBuilder::signed(Echo, "http://localhost:1").build().unwrap();
    let error = client.call(&ring()).await.unwrap_err();
    assert!(error.to_string().contains("no credentials"), "{error}");
}
