//! Conversations by the chatbot's client.

use std::time::Duration;

use airudder_chatbot::models::{
    ButtonContent, CallId, ChatUser, ImageContent, Media, MessageContent, MessageStatus, MessagingChannel,
    SenderType, TemplateRecipient, TextContent, TransferResult,
};
use airudder_chatbot::{Client, ErrorKind, File, HmacSigner, operations as ops};
use airudder_sandbox::Sandbox;
use serde_json::Value as Json;

use crate::support::{callbacks, get};

const ACCOUNT: &str = "10000000009";
const PERSON: &str = "+10000000001";
const MINUTE: Duration = Duration::from_secs(60);

fn client(sandbox: &Sandbox) -> Client {
    let signer = HmacSigner::new(sandbox.signing_key(), sandbox.signing_secret());
    Client::builder(signer).address(sandbox.url()).build().unwrap()
}

/// Sends template 35 to a person.
async fn notice(client: &Client, person: &str) -> CallId {
    let request = ops::SendTemplateMessage::new(35, ACCOUNT, person).with_variables([("name", "Sample")]);
    client.send_template_message(request).await.unwrap().call_id.unwrap()
}

fn text(text: &str) -> MessageContent {
    MessageContent::Text(TextContent::new(text))
}

#[tokio::test]
async fn a_wrong_signature_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let signer = HmacSigner::new(sandbox.signing_key(), "wrong");
    let client = Client::builder(signer).address(sandbox.url()).build().unwrap();
    let error = client.list_waba_accounts(ops::ListWabaAccounts::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
}

#[tokio::test]
async fn templates_are_listed_and_shown() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let accounts = client.list_waba_accounts(ops::ListWabaAccounts::new()).await.unwrap();
    for account in accounts {
        let templates =
            client.list_templates(ops::ListTemplates::new(account.channel_id.unwrap())).await.unwrap();
        assert_eq!(templates.len(), 3);
        for info in templates {
            let detail =
                client.get_template_detail(ops::GetTemplateDetail::new(info.id.unwrap())).await.unwrap();
            assert_eq!(detail.info, Some(info));
        }
    }
    let error = client.list_templates(ops::ListTemplates::new("nobody")).await.unwrap_err();
    assert_eq!(
        error.vendor_message(),
        Some("there is no such WhatsApp account; ask for the list of accounts")
    );
}

#[tokio::test]
async fn a_conversation_goes_from_the_template_to_its_end() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let mut sessions = Vec::new();
    for number in 0..20 {
        sessions.push(notice(&client, &format!("+100000001{number:02}")).await);
    }
    sandbox.advance(60 * MINUTE).await;
    let told = callbacks(&sandbox);
    let count = |name: &str| told.iter().filter(|(callback, _)| callback == name).count();
    assert_eq!(count("sessionEnd"), 20);
    // Chance, but always the same.
    assert!(count("messageStatus") > 40 && count("templateMessageReply") > 5 && count("userMessage") > 0);
    let mut talks = 0;
    for id in sessions {
        let report = client.get_session_report(ops::GetSessionReport::new(id.clone())).await.unwrap();
        let ended =
            told.iter().find(|(callback, body)| callback == "sessionEnd" && body["call_id"] == *id.as_str());
        assert_eq!(ended.unwrap().1["messages"].as_array().unwrap().len(), report.messages().len());
        let statuses = |wanted: &str| -> Vec<&str> {
            let of_message =
                |(callback, body): &&(String, Json)| callback == "messageStatus" && body["msg_id"] == wanted;
            told.iter().filter(of_message).map(|(_, body)| body["status"].as_str().unwrap()).collect()
        };
        for message in report.messages() {
            let told = statuses(message.msg_id.as_ref().unwrap().as_str());
            match (&message.sender_type, &message.status) {
                (Some(SenderType::Chatbot), Some(MessageStatus::Read)) => {
                    assert_eq!(told, ["delivery", "read"])
                }
                (Some(SenderType::Chatbot), Some(MessageStatus::Delivered)) => assert_eq!(told, ["delivery"]),
                _ => assert_eq!(told, [""; 0]),
            }
        }
        let buttons = |content: &Option<MessageContent>| {
            matches!(content, Some(MessageContent::Button(ButtonContent { .. })))
        };
        talks += usize::from(
            report.messages().iter().any(|message| buttons(&message.content) && message.reply.is_some()),
        );
    }
    assert_eq!(talks, count("templateMessageReply"));
}

