//! The process that compiles: this program again, with a bound on its time, memory and files. A component that was made
//! to keep a compiler busy ends there.

use std::io::{self, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};

use magnetiq_contract::text::Text;
use rlimit::Resource;
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};
use wasmtime::Engine;

use super::refused;
use crate::error::{Error, Result};
use crate::plugins::sandbox::engine;

/// The hidden subcommand that runs [`compile_for_parent`].
const COMMAND: &str = "compile-component";
/// Longest code, in bytes.
const LONGEST: u64 = 256 << 20;

/// What compiling one component may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Computing time, in seconds.
    pub seconds: u64,
    /// Address space, in MiB.
    pub mebibytes: u64,
}

/// Has `program` compile a component.
///
/// # Errors
/// Validation, with the compiler's own words or the limit that it met; internal when it cannot be started.
pub(super) fn compile(program: &Path, bounds: Bounds, component: &[u8]) -> Result<Vec<u8>> {
    let mut child = Command::new(program)
        .args([COMMAND, &bounds.seconds.to_string(), &bounds.mebibytes.to_string()])
        .env_clear()
        // The allocator would reserve addresses ahead of its needs, and all of them count.
        .env("MIMALLOC_DISALLOW_ARENA_ALLOC", "1")
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
    if status.success() { Ok(code) } else { Err(refused(reason(status, bounds, words.trim()))) }
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

fn reason(status: ExitStatus, bounds: Bounds, words: &str) -> Text {
    match status.signal() {
        Some(signal) if signal == SIGXCPU || signal == SIGKILL => too_much_time(bounds),
        Some(_) => too_much_memory(bounds),
        None if words.contains("out of memory") => too_much_memory(bounds),
        None if words.is_empty() => Text::new("the compiler gave no reason", "der Compiler nannte keinen Grund"),
        None => words.into(),
    }
}

fn too_much_time(Bounds { seconds, .. }: Bounds) -> Text {
    let german = format!("sie zu übersetzen dauert länger als {seconds} s");
    Text::new(format!("it takes longer than {seconds} s to compile"), german)
}

fn too_much_memory(Bounds { mebibytes, .. }: Bounds) -> Text {
    let german = format!("sie zu übersetzen braucht mehr als {mebibytes} MiB");
    Text::new(format!("it takes more than {mebibytes} MiB to compile"), german)
}

const SIGKILL: i32 = 9;
const SIGXCPU: i32 = 24;

/// Compiles a component from standard input to standard output, within the limits: the child's side. Why it could not
/// stands on standard error.
pub fn compile_for_parent(bounds: Bounds) -> ExitCode {
    match compile_input(bounds) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            // A parent that is gone needs no reason.
            let _ = write!(io::stderr().lock(), "{reason}");
            ExitCode::FAILURE
        }
    }
}

fn compile_input(bounds: Bounds) -> std::result::Result<(), String> {
    limit(bounds).map_err(|error| error.to_string())?;
    step_back();
    let mut component = Vec::new();
    io::stdin().lock().read_to_end(&mut component).map_err(|error| error.to_string())?;
    let engine = Engine::new(&engine::compiling()).map_err(|error| format!("{error:#}"))?;
    let code = engine.precompile_component(&component).map_err(|error| format!("{error:#}"))?;
    io::stdout().lock().write_all(&code).map_err(|error| error.to_string())
}

/// Who is served comes first. The compiler's threads have the priority of this one; where it stays as it is, so do they.
fn step_back() {
    let normal = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Other);
    let _ = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, normal);
}

fn limit(Bounds { seconds, mebibytes }: Bounds) -> io::Result<()> {
    Resource::CPU.set(seconds, seconds + 1)?;
    Resource::AS.set(mebibytes << 20, mebibytes << 20)?;
    // Neither files nor a picture of its memory.
    Resource::FSIZE.set(0, 0)?;
    Resource::CORE.set(0, 0)
}
