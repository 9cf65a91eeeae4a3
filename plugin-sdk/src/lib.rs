//! Write Magnetiq plugins in Rust.
