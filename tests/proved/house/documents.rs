//! That README.md and ARCHITECTURE.md say what is there.

use std::fs;

use parallax_tests::repository;

use super::dependencies::ALLOWED_EDGES;
use super::sources::tracked;

/// Most lines of ARCHITECTURE.md, so that it stays a bird's-eye view.
const MOST_LINES: usize = 200;

fn document(name: &str) -> String {
    fs::read_to_string(repository().join(name)).expect("the document is there")
}

#[test]
fn the_architecture_is_short_enough_to_be_read() {
    let lines = document("ARCHITECTURE.md").lines().count();
    assert!(lines < MOST_LINES, "ARCHITECTURE.md has {lines} lines");
}

#[test]
fn the_architecture_names_every_package() {
    let text = document("ARCHITECTURE.md");
    let found: Vec<String> = tracked("/Cargo.toml")
        .into_iter()
        .filter_map(|(name, _)| Some(name.strip_suffix("/Cargo.toml")?.to_owned()))
        .filter(|folder| !text.contains(&format!("`{folder}`")))
        .collect();
    assert!(found.is_empty(), "ARCHITECTURE.md does not name: {}", found.join(", "));
}

#[test]
fn the_architecture_draws_the_edges_that_are_allowed() {
    let text = document("ARCHITECTURE.md");
    let found: Vec<String> = ALLOWED_EDGES
        .iter()
        .map(|(name, allowed)| match allowed {
            [] => format!("{name} -> nothing"),
            _ => format!("{name} -> {}", allowed.join(", ")),
        })
        .filter(|line| !text.lines().any(|drawn| drawn == line))
        .collect();
    assert!(found.is_empty(), "ARCHITECTURE.md lacks these lines:\n{}", found.join("\n"));
}
