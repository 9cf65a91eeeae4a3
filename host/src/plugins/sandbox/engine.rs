//! wasmtime as this host uses it: Cranelift, pooled memory, epochs, no async component model.

use std::thread;
use std::time::Duration;

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig};

use super::slow;
use crate::error::{Error, Result};

/// Guest calls that may be alive at once, over all plugins.
pub(in crate::plugins) const POOL: u32 = 256;

/// How often a running guest is looked at, unless it is a slow one: see [`slow::SLICE`].
pub(super) const TICK: Duration = Duration::from_millis(10);

/// Memory that the largest small guest may use, in bytes.
pub(in crate::plugins) const MEMORY: usize = 32 << 20;

/// Kept resident per slot so that a fresh instance touches no new page: 3 wasm pages and some room.
const KEEP_RESIDENT: usize = 256 << 10;

/// The engine, with a thread that advances its epoch for as long as it lives.
///
/// # Errors
/// When this machine cannot reserve the pool.
pub(super) fn start() -> Result<Engine> {
    let engine = Engine::new(&running()).map_err(|error| Error::internal(error.to_string()))?;
    tick(&engine)?;
    Ok(engine)
}

/// What compiled code depends on. It needs no memory for guests.
pub(super) fn compiling() -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .concurrency_support(false)
        .max_wasm_stack(512 << 10)
        .async_stack_size(1 << 20)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(16))
        .cranelift_opt_level(OptLevel::Speed);
    config
}

fn running() -> Config {
    let mut config = compiling();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    config
}

fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(POOL)
        .total_core_instances(POOL * 4)
        .total_memories(POOL)
        .total_tables(POOL * 2)
        .total_stacks(POOL)
        .max_memories_per_component(1)
        .max_tables_per_component(2)
        .max_core_instances_per_component(4)
        .table_elements(10_000)
        .max_memory_size(MEMORY)
        .linear_memory_keep_resident(KEEP_RESIDENT)
        // Where the kernel can tell which pages a guest has written, the others need no reset.
        .pagemap_scan(Enabled::Auto)
        .table_keep_resident(16 << 10)
        .async_stack_keep_resident(32 << 10);
    pool
}

fn tick(engine: &Engine) -> Result<()> {
    let engine = engine.weak();
    thread::Builder::new().name("plugin-epoch".into()).spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(if slow::is_busy() { slow::SLICE } else { TICK });
        }
    })?;
    Ok(())
}
