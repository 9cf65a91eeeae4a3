//! The command line: parses and hands over. Exit codes: 0 done, 1 failed with a sentence, 2 wrong usage.

mod audit;
mod control;
mod doctor;
mod keys;
mod log;
mod migrate;
mod openapi;
mod order;
mod output;
mod plugin;
mod secrets;
mod serve;
mod settings;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Result;
use crate::http::assets::Assets;
use crate::plugins::{self, Bounds};

#[derive(Parser)]
#[command(name = "magnetiq", version, about = "A CMS whose features are sandboxed plugins")]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the site.
    Serve(serve::Serve),
    /// Brings the database up to date without serving.
    Migrate(migrate::Migrate),
    /// Says what is missing or wrong.
    Doctor(doctor::Doctor),
    /// Prints the OpenAPI document.
    Openapi(openapi::Openapi),
    /// Makes, checks, installs and switches plugins.
    Plugin(plugin::Plugin),
    /// Adds users.
    User(user::User),
    /// Lists and rotates the keys that sign access tokens.
    Keys(keys::Keys),
    /// Rotates the master key.
    Secrets(secrets::Secrets),
    /// Verifies and exports the record of changes.
    Audit(audit::Audit),
    /// Compiles a component from standard input to standard output, for another process of this program.
    #[command(hide = true)]
    CompileComponent {
        /// Computing time.
        seconds: u64,
        /// Address space.
        mebibytes: u64,
    },
}

/// Runs the command that the process was started with.
#[must_use]
pub fn run(assets: Assets) -> ExitCode {
    // clap ends the process with 2 and a sentence when the usage is wrong.
    let CommandLine { command } = CommandLine::parse();
    let done = match command {
        Command::Serve(serve) => block_on(serve.run(assets)),
        Command::Migrate(migrate) => migrate.run(),
        Command::Doctor(doctor) => block_on(doctor.run(&assets)),
        Command::Openapi(openapi) => block_on(openapi.run(assets)),
        Command::Plugin(plugin) => block_on(plugin.run(assets)),
        Command::User(user) => block_on(user.run()),
        Command::Keys(keys) => block_on(keys.run(assets)),
        Command::Secrets(secrets) => block_on(secrets.run(assets)),
        Command::Audit(audit) => block_on(audit.run(assets)),
        Command::CompileComponent { seconds, mebibytes } => {
            return plugins::compile_for_parent(Bounds { seconds, mebibytes });
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !log::failure(&error) {
                output::failure(&error);
            }
            ExitCode::FAILURE
        }
    }
}

fn block_on(work: impl Future<Output = Result<()>>) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
