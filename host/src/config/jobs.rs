//! Background work.

use super::Source;

/// Background work.
#[derive(Clone, Debug)]
pub struct Jobs {
    /// Jobs that run at once.
    pub workers: usize,
}

impl Jobs {
    pub(super) fn read(source: &mut Source) -> Self {
        Self { workers: source.value("JOB_WORKERS", "a whole number", 2) }
    }
}
