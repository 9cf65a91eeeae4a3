//! The rules of webinars, through the plugin's public door.

#![expect(clippy::unwrap_used, reason = "tests say what is wrong by failing")]

mod announcing;
mod attending;
mod consent;
mod following_up;
mod organising;
mod pages;
mod registering;
mod reminders;
mod replays;
mod speaking;
mod statuses;
mod support;
mod waiting;
