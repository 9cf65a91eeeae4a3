//! The rules of webinars, through the plugin's public door.

#![expect(clippy::unwrap_used, reason = "tests say what is wrong by failing")]

mod attending;
mod consent;
mod organising;
mod pages;
mod registering;
mod reminders;
mod statuses;
mod support;
mod waiting;