#[tokio::test]
async fn a_template_goes_to_many_and_each_has_its_result() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let wrong = [TemplateRecipient::new(PERSON), TemplateRecipient::new("10000000001")];
    let request = ops::SendTemplateMessages::new(37, ACCOUNT, wrong);
    let error = client.send_template_messages(request).await.unwrap_err();
    assert_eq!(error.vendor_message(), Some("`users[1].callee` is not a plus sign and 5 to 15 digits"));
    let people = (0..50).map(|number| TemplateRecipient::new(format!("+100000002{number:02}")));
    let sent =
        client.send_template_messages(ops::SendTemplateMessages::new(37, ACCOUNT, people)).await.unwrap();
    let result = ops::GetTemplateMessageResult::new(sent.send_id.clone().unwrap());
    let rows = client.get_template_message_result(result.clone()).await.unwrap();
    assert!(rows.iter().all(|row| row.status == Some(MessageStatus::Sent)));
    sandbox.advance(MINUTE).await;
    let rows = client.get_template_message_result(result).await.unwrap();
    let is_there =
        |row: &&airudder_chatbot::models::TemplateMessageResult| row.status != Some(MessageStatus::Sent);
    assert!((40..=50).contains(&rows.iter().filter(is_there).count()));
    let told: Vec<_> =
        callbacks(&sandbox).into_iter().filter(|(name, _)| name == "templateMessageResult").collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].1["send_id"], *sent.send_id.unwrap().as_str());
    assert_eq!(told[0].1["results"].as_array().unwrap().len(), 50);
    let log = sandbox.log();
    assert!(log.made("session") == 50 && log.made("message") >= 50);
}

#[tokio::test]
async fn an_agent_takes_over_and_ends_the_session() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let id = sandbox.customer_writes(ACCOUNT, PERSON, "An agent, please").unwrap();
    sandbox.advance(Duration::from_secs(5)).await;
    let names =
        |told: Vec<(String, Json)>| -> Vec<String> { told.into_iter().map(|(name, _)| name).collect() };
    assert_eq!(names(callbacks(&sandbox))[..2], ["userMessage", "agentTransfer"]);

    let taken = ops::ReportAgentTransferResult::new(&*id, TransferResult::Success).with_seat_id("agent-1");
    client.report_agent_transfer_result(taken).await.unwrap();
    let sent = client.send_message(ops::SendMessage::new(&*id, text("How can I help?"))).await.unwrap();
    assert_eq!(sandbox.customer_writes(ACCOUNT, PERSON, "Where is my parcel?"), Some(id.clone()));
    sandbox.advance(Duration::from_secs(5)).await;
    let told = callbacks(&sandbox);
    let status = told.iter().find(|(name, _)| name == "agentMessageStatus").unwrap();
    assert_eq!(status.1["msg_id"], *sent.msg_id.unwrap().as_str());
    let asked = told.iter().find(|(name, _)| name == "userMessageToAgent").unwrap();
    assert_eq!(asked.1["messages"][0]["content"]["text"], "Where is my parcel?");
    let seats = client.list_messages(ops::ListMessages::new(&*id, 10)).await.unwrap();
    assert!(seats.iter().any(|message| message.seat_id.as_deref() == Some("agent-1")));

    let read = asked.1["messages"][0]["msg_id"].as_str().unwrap();
    client.mark_message_read(ops::MarkMessageRead::new(&*id, read)).await.unwrap();
    let shown = client.list_messages(ops::ListMessages::new(&*id, 1)).await.unwrap();
    assert_eq!(shown[0].status, Some(MessageStatus::Read));

    // An agent is silent for long without the session being closed.
    sandbox.advance(60 * MINUTE).await;
    for _ in 0..2 {
        client.end_session(ops::EndSession::new(&*id)).await.unwrap();
    }
    let ends = callbacks(&sandbox).into_iter().filter(|(name, _)| name == "sessionEnd").count();
    assert_eq!(ends, 1);
    let error = client.send_message(ops::SendMessage::new(&*id, text("One more thing"))).await.unwrap_err();
    assert_eq!(error.vendor_message(), Some("the session has ended"));
}

