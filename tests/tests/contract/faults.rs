//! Requests with a fault, and which tool tells of it: without these, silence would prove nothing.

use airudder_client::{Auth, Client, CustomRequest, Method};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::document;
use crate::server::Server;
use crate::tool::Tool;

/// A faulty request for an operation.
struct Fault {
    /// The document of the operation.
    document: &'static str,
    request: fn(&Client) -> CustomRequest,
    /// What Prism says; `None` if it is blind to it.
    prism: Option<&'static str>,
    /// What Steady says; likewise.
    steady: Option<&'static str>,
}

const FAULTS: [Fault; 6] = [
    Fault {
        document: "workflow",
        request: |client| create_workflow(client, &json!({"workflow_template_id": 1024, "end_time": END})),
        prism: Some("must have required property 'name'"),
        steady: Some("E3007 at body: Missing required property: name"),
    },
    Fault {
        document: "workflow",
        request: |client| {
            create_workflow(client, &json!({"workflow_template_id": "first", "name": "wd", "end_time": END}))
        },
        prism: Some("workflow_template_id must be integer"),
        steady: Some("E3008 at body.workflow_template_id: Expected type integer, got string"),
    },
    Fault {
        document: "workflow",
        request: |client| list_templates(client).query("pages", 1),
        prism: None,
        steady: Some("E3015 at query.pages: Query parameter \"pages\" is not defined"),
    },
    Fault {
        document: "workflow",
        request: |client| list_templates(client).auth(Auth::None),
        prism: Some("Invalid security scheme used"),
        steady: None,
    },
    // No fault, but Prism is asked to make an answer up.
    Fault {
        document: "workflow",
        request: |client| list_templates(client).header("prefer", "dynamic=true"),
        prism: Some("answered otherwise"),
        steady: None,
    },
    Fault {
        document: "chatbot",
        request: |client| {
            let fields = "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na.png\r\n--b--\r\n";
            let upload = client.request(Method::Post, "/api/v1/file/upload").id("chatbot.uploadFile");
            upload.auth(Auth::Signature).bytes("multipart/form-data; boundary=b", fields)
        },
        prism: Some("must have required property 'file'"),
        steady: Some("E3007 at body: Missing required property: file"),
    },
];

const END: &str = "2030-01-31 18:00:00+08:00";

fn create_workflow(client: &Client, body: &Value) -> CustomRequest {
    let request = client.request(Method::Post, "/service/cloud/workflow/createinstance");
    request.id("workflow.createWorkflow").json(body)
}

fn list_templates(client: &Client) -> CustomRequest {
    client.request(Method::Get, "/service/cloud/workflow/templatelist").id("workflow.listTemplates")
}

fn told_by(tool: Tool, expected: fn(&Fault) -> Option<&'static str>) {
    let platform = Server::start(tool, document::named("platform"));
    for name in ["workflow", "chatbot"] {
        let product = Server::start(tool, document::named(name));
        for fault in FAULTS.iter().filter(|fault| fault.document == name) {
            let mut caller = Caller::new(tool, &platform, &product);
            let call = (fault.request)(caller.client()).read_json::<Value>();
            caller.call("fault", call);
            let complaints = caller.complaints().join("\n");
            match expected(fault) {
                Some(words) => assert!(complaints.contains(words), "{words}: {complaints}"),
                None => assert_eq!(complaints, ""),
            }
        }
    }
}

#[test]
#[ignore = "needs npm ci"]
fn prism_tells_of_faults() {
    told_by(Tool::Prism, |fault| fault.prism);
}

#[test]
#[ignore = "needs npm ci"]
fn steady_tells_of_faults() {
    told_by(Tool::Steady, |fault| fault.steady);
}
