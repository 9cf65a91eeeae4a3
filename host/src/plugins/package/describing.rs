//! Asks a component what it does, before it may do anything: every import but `log` is a trap.

use std::time::{Duration, Instant};

use magnetiq_contract::describe::Description;
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Engine, Store, UpdateDeadline};

use crate::error::{Code, Error, Result};
use crate::plugins::sandbox::bindings::exports::describe::DescribingPre;
use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::log;
use crate::plugins::sandbox::engine::MEMORY;
use crate::plugins::sandbox::state::Memory;

/// How long describing may take.
const MOST: Duration = Duration::from_millis(200);

/// What the component says it does, as the JSON that it gave and as read.
///
/// # Errors
/// Validation, when it does not answer, or with something else than a description.
pub(super) async fn describe(engine: &Engine, component: &Component) -> Result<(String, Description)> {
    let json = ask(engine, component).await.map_err(|reason| refused(&reason))?;
    let description = serde_json::from_str(&json).map_err(|error| refused(&error.to_string()))?;
    Ok((json, description))
}

/// What the guest keeps while it describes itself.
struct Describing {
    memory: Memory,
    /// Its newest line in the log: a panic's message comes before its trap.
    words: Option<String>,
}

impl log::Host for Describing {
    fn write(&mut self, _level: u8, message: String) -> wasmtime::Result<()> {
        self.words = Some(message);
        Ok(())
    }
}

/// The answer, or why there is none.
async fn ask(engine: &Engine, component: &Component) -> Result<String, String> {
    let mut store = Store::new(engine, Describing { memory: Memory::new(MEMORY), words: None });
    match call(engine, component, &mut store).await {
        Ok(json) => Ok(json),
        Err(error) => Err(store.into_data().words.unwrap_or_else(|| format!("{error:#}"))),
    }
}

async fn call(engine: &Engine, component: &Component, store: &mut Store<Describing>) -> wasmtime::Result<String> {
    let mut linker = Linker::new(engine);
    log::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut Describing| state)?;
    linker.define_unknown_imports_as_traps(component)?;
    let describing = DescribingPre::new(linker.instantiate_pre(component)?)?;
    store.limiter(|state| &mut state.memory);
    store.set_epoch_deadline(1);
    let began = Instant::now();
    store.epoch_deadline_callback(move |_| {
        Ok(if began.elapsed() > MOST { UpdateDeadline::Interrupt } else { UpdateDeadline::Yield(1) })
    });
    let plugin = describing.instantiate_async(&mut *store).await?;
    plugin.magnetiq_plugin_describe().call_describe(store).await
}

fn refused(reason: &str) -> Error {
    let german = format!("Die Komponente beschreibt sich nicht: {reason}");
    Error::new(Code::Validation, (format!("The component does not describe itself: {reason}"), german))
}
