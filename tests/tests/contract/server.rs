//! A tool that serves a document, as a process of its own.

use std::io::{BufRead as _, BufReader, ErrorKind, Read};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::document::{self, Document};
use crate::tool::Tool;

/// How long a tool may take to start, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(60);

/// The process; it ends with its owner, whatever becomes of the test.
pub struct Server {
    process: Child,
    port: u16,
    /// What it wrote so far.
    written: Arc<Mutex<String>>,
}

impl Server {
    /// Waits until the tool says that it serves the document.
    pub fn start(tool: Tool, document: &Document) -> Self {
        // Steady does not say which port it chose, so that it is given one.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = tool.command(document, port);
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let (line, lines) = mpsc::channel();
        let written = Arc::default();
        read(process.stdout.take().unwrap(), &written, line.clone());
        read(process.stderr.take().unwrap(), &written, line);
        let server = Self { process, port, written };
        let deadline = Instant::now() + PATIENCE;
        let next = || lines.recv_timeout(deadline.saturating_duration_since(Instant::now()));
        while !next().expect("the tool says that it is ready").contains(tool.readiness()) {}
        server
    }

    /// Where it listens: host and port.
    pub fn authority(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What it wrote so far.
    pub fn output(&self) -> String {
        self.written.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if thread::panicking() {
            eprintln!("{}", self.output());
        }
    }
}

/// Keeps what a process writes and passes on each line, until it ends.
fn read(stream: impl Read + Send + 'static, written: &Arc<Mutex<String>>, line: Sender<String>) {
    let written = Arc::clone(written);
    thread::spawn(move || {
        for text in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            let text = String::from_utf8_lossy(&text).into_owned();
            written.lock().unwrap().push_str(&format!("{text}\n"));
            // Nobody listens once the tool is ready.
            let _ = line.send(text);
        }
    });
}

#[test]
#[ignore = "needs npm ci"]
fn a_tool_ends_with_its_test() {
    for tool in [Tool::Prism, Tool::Steady] {
        let (sender, receiver) = mpsc::channel();
        let test = thread::spawn(move || {
            let server = Server::start(tool, document::named("platform"));
            sender.send(server.authority()).unwrap();
            TcpStream::connect(server.authority()).unwrap();
            panic!("the test failed");
        });
        assert!(test.join().is_err());
        let refusal = TcpStream::connect(receiver.recv().unwrap()).unwrap_err();
        assert_eq!(refusal.kind(), ErrorKind::ConnectionRefused, "{tool:?}");
    }
}
