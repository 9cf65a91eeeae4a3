//! The process that compiles: this program again, with a bound on its time, memory and files. A component that was made
//! to keep a compiler busy ends there.

use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};

use magnetiq_contract::text::Text;
use rlimit::Resource;
use wasmtime::Engine;

use super::refused;
use crate::error::{Error, Result};
use crate::plugins::sandbox::engine;

/// The hidden subcommand that runs [`compile_for_parent`].
const COMMAND: &str = "compile-component";
/// Computing time, in seconds.
const SECONDS: u64 = 60;
/// Address space, in bytes.
const MEMORY: u64 = 2 << 30;
/// Longest code, in bytes.
const LONGEST: u64 = 256 << 20;

/// Has `program` compile a component.
///
/// # Errors
/// Validation, with the compiler's own words or the limit that it met; internal when it cannot be started.
pub(super) fn compile(program: &Path, component: &[u8]) -> Result<Vec<u8>> {
    let mut child = Command::new(program)
        .arg(COMMAND)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| Error::internal(format!("{} cannot be started: {error}", program.display())))?;
    let spoken = converse(&mut child, component);
    if spoken.is_err() {
        child.kill()?;
    }
    let status = child.wait()?;
    let (code, words) = spoken?;
    if status.success() { Ok(code) } else { Err(refused(reason(status, words.trim()))) }
}

/// What the child answers on its two channels. It reads all before it writes, so that neither waits for the other.
fn converse(child: &mut Child, component: &[u8]) -> io::Result<(Vec<u8>, String)> {
    let (mut code, mut words) = (Vec::new(), String::new());
    if let Some(mut input) = child.stdin.take() {
        // A child that ended early says why on its other channel.
        let _ = input.write_all(component);
    }
    if let Some(output) = child.stdout.take() {
        output.take(LONGEST).read_to_end(&mut code)?;
    }
    if let Some(errors) = child.stderr.take() {
        errors.take(4096).read_to_string(&mut words)?;
    }
    Ok((code, words))
}

fn reason(status: ExitStatus, words: &str) -> Text {
    match status.signal() {
        Some(signal) if signal == SIGXCPU || signal == SIGKILL => {
            let german = format!("sie zu übersetzen dauert länger als {SECONDS} s");
            Text::new(format!("it takes longer than {SECONDS} s to compile"), german)
        }
        Some(_) => {
            let most = MEMORY >> 20;
            let german = format!("sie zu übersetzen braucht mehr als {most} MiB");
            Text::new(format!("it takes more than {most} MiB to compile"), german)
        }
        None if words.is_empty() => Text::new("the compiler gave no reason", "der Compiler nannte keinen Grund"),
        None => words.into(),
    }
}

const SIGKILL: i32 = 9;
const SIGXCPU: i32 = 24;

/// Compiles a component from standard input to standard output, within the limits: the child's side. Why it could not
/// stands on standard error.
pub fn compile_for_parent() -> ExitCode {
    match compile_input() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            // A parent that is gone needs no reason.
            let _ = write!(io::stderr().lock(), "{reason}");
            ExitCode::FAILURE
        }
    }
}

fn compile_input() -> std::result::Result<(), String> {
    limit().map_err(|error| error.to_string())?;
    let mut component = Vec::new();
    io::stdin().lock().read_to_end(&mut component).map_err(|error| error.to_string())?;
    let engine = Engine::new(&engine::compiling()).map_err(|error| format!("{error:#}"))?;
    let code = engine.precompile_component(&component).map_err(|error| format!("{error:#}"))?;
    io::stdout().lock().write_all(&code).map_err(|error| error.to_string())
}

fn limit() -> io::Result<()> {
    Resource::CPU.set(SECONDS, SECONDS + 1)?;
    Resource::AS.set(MEMORY, MEMORY)?;
    // Neither files nor a picture of its memory.
    Resource::FSIZE.set(0, 0)?;
    Resource::CORE.set(0, 0)
}
