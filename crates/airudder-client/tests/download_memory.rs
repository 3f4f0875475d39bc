//! How much memory large downloads and uploads hold.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;

use airudder_client::{
    Answer, Auth, Client, ClientBuilder, Credentials, Description, Effect, Error, Evidence, File, Method,
    Operation, Request,
};
use peak_alloc::PeakAlloc;

const MIB: usize = 1024 * 1024;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// One at a time: the count is of the whole process.
static ALONE: Mutex<()> = Mutex::new(());

/// How much the most was above what there was before.
fn peak(work: impl FnOnce()) -> usize {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    work();
    ALLOCATOR.peak_usage().saturating_sub(before)
}

/// Answers each connection once, and holds next to nothing itself.
fn serve(answer: fn(&mut TcpStream, u64)) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut length = 0;
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let came = std::io::copy(&mut reader.take(length), &mut std::io::sink()).unwrap();
            answer(&mut stream, came);
        }
    });
    ClientBuilder::new(Credentials::new("key", "secret"), address).build().unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_download_of_200_mb_holds_under_2_mib() {
    const SIZE: u64 = 200_000_000;
    let _alone = ALONE.lock().unwrap();
    let client = serve(|stream, _| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: {SIZE}\r\n\r\n")
            .unwrap();
        std::io::copy(&mut std::io::repeat(7).take(SIZE), stream).unwrap();
    });
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("a.wav");
    let runtime = runtime();
    let download = || client.request(Method::Get, "/a").auth(Auth::None).read_bytes().download();
    let held = peak(|| assert_eq!(runtime.block_on(download().to_file(&path)).unwrap(), SIZE));
    assert_eq!(fs::metadata(&path).unwrap().len(), SIZE);
    println!("to a file: {} KiB", held / 1024);
    assert!(held < 2 * MIB, "{held} bytes");
    let held = peak(|| assert_eq!(runtime.block_on(download().to_writer(tokio::io::sink())).unwrap(), SIZE));
    println!("to a writer: {} KiB", held / 1024);
    assert!(held < 2 * MIB, "{held} bytes");
}

struct Upload(File);

impl Operation for Upload {
    type Answer = String;

    const DESCRIPTION: &'static Description = &Description {
        id: "test.upload",
        method: Method::Post,
        path: "/upload",
        effect: Effect::Unsafe,
        evidence: Evidence::Documented,
        auth: Auth::None,
        envelope: None,
    };

    fn write(&self, request: &mut Request) -> Result<(), Error> {
        request.multipart_file("file", &self.0)
    }

    fn read(answer: Answer) -> Result<String, Error> {
        answer.text()
    }
}

#[test]
fn an_upload_of_100_mb_holds_under_2_mib() {
    const SIZE: u64 = 100_000_000;
    let _alone = ALONE.lock().unwrap();
    let client = serve(|stream, came| {
        let came = came.to_string();
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{came}", came.len()).unwrap();
    });
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("a.wav");
    fs::File::create(&path).unwrap().set_len(SIZE).unwrap();
    let runtime = runtime();
    let held = peak(|| {
        runtime.block_on(async {
            let upload = Upload(File::from_path(&path).await.unwrap());
            let came: u64 = client.call(&upload).await.unwrap().parse().unwrap();
            assert_eq!(came, Request::of(&upload).unwrap().body_len());
        });
    });
    println!("from a file: {} KiB", held / 1024);
    assert!(held < 2 * MIB, "{held} bytes");
}
