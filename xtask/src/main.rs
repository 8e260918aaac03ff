//! Set-up and tasks of the repository.

fn main() {}
