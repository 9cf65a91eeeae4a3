//! One guest call: a fresh instance with its limits, what it is asked, what it answers and how it fails.
//!
//! `call` is the story; `ask` has the guest in it; `lane` says where it runs, `state` what it carries, `fault` why it failed.

pub(in crate::plugins) mod answers;
pub(in crate::plugins) mod ask;
pub(in crate::plugins) mod bindings;
pub(in crate::plugins) mod call;
pub mod compiler;
pub(in crate::plugins) mod engine;
pub(in crate::plugins) mod fault;
mod handed_on;
pub(in crate::plugins) mod lane;
pub(in crate::plugins) mod slow;
pub(in crate::plugins) mod state;
pub(in crate::plugins) mod task;
pub(in crate::plugins) mod weight;
