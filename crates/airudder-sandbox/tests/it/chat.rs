//! Conversations by the chatbot's client.

use std::time::Duration;

use airudder_chatbot::models::{MessageContent, MessageStatus, TemplateRecipient, TransferResult};
use airudder_chatbot::{Client, HmacSigner, operations as ops};
use airudder_sandbox::Sandbox;

const ACCOUNT: &str = "10000000009";
const PERSON: &str = "+10000000001";

fn client(sandbox: &Sandbox) -> Client {
    let signer = HmacSigner::new(sandbox.signing_key(), sandbox.signing_secret());
    Client::builder(signer).address(sandbox.url()).build().unwrap()
}

#[tokio::test]
async fn a_wrong_signature_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let signer = HmacSigner::new(sandbox.signing_key(), "wrong");
    let client = Client::builder(signer).address(sandbox.url()).build().unwrap();
    let error = client.list_waba_accounts(ops::ListWabaAccounts::new()).await.unwrap_err();
    assert_eq!(error.kind(), airudder_chatbot::ErrorKind::Auth);
}
