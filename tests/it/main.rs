//! Behaviour of the host through its public doors, in one binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bad_disk;
mod bad_input;
mod command_line;
mod connections;
mod demo;
mod envelope;
mod hosts;
mod identity;
mod identity_sessions;
mod identity_users;
mod jobs;
mod kill;
mod mail;
mod negotiation;
mod openapi;
mod people;
mod plugins;
mod power;
mod registering;
mod security_headers;
mod site;
mod tidy;
mod unchanged;
mod villain;
