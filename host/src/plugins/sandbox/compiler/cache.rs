//! Compiled code in files. Whoever can change code that runs here runs anything: each file is sealed with the site's
//! key and bound to its component and to the engine that made it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::durable;
use crate::error::Error;
use crate::secrets::Secrets;

/// Files that are kept; the oldest of more are removed.
const MOST: usize = 64;

/// Sealed code in one folder.
pub(super) struct Cache {
    folder: PathBuf,
    secrets: Secrets,
    /// Tells engines apart that cannot run each other's code.
    engine: u64,
}

impl Cache {
    /// Nothing is read or written yet.
    pub fn new(folder: &Path, secrets: Secrets, engine: &Engine) -> Self {
        let mut hash = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hash);
        Self { folder: folder.into(), secrets, engine: hash.finish() }
    }

    /// The code of a component, when it is there and as it was kept.
    pub fn find(&self, engine: &Engine, component: &[u8]) -> Option<Component> {
        let name = self.name(component);
        let sealed = fs::read(self.folder.join(&name)).ok()?;
        let code = self
            .secrets
            .unseal(&place(&name), &sealed)
            .and_then(|code| load(engine, &code).map_err(|error| Error::internal(format!("{error:#}"))));
        code.inspect_err(|error| tracing::warn!(%name, %error, "compiled code in the cache is not usable")).ok()
    }

    /// Keeps the code of a component. It can be made anew: a full disk is no failure.
    pub fn keep(&self, component: &[u8], code: &[u8]) {
        let name = self.name(component);
        let kept = self.secrets.seal(&place(&name), code).and_then(|sealed| {
            durable::write(&self.folder.join(&name), &sealed)?;
            Ok(self.forget_oldest()?)
        });
        if let Err(error) = kept {
            tracing::warn!(%name, %error, "compiled code could not be kept");
        }
    }

    fn name(&self, component: &[u8]) -> String {
        format!("{}-{:016x}.code", hex::encode(&Sha256::digest(component)[..16]), self.engine)
    }

    fn forget_oldest(&self) -> io::Result<()> {
        let mut files: Vec<(SystemTime, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "code") {
                files.push((fs::metadata(&path)?.modified()?, path));
            }
        }
        files.sort_unstable();
        let surplus = files.len().saturating_sub(MOST);
        files.into_iter().take(surplus).try_for_each(|(_, path)| fs::remove_file(path))
    }
}

fn place(name: &str) -> String {
    format!("cache/{name}")
}

/// Code that this program has compiled, a moment ago or before it was sealed.
///
/// # Errors
/// When another version of the engine made it, or its tables or memories do not fit into the engine's pool.
#[expect(unsafe_code, reason = "compiled code cannot be checked, only trusted")]
pub(super) fn load(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: the code comes from this program's own compiler; out of a file, with the seal that it got from there.
    unsafe { Component::deserialize(engine, code) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::plugins::sandbox::engine;

    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

    fn kept() -> (tempfile::TempDir, Cache, Engine) {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine::start().unwrap();
        let secrets = Secrets::open(&folder.path().join("master.key"), &Clock::system()).unwrap();
        let cache = Cache::new(folder.path(), secrets, &engine);
        cache.keep(COMPONENT, &engine.precompile_component(COMPONENT).unwrap());
        (folder, cache, engine)
    }

    #[test]
    fn what_was_kept_is_found() {
        let (_folder, cache, engine) = kept();
        assert!(cache.find(&engine, COMPONENT).is_some());
        assert!(cache.find(&engine, b"another").is_none());
    }

    #[test]
    fn code_that_was_changed_or_stands_under_another_name_is_not_loaded() {
        let (folder, cache, engine) = kept();
        let (mine, other) = (folder.path().join(cache.name(COMPONENT)), folder.path().join(cache.name(b"another")));
        fs::copy(&mine, other).unwrap();
        assert!(cache.find(&engine, b"another").is_none());
        let mut sealed = fs::read(&mine).unwrap();
        let middle = sealed.len() / 2;
        sealed[middle] ^= 1;
        fs::write(&mine, sealed).unwrap();
        assert!(cache.find(&engine, COMPONENT).is_none());
    }

    #[test]
    fn code_from_outside_is_not_loaded() {
        let (folder, cache, engine) = kept();
        let plain = engine.precompile_component(COMPONENT).unwrap();
        fs::write(folder.path().join(cache.name(COMPONENT)), plain).unwrap();
        assert!(cache.find(&engine, COMPONENT).is_none());
    }

    #[test]
    fn the_oldest_make_room() {
        let (folder, cache, engine) = kept();
        for number in 0..MOST {
            let old = fs::File::create(folder.path().join(format!("{number}.code"))).unwrap();
            old.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        }
        cache.keep(COMPONENT, &engine.precompile_component(COMPONENT).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), MOST + 1, "and the key");
        assert!(cache.find(&engine, COMPONENT).is_some());
    }
}
