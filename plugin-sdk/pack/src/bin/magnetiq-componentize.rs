//! `magnetiq-componentize FROM component.wasm`: for guests that are not packed, such as those of tests. FROM is a
//! crate's folder, which is built first, or a core module.

use std::path::Path;
use std::process::ExitCode;

use magnetiq_pack::compile::{self, Purpose};
use magnetiq_pack::{Error, Result, component};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [from, to] = arguments.as_slice() else { return ExitCode::from(2) };
    match componentize(from.as_ref(), to.as_ref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn componentize(from: &Path, to: &Path) -> Result<()> {
    let core = match from.is_dir() {
        true => compile::compile(from, Purpose::Packing)?,
        false => std::fs::read(from).map_err(Error::file(from))?,
    };
    std::fs::write(to, component::componentize(&core)?).map_err(Error::file(to))
}

#[expect(clippy::print_stderr, reason = "a command says on stderr what went wrong")]
fn fail(error: &Error) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}
