//! What a plugin may do: what an admin grants, and the gate that every host call asks.

pub(in crate::plugins) mod gate;
pub(in crate::plugins) mod grants;
