//! How source files look: what the first line is, how long they are, and what none may hold.

use std::process::Command;

use parallax_tests::repository;

/// Most lines that a source file may have.
const MOST_LINES: usize = 500;

/// What no source file may hold, put together here so that this file does not hold it either.
const NEVER: &[(&str, &str)] = &[
    (concat!("todo", "!("), "what is committed is finished"),
    (concat!("unimplemented", "!("), "what is committed is finished"),
    (concat!("#[", "ignore"), "a test that never runs proves nothing"),
    (concat!("#[", "should_panic"), "a panic that was expected hides the one that was not"),
];

/// Paths that only somebody's own machine has.
const MACHINE_PATHS: &[&str] =
    &[concat!("/", "home/"), concat!("/", "root/"), concat!("/", "Users/"), concat!("C:", "\\Users")];

/// Tracked files whose names end as given, with their text; files that are not text are left out.
pub(super) fn tracked(ending: &str) -> Vec<(String, String)> {
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(repository())
        .output()
        .expect("git lists the files of the repository");
    assert!(listed.status.success(), "this is not a git checkout");
    let names = String::from_utf8(listed.stdout).expect("file names are UTF-8");
    names
        .split_terminator('\0')
        .filter(|name| name.ends_with(ending))
        .filter_map(|name| {
            // A tracked file that was just deleted, or holds bytes, has no text.
            let text = std::fs::read_to_string(repository().join(name)).ok()?;
            Some((name.to_owned(), text))
        })
        .collect()
}

fn sources() -> Vec<(String, String)> {
    let sources = tracked(".rs");
    assert!(sources.len() > 10, "git lists the sources");
    sources
}

#[test]
fn every_source_file_says_first_what_it_is_for() {
    let found: Vec<String> =
        sources().into_iter().filter(|(_, text)| !text.starts_with("//! ")).map(|(name, _)| name).collect();
    assert!(found.is_empty(), "no `//!` on the first line of: {}", found.join(", "));
}

#[test]
fn no_source_file_is_too_long_to_read() {
    let found: Vec<String> = sources()
        .into_iter()
        .map(|(name, text)| (name, text.lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(name, lines)| format!("{name} has {lines} lines, more than {MOST_LINES}"))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn nothing_is_left_unfinished_or_switched_off() {
    let found: Vec<String> = sources()
        .iter()
        .flat_map(|(name, text)| {
            NEVER
                .iter()
                .filter(|(word, _)| text.contains(word))
                .map(move |(word, reason)| format!("{name} holds `{word}`: {reason}"))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Sources are left out: they may name such paths to find them in what people are about to export.
#[test]
fn no_document_or_setting_names_a_path_of_somebodys_machine() {
    let mut found = Vec::new();
    for ending in [".md", ".toml", ".ftl", ".jsonl", "/run"] {
        for (name, text) in tracked(ending) {
            for path in MACHINE_PATHS.iter().filter(|path| text.contains(*path)) {
                found.push(format!("{name} holds `{path}`"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_package_obeys_the_lints_of_the_workspace() {
    let found: Vec<String> = tracked("Cargo.toml")
        .into_iter()
        .filter(|(_, text)| text.contains("[package]"))
        .filter(|(_, text)| !text.contains("[lints]\nworkspace = true"))
        .map(|(name, _)| name)
        .collect();
    assert!(found.is_empty(), "`[lints] workspace = true` is missing in: {}", found.join(", "));
}
