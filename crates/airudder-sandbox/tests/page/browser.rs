//! Chromium without a window, by its DevTools protocol.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use tungstenite::{Message, WebSocket, client};

/// How long something may take to be seen.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with one page. It ends when it is dropped.
pub struct Browser {
    process: Child,
    socket: WebSocket<TcpStream>,
    session: String,
    sent: u64,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens an address. Needs Debian's `chromium`.
    pub fn open(url: &str) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut process = Command::new("chromium")
            // Its own sandbox does not work for root, as whom CI runs; it sees nothing but our page.
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            .args(["--remote-debugging-port=0", "about:blank"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("chromium ({error}): install it, on Debian by `apt-get install chromium`")
            });
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
        let address = lines
            .find_map(|line| line.strip_prefix("DevTools listening on ").map(str::to_owned))
            .expect("chromium ended before it listened");
        // What it says from now on is read, so that it does not wait for a reader.
        std::thread::spawn(move || lines.for_each(drop));

        let host = address.split('/').nth(2).unwrap();
        let stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (socket, _) = client(&*address, stream).unwrap();
        let mut browser = Self { process, socket, session: String::new(), sent: 0, _profile: profile };
        let target = browser.command("Target.createTarget", json!({"url": url}))["targetId"].clone();
        let attached = browser.command("Target.attachToTarget", json!({"targetId": target, "flatten": true}));
        browser.session = attached["sessionId"].as_str().unwrap().to_owned();
        browser
    }

    /// Sends a command of the protocol and waits for its result.
    pub fn command(&mut self, method: &str, parameters: Json) -> Json {
        self.sent += 1;
        let mut command = json!({"id": self.sent, "method": method, "params": parameters});
        if !self.session.is_empty() {
            command["sessionId"] = self.session.as_str().into();
        }
        self.socket.send(Message::text(command.to_string())).unwrap();
        loop {
            let message = self.socket.read().unwrap_or_else(|error| panic!("{method}: {error}"));
            let message: Json = serde_json::from_str(message.to_text().unwrap()).unwrap_or_default();
            if message["id"] == self.sent {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
        }
    }

    /// The value of a JavaScript expression on the page.
    pub fn value(&mut self, expression: &str) -> Json {
        let parameters = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let result = self.command("Runtime.evaluate", parameters);
        assert!(result.get("exceptionDetails").is_none(), "{expression}: {result}");
        result["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub fn wait_for(&mut self, expression: &str) {
        let begun = Instant::now();
        while self.value(expression) != json!(true) {
            if begun.elapsed() > PATIENCE {
                panic!("not seen: {expression}\n{}", self.text());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What a person reads.
    pub fn text(&mut self) -> String {
        self.value("document.body.innerText").as_str().unwrap_or_default().to_owned()
    }

    /// Waits until a person can read a text.
    pub fn wait_for_text(&mut self, text: &str) {
        self.wait_for(&format!("document.body?.innerText.includes({})", Json::from(text)));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
