//! From a component to code that runs: out of the cache, or compiled in a process of its own that may take so much and
//! no more. Compiled code is never accepted from anybody else.

mod cache;
mod child;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use magnetiq_contract::text::Text;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use self::cache::Cache;
pub use self::child::{Bounds, compile_for_parent};
use super::engine;
use crate::error::{Code, Error, Result};
use crate::plugins::package::refusal;
use crate::secrets::Secrets;

/// Compiles components for one engine.
pub(in crate::plugins) struct Compiler {
    engine: Engine,
    /// This host's binary, and what it may take for a component.
    program: Option<(PathBuf, Bounds)>,
    cache: Option<Cache>,
    /// Why components were refused: nobody waits twice for one that takes too much.
    refused: Mutex<HashMap<[u8; 32], Text>>,
}

/// Refusals that are remembered.
const MOST_REFUSED: usize = 64;

impl Compiler {
    /// Compiles within this process and keeps nothing: for a host that is a library, and for packing.
    ///
    /// # Errors
    /// When this machine cannot reserve the engine's pool.
    pub fn here() -> Result<Self> {
        Ok(Self { engine: engine::start()?, program: None, cache: None, refused: Mutex::default() })
    }

    /// Compiles with `program`, this host's own binary, within bounds; within this process where there is none.
    pub fn by(self, program: Option<PathBuf>, bounds: Bounds) -> Self {
        Self { program: program.map(|program| (program, bounds)), ..self }
    }

    /// Keeps what is compiled in `folder`, sealed.
    pub fn keeping(self, folder: &Path, secrets: Secrets) -> Self {
        Self { cache: Some(Cache::new(folder, secrets, &self.engine)), ..self }
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
            Some((program, bounds)) => self.compile_once(program, *bounds, component)?,
            None => self.engine.precompile_component(component).map_err(|error| refused(format!("{error:#}")))?,
        };
        let compiled = cache::load(&self.engine, &code).map_err(|error| refused(format!("{error:#}")))?;
        if let Some(cache) = &self.cache {
            cache.keep(component, &code);
        }
        Ok(compiled)
    }

    /// Compiles in a process of its own, unless that has failed before.
    fn compile_once(&self, program: &Path, bounds: Bounds, component: &[u8]) -> Result<Vec<u8>> {
        let digest = Sha256::digest(component).into();
        if let Some(reason) = self.refused.lock().get(&digest) {
            return Err(Error::new(Code::Validation, reason.clone()));
        }
        child::compile(program, bounds, component).inspect_err(|error| {
            if error.code() == Code::Validation {
                let mut refused = self.refused.lock();
                if refused.len() >= MOST_REFUSED {
                    refused.clear();
                }
                refused.insert(digest, error.sentence().clone());
            }
        })
    }
}

fn refused(reason: impl Into<Text>) -> Error {
    refusal::refused(("The component", "Die Komponente"), &[reason.into()])
}
