//! What holds for every Fluent file: it parses, says no forbidden word, repeats no id, and explains its jargon.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use parallax_words::{GLOSSARY, Statement, Words};

/// Words that the product never writes on its own account.
const FORBIDDEN: [&str; 14] = [
    "biased",
    "safe",
    "proves",
    "must reply",
    "certified",
    "compliant",
    "tampered",
    "cheated",
    "discriminates",
    "guilty",
    "the ai",
    "unbiased",
    "proven",
    "cheating",
];

fn files() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    let mut files = Vec::new();
    for language in std::fs::read_dir(root).unwrap() {
        for file in std::fs::read_dir(language.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            files.push((path, text));
        }
    }
    files.sort();
    files
}

/// The lines that are said, without comments and without the names of messages.
fn said(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')).map(|(number, line)| {
        let message = line.split_once(" =").filter(|(id, _)| is_id(id)).map_or(line, |(_, value)| value);
        (number + 1, message)
    })
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|character| character.is_ascii_alphanumeric() || "-_".contains(character))
}

fn ids(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.split_once(" =").map(|(id, _)| id)).filter(|id| is_id(id)).collect()
}

#[test]
fn every_fluent_file_parses_without_a_broken_entry() {
    for (path, text) in files() {
        if let Err((_, errors)) = fluent::FluentResource::try_new(text) {
            panic!("{} has broken entries: {errors:?}", path.display());
        }
    }
}

#[test]
fn no_sentence_uses_a_word_that_accuses_or_promises() {
    for (path, text) in files() {
        for (number, line) in said(&text) {
            let plain: String =
                line.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
            let padded = format!(" {} ", plain.split_whitespace().collect::<Vec<_>>().join(" "));
            for word in FORBIDDEN {
                assert!(
                    !padded.contains(&format!(" {word} ")),
                    "{}:{number} says “{word}”, which the product never says on its own account",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn no_id_is_used_twice_within_a_language() {
    let mut seen: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in files() {
        let language = path.parent().unwrap().to_owned();
        for id in ids(&text) {
            assert!(
                seen.entry(language.clone()).or_default().insert(id.to_owned()),
                "`{id}` stands twice, second in {}",
                path.display()
            );
        }
    }
}

#[test]
fn every_fluent_file_is_part_of_the_program() {
    let words = Words::english();
    for (path, text) in files() {
        for id in ids(&text) {
            assert!(words.has(id), "`{id}` of {} is not known to the program", path.display());
        }
    }
}

#[test]
fn every_statement_has_a_sentence() {
    let words = Words::english();
    for id in Statement::IDS {
        assert!(words.has(id), "the statement `{id}` has no sentence");
    }
}

#[test]
fn every_explained_word_has_one_plain_sentence() {
    let glossary = Words::english().glossary().unwrap();
    assert_eq!(glossary.len(), GLOSSARY.len(), "each word has an entry");
    for entry in glossary {
        assert!(entry.explanation.ends_with('.'), "the explanation of {} is a sentence", entry.id);
        assert!(!entry.explanation.contains(". "), "the explanation of {} is one sentence", entry.id);
    }
}

#[test]
fn every_explained_word_of_the_file_is_listed() {
    let (_, text) = files().into_iter().find(|(path, _)| path.ends_with("explain.ftl")).unwrap();
    let written: BTreeSet<&str> = ids(&text).into_iter().filter_map(|id| id.strip_prefix("explain-")).collect();
    let listed: BTreeSet<&str> = GLOSSARY.into_iter().collect();
    assert_eq!(written, listed, "the file and the list explain the same words");
}
