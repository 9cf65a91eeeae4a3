//! The binary `magnetiq`: parses the command line and hands over.

fn main() {}
