//! The binary itself, for what only a process shows: exit codes, signals, locks.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};
use std::thread::JoinHandle;

use crate::Client;

/// A running `magnetiq serve`; killed with its drop.
pub struct Process {
    child: Child,
    output: BufReader<ChildStdout>,
    /// What it says on its standard error, read all the time: a full pipe would hold it up.
    errors: Option<JoinHandle<String>>,
    /// `127.0.0.1:port`.
    pub address: String,
}

impl Process {
    /// Runs `magnetiq` with these arguments to its end.
    ///
    /// # Panics
    /// When the binary is not built.
    #[must_use]
    pub fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        let mut command = command();
        command.args(arguments).envs(variables.iter().copied());
        command.output().expect("the binary magnetiq; `make test` builds it first")
    }

    /// The same in a folder; what cargo does there takes nothing from the network.
    ///
    /// # Panics
    /// When the binary is not built.
    #[must_use]
    pub fn run_in(folder: &Path, arguments: &[&str]) -> Output {
        let mut command = command_in(folder);
        command.args(arguments);
        command.output().expect("the binary magnetiq; `make test` builds it first")
    }

    /// The same with a text on its standard input.
    ///
    /// # Panics
    /// When the binary is not built.
    #[must_use]
    pub fn run_with_input(arguments: &[&str], input: impl AsRef<[u8]>) -> Output {
        let mut command = command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary magnetiq; `make test` builds it first");
        child.stdin.take().expect("its input").write_all(input.as_ref()).expect("somebody who reads");
        child.wait_with_output().expect("its end")
    }

    /// Serves `folder` on a free port and waits until it says so.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn serve(folder: &Path, variables: &[(&str, &str)]) -> Self {
        Self::serve_with(folder, &[], variables)
    }

    /// The same, while nobody reads its log.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn serve_unheard(folder: &Path) -> Self {
        let mut process = Self::spawn(folder, &[], &[]);
        drop(process.child.stderr.take());
        process.address = process.read_address();
        process
    }

    /// The same with more arguments.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn serve_with(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut process = Self::spawn(folder, arguments, variables);
        process.errors = process.child.stderr.take().map(read_all);
        process.address = process.read_address();
        process
    }

    /// Runs `magnetiq plugin dev` in a plugin's folder and waits until it serves.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn develop(folder: &Path) -> Self {
        let mut command = command_in(folder);
        command.args(["plugin", "dev", "--listen", "127.0.0.1:0"]);
        let mut process = Self::started(command);
        process.errors = process.child.stderr.take().map(read_all);
        process.address = process.read_address();
        process
    }

    fn spawn(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = command();
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(folder).args(arguments);
        command.envs(variables.iter().copied());
        Self::started(command)
    }

    fn started(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary magnetiq");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        Self { child, output, errors: None, address: String::new() }
    }

    /// One who visits it.
    #[must_use]
    pub fn visitor(&self) -> Client {
        Client::visitor(format!("http://{}", self.address))
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, such as `TERM`.
    ///
    /// # Panics
    /// When there is no `kill`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status();
        assert!(sent.expect("kill").success());
    }

    /// Waits for its end; whether it ended well.
    ///
    /// # Panics
    /// When it cannot be waited for.
    pub fn wait(&mut self) -> bool {
        self.child.wait().expect("an end").success()
    }

    /// Waits for its end; the exit code, unless a signal ended it.
    ///
    /// # Panics
    /// When it cannot be waited for.
    pub fn exit_code(&mut self) -> Option<i32> {
        self.child.wait().expect("an end").code()
    }

    /// The next line of its output.
    ///
    /// # Panics
    /// When there is none.
    pub fn next_line(&mut self) -> String {
        self.output.by_ref().lines().next().expect("a line").expect("text")
    }

    /// The next line of its output that begins with these words.
    ///
    /// # Panics
    /// When there is none before its end.
    pub fn line_with(&mut self, words: &str) -> String {
        let mut lines = self.output.by_ref().lines().map_while(Result::ok);
        lines.find(|line| line.trim_start().starts_with(words)).expect("the line")
    }

    /// All that it still writes, to both outputs, up to its end.
    ///
    /// # Panics
    /// When it is no text.
    pub fn rest(&mut self) -> String {
        let mut said = String::new();
        self.output.read_to_string(&mut said).expect("text");
        said.push_str(&self.errors());
        said
    }

    /// All that it wrote to standard error, up to its end.
    #[must_use]
    pub fn log(&mut self) -> String {
        self.errors()
    }

    fn read_address(&mut self) -> String {
        for line in self.output.by_ref().lines().map_while(Result::ok) {
            if let Some((_, address)) = line.split_once("listening on ") {
                return address.trim_end_matches([')', '.']).to_owned();
            }
        }
        panic!("the host did not start: {}", self.errors());
    }

    fn errors(&mut self) -> String {
        self.errors.take().map(|errors| errors.join().expect("text")).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_all(mut errors: ChildStderr) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut said = String::new();
        errors.read_to_string(&mut said).expect("text");
        said
    })
}

/// The binary beside this test's own, with no settings but the test's.
fn command() -> Command {
    let mut command = Command::new(built_folder().join("magnetiq"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MAGNETIQ_")) {
        command.env_remove(name);
    }
    command
}

/// The same in a folder; what cargo does there takes nothing from the network.
fn command_in(folder: &Path) -> Command {
    let mut command = command();
    command.current_dir(folder).env("CARGO_NET_OFFLINE", "true");
    command.env("CARGO_TARGET_DIR", built_folder().with_file_name(""));
    command
}

/// `target/release`, where this test's own binary was built.
pub(crate) fn built_folder() -> PathBuf {
    let own = std::env::current_exe().expect("a path");
    own.ancestors().find(|folder| folder.ends_with("release")).expect("target/release").into()
}
