//! What plugins cost, how they fail and what they are refused; quantities that an admin granted.

pub(in crate::plugins) mod breaker;
pub(in crate::plugins) mod denials;
pub(in crate::plugins) mod quota;
pub(in crate::plugins) mod room;
pub(in crate::plugins) mod tally;
pub(in crate::plugins) mod usage;
