//! Threads that let others go first.

use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};

/// Runs this thread only when nobody else wants the processor; where that is refused it runs as any other.
pub fn step_aside() {
    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    if let Err(error) = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle) {
        let thread = std::thread::current();
        tracing::warn!(?error, thread = thread.name(), "a thread keeps its usual priority");
    }
}
