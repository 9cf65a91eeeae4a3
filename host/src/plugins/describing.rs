//! Asks a component what it does, before it may do anything: every import is a trap.

use magnetiq_contract::describe::Description;
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store, UpdateDeadline};

use super::bindings::exports::describe::DescribingPre;
use super::engine::MEMORY;
use super::state::Memory;
use crate::error::{Code, Error, Result};

/// Epoch ticks that describing may take.
const TICKS: u32 = 20;

/// What the component says it does, as the JSON that it gave and as read.
///
/// # Errors
/// Validation, when it does not answer, or with something else than a description.
pub(super) async fn describe(engine: &Engine, component: &Component) -> Result<(String, Description)> {
    let json = ask(engine, component).await.map_err(|error| refused(&format!("{error:#}")))?;
    let description = serde_json::from_str(&json).map_err(|error| refused(&error.to_string()))?;
    Ok((json, description))
}

async fn ask(engine: &Engine, component: &Component) -> wasmtime::Result<String> {
    let mut linker = Linker::<Memory>::new(engine);
    linker.define_unknown_imports_as_traps(component)?;
    let describing = DescribingPre::new(linker.instantiate_pre(component)?)?;
    let mut store = Store::new(engine, Memory::new(MEMORY));
    store.limiter(|memory| memory);
    store.set_epoch_deadline(1);
    let mut ticks = 0;
    store.epoch_deadline_callback(move |_| {
        ticks += 1;
        Ok(if ticks > TICKS { UpdateDeadline::Interrupt } else { UpdateDeadline::Yield(1) })
    });
    let plugin = describing.instantiate_async(&mut store).await?;
    plugin.magnetiq_plugin_describe().call_describe(&mut store).await
}

fn refused(reason: &str) -> Error {
    Error::new(Code::Validation, format!("The component does not describe itself: {reason}"))
}
