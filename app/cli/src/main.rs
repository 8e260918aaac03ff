//! The command line of Parallax.

fn main() {}
