//! Behaviour of the host through its public doors, in one binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answers;
mod bad_disk;
mod bad_input;
mod command_line;
mod connections;
mod demo;
mod envelope;
mod grants;
mod hosts;
mod identity;
mod identity_sessions;
mod identity_users;
mod invitations;
mod jobs;
mod kill;
mod mail;
mod negotiation;
mod openapi;
mod packages;
mod people;
mod plugin_calls;
mod plugin_life;
mod plugin_requests;
mod plugins;
mod power;
mod privacy;
mod registering;
mod reminding;
mod security_headers;
mod site;
mod storms;
mod tidy;
mod unchanged;
mod villain;
mod villain_calls;
