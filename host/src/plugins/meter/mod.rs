//! What plugins cost, how they fail and what they are refused; quantities that an admin granted.

pub(in crate::plugins) mod allowance;
pub(in crate::plugins) mod breaker;
pub(in crate::plugins) mod denials;
mod latency;
pub(in crate::plugins) mod quota;
pub(in crate::plugins) mod room;
pub(in crate::plugins) mod route;
pub(in crate::plugins) mod tally;
pub(in crate::plugins) mod timing;
pub(in crate::plugins) mod usage;
