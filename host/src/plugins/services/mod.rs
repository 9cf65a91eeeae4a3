//! What the host's services ask of plugins: to run a job, to hear an event, for a mail's template, for what they keep
//! about a person.

pub(in crate::plugins) mod events;
pub(in crate::plugins) mod jobs;
pub(in crate::plugins) mod mails;
pub(in crate::plugins) mod privacy;
