//! The sandbox as a program.

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use airudder_sandbox::{Moment, Sandbox};
use anyhow::Context as _;
use clap::Parser;

/// How long a change waits to be saved, unless saving takes long.
const SAVE_EVERY: Duration = Duration::from_secs(2);

/// How much longer than saving, during which nothing else goes on, is the time between.
const SAVE_SHARE: u32 = 20;

/// A stand-in for AI Rudder on this machine: its API, its callbacks, and a page that shows what is running.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 8086)]
    port: u16,
    /// What the outcomes of calls are drawn from: the same seed gives the same ones
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Go on from this file where it exists (then the seed does not count), and save to it
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Where callbacks are pushed to; without it they are only shown on the page
    #[arg(long, value_name = "URL")]
    callbacks: Option<String>,
    /// Seconds of the sandbox in one second: by default a call of a minute takes one, and a callback is repeated after one
    #[arg(long, default_value_t = 60.0, value_name = "FACTOR", value_parser = speed)]
    speed: f64,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (0.0..=1e6).contains(&speed) => Ok(speed),
        _ => Err("it is a number from 0, at which the clock stands still, to 1000000".to_owned()),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    // Before the sandbox, so that a signal that comes early is not lost.
    let end = end()?;
    let sandbox = start(arguments).await?;
    let unsaved = "the state cannot be saved to the file of --state";
    // At once, so that a place where nothing can be saved is known before there is something to lose.
    sandbox.save().context(unsaved)?;
    print!("{}", introduction(&sandbox, arguments));
    std::io::stdout().flush()?;
    tokio::select! {
        () = end => {}
        never = save(&sandbox) => match never {},
    }
    sandbox.save().context(unsaved)?;
    if let Some(file) = &arguments.state {
        println!("saved to {}", file.display());
    }
    Ok(())
}

async fn start(arguments: &Arguments) -> anyhow::Result<Sandbox> {
    let mut builder =
        Sandbox::builder().port(arguments.port).seed(arguments.seed).speed(arguments.speed).start_at(today());
    if let Some(file) = &arguments.state {
        builder = builder.state_file(file);
    }
    if let Some(url) = &arguments.callbacks {
        builder = builder.callbacks(url);
    }
    let result = builder.start().await;
    if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::AddrInUse) {
        let port = arguments.port;
        return result
            .with_context(|| format!("the port {port} is taken: name another by --port, or 0 for any"));
    }
    Ok(result?)
}

/// The present, unlike the fixed day of tests: people give ends of tasks that are in their future.
fn today() -> Moment {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Moment::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// What people need to know, one thing on a line.
fn introduction(sandbox: &Sandbox, arguments: &Arguments) -> String {
    let url = sandbox.url();
    let (key, secret) = (sandbox.key(), sandbox.secret());
    let (signing_key, signing_secret) = (sandbox.signing_key(), sandbox.signing_secret());
    let callback_key = sandbox.callback_key();
    let callbacks = arguments.callbacks.as_deref().unwrap_or("pushed nowhere (--callbacks URL)");
    let state = match arguments.state.as_deref() {
        Some(file) => file.display().to_string(),
        None => "kept in memory (--state FILE keeps it longer)".to_owned(),
    };
    let (now, speed) = (sandbox.now().rfc3339(), arguments.speed);
    format!(
        "address          {url}
page             {url}/
key              {key}
secret           {secret}
signing key      {signing_key}
signing secret   {signing_secret}
callback key     {callback_key}
callbacks        {callbacks}
clock            {now}, {speed} seconds pass in one (--speed)
state            {state}

Ctrl-C ends it.
"
    )
}

/// Saves at intervals what has changed. A disk that is full for a while is no reason to end.
async fn save(sandbox: &Sandbox) -> std::convert::Infallible {
    let mut pause = SAVE_EVERY;
    loop {
        tokio::time::sleep(pause).await;
        let begun = Instant::now();
        if let Err(error) = tokio::task::block_in_place(|| sandbox.save()) {
            eprintln!("the state could not be saved: {error}");
        }
        pause = SAVE_EVERY.max(begun.elapsed() * SAVE_SHARE);
    }
}

/// Comes back when someone wants the program to end.
#[cfg(unix)]
fn end() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Comes back when someone wants the program to end.
#[cfg(not(unix))]
fn end() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
