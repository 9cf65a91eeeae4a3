//! From a component to code that runs: out of the cache, or compiled in a process of its own that may take so much and
//! no more. Compiled code is never accepted from anybody else.

mod cache;
mod child;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use magnetiq_contract::text::Text;
use wasmtime::Engine;
use wasmtime::component::Component;

use self::cache::Cache;
pub use self::child::compile_for_parent;
use super::engine;
use crate::error::{Error, Result};
use crate::plugins::package::refusal;
use crate::plugins::settings::seal::Seal;

/// Compiles components for one engine.
pub(in crate::plugins) struct Compiler {
    engine: Engine,
    program: Option<PathBuf>,
    cache: Option<Cache>,
}

impl Compiler {
    /// Compiles within this process and keeps nothing: for a host that is a library, and for packing.
    ///
    /// # Errors
    /// When this machine cannot reserve the engine's pool.
    pub fn here() -> Result<Self> {
        Ok(Self { engine: engine::start()?, program: None, cache: None })
    }

    /// Compiles with `program`, this host's own binary; within this process where there is none.
    pub fn by(self, program: Option<PathBuf>) -> Self {
        Self { program, ..self }
    }

    /// Keeps what is compiled in `folder`, sealed.
    pub fn keeping(self, folder: &Path, seal: Arc<Seal>) -> Self {
        Self { cache: Some(Cache::new(folder, seal, &self.engine)), ..self }
    }

    /// What the compiled code runs on.
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Code for a component. It takes milliseconds from the cache, seconds otherwise, and blocks its thread.
    ///
    /// # Errors
    /// Validation, when it is not a component that this host can run, or takes too much to compile.
    pub fn compile(&self, component: &[u8]) -> Result<Component> {
        if let Some(known) = self.cache.as_ref().and_then(|cache| cache.find(&self.engine, component)) {
            return Ok(known);
        }
        let code = match &self.program {
            Some(program) => child::compile(program, component)?,
            None => self.engine.precompile_component(component).map_err(|error| refused(format!("{error:#}")))?,
        };
        let compiled = cache::load(&self.engine, &code).map_err(|error| refused(format!("{error:#}")))?;
        if let Some(cache) = &self.cache {
            cache.keep(component, &code);
        }
        Ok(compiled)
    }
}

fn refused(reason: impl Into<Text>) -> Error {
    refusal::refused(("The component", "Die Komponente"), &[reason.into()])
}