#[tokio::test]
async fn lists_are_read_to_their_ends() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let mut ids = Vec::new();
    for number in 0..25 {
        ids.push(notice(&client, &format!("+100000003{number:02}")).await);
    }
    sandbox.customer_writes("10000000002", PERSON, "Hello").unwrap();
    assert_eq!(sandbox.customer_writes("nobody", PERSON, "Hello"), None);
    let mut pager = client.list_conversations_pager(ops::ListConversations::new(10).with_channel_id(ACCOUNT));
    let mut read = Vec::new();
    while let Some(session) = pager.try_next().await.unwrap() {
        read.push(session.call_id.unwrap());
    }
    ids.reverse();
    assert_eq!(read, ids);

    let id = sandbox.customer_writes("10000000002", PERSON, "first").unwrap();
    for word in ["second", "third", "fourth"] {
        sandbox.customer_writes("10000000002", PERSON, word).unwrap();
    }
    let mut pager = client.list_messages_pager(ops::ListMessages::new(&*id, 2));
    let mut said = Vec::new();
    while let Some(message) = pager.try_next().await.unwrap() {
        said.push(message.content.unwrap());
    }
    assert_eq!(said.len(), 6);
    assert_eq!(said[..4], ["fourth", "third", "second", "first"].map(text));
}

#[tokio::test]
async fn the_bot_answers_on_a_channel_of_the_integrators() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let picture = MessageContent::Image(ImageContent::new(Media::new("https://media.example.com/a.jpg")));
    let say = |id: &str, person: &str| {
        let user = ChatUser::new(person).with_name("Sample");
        ops::PushChannelMessage::new(
            id,
            MessagingChannel::HuaWei,
            "sample",
            user,
            [text("hi"), picture.clone()],
        )
    };
    client.push_channel_message(say("session-1", "123")).await.unwrap();
    sandbox.advance(Duration::from_secs(5)).await;
    let told = callbacks(&sandbox);
    let answers: Vec<_> = told.iter().filter(|(name, _)| name == "botMessage").collect();
    assert_eq!(answers.len(), 2);
    assert!(
        answers.iter().all(|(_, body)| body["call_id"] == "session-1" && body["event"] == "message.send")
    );
    assert!(!told.iter().any(|(name, _)| name == "userMessage"));

    let on_whatsapp = ops::PushChannelMessage::new(
        "session-2",
        MessagingChannel::WhatsApp,
        ACCOUNT,
        ChatUser::new(PERSON),
        [text("hi")],
    );
    let error = client.push_channel_message(on_whatsapp).await.unwrap_err();
    assert_eq!(error.vendor_message(), Some("what people write on WhatsApp reaches the bot by itself"));
    assert_eq!(sandbox.log().made("session"), 1);
    let error = client.push_channel_message(say("session-1", "456")).await.unwrap_err();
    assert_eq!(error.vendor_message(), Some("`call_id` is the session of another person or channel"));
}

#[tokio::test]
async fn an_upload_is_given_back() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let content: Vec<u8> = (0..100_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let file = File::new("a map.png", content.clone()).with_content_type("image/png");
    let answer = client.upload_map_thumbnail(ops::UploadMapThumbnail::new(file.clone())).await.unwrap();
    let map = get(&answer.origin_url.unwrap().into_inner()).await;
    assert_eq!((map.status, map.header("content-type"), &map.content), (200, "image/png", &content));
    let answer = client.upload_file(ops::UploadFile::new(file).with_name("other.png")).await.unwrap();
    let url = answer.origin_url.unwrap().into_inner();
    assert!(url.ends_with("/other%2Epng"), "{url:?}");
    assert_eq!(get(&url).await.content, content);
    assert_eq!(get(&format!("{}/files/nothing", sandbox.url())).await.status, 404);
}
