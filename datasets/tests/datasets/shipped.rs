//! What the shipped suites promise: size, languages, scripts, and no text that two categories could claim.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use parallax_datasets::templates::Templates;
use parallax_datasets::{Suite, load, shipped};
use sha2::{Digest, Sha256};
use unicode_normalization::is_nfc;

fn folder(suite: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(suite)
}

fn suites() -> Vec<Suite> {
    shipped().expect("the shipped suites are sound")
}

#[test]
fn two_suites_are_shipped_and_are_the_ones_in_the_repository() {
    let suites = suites();
    let ids: Vec<&str> = suites.iter().map(|suite| suite.id.as_str()).collect();
    assert_eq!(ids, ["livelihoods", "benefits-desk"], "both suites run when none is asked for");
    for suite in &suites {
        let from_folder = load(&folder(&suite.id)).expect("the folder is a suite like any other");
        assert_eq!(&from_folder, suite, "what is inside the program is what the repository shows");
    }
}

#[test]
fn the_hash_of_a_suite_is_that_of_its_two_files() {
    for suite in suites() {
        let mut bytes = std::fs::read(folder(&suite.id).join("suite.toml")).expect("the file is in the repository");
        bytes.extend(std::fs::read(folder(&suite.id).join("items.jsonl")).expect("the file is in the repository"));
        assert_eq!(
            suite.sha256,
            format!("{:x}", Sha256::digest(&bytes)),
            "`cat suite.toml items.jsonl | sha256sum` must agree"
        );
    }
}

#[test]
fn a_suite_has_eight_categories_in_three_languages_and_enough_items_and_groups_in_each() {
    for suite in suites() {
        assert_eq!(suite.languages(), ["en", "hi", "kn"], "{}", suite.id);
        assert_eq!(suite.categories.len(), 8, "{}", suite.id);
        assert!(suite.items.len() >= 720, "{} has {} items", suite.id, suite.items.len());
        for category in &suite.categories {
            for language in suite.languages() {
                let place = format!("{}, {}, {language}", suite.id, category.id);
                assert!(category.meanings.contains_key(&language), "{place}: people must be told what belongs here");
                let here =
                    || suite.items.iter().filter(|item| item.category == category.id && item.language == language);
                let groups: BTreeSet<&str> = here().filter_map(|item| item.group.as_deref()).collect();
                assert!(here().all(|item| item.group.is_some()), "{place}: folds hold out groups");
                assert!(here().count() >= 30, "{place}: {} items", here().count());
                assert!(groups.len() >= 10, "{place}: {} groups", groups.len());
            }
        }
    }
}

#[test]
fn every_group_has_items_in_every_language() {
    for suite in suites() {
        let mut languages: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for item in &suite.items {
            languages.entry(item.group.as_deref().unwrap_or_default()).or_default().insert(&item.language);
        }
        for (group, languages) in languages {
            assert_eq!(languages.len(), 3, "{}: group {group} is in {languages:?} only", suite.id);
        }
    }
}

#[test]
fn every_group_stands_for_at_least_six_distinct_sentences() {
    for suite in suites() {
        let templates = Templates::shipped(&suite.id).expect("every shipped suite has templates");
        for group in templates.groups() {
            for language in templates.languages() {
                let count = templates.sentences(&group, &language).len();
                assert!(
                    count >= 6,
                    "{}: {group} in {language} has {count}: another draw would hardly differ",
                    suite.id
                );
            }
        }
    }
}

/// Every sentence that could be drawn, not only those that were.
fn all_sentences() -> Vec<(String, String, String)> {
    let mut sentences = Vec::new();
    for suite in suites() {
        let templates = Templates::shipped(&suite.id).expect("every shipped suite has templates");
        for group in templates.groups() {
            for language in templates.languages() {
                let texts = templates.sentences(&group, &language);
                sentences.extend(texts.into_iter().map(|text| (group.clone(), language.clone(), text)));
            }
        }
    }
    sentences
}

#[test]
fn no_sentence_belongs_to_two_categories_in_any_draw() {
    let mut first: BTreeMap<(String, String), String> = BTreeMap::new();
    for (group, language, text) in all_sentences() {
        let other = first.entry((language, text.clone())).or_insert_with(|| group.clone());
        let category = |group: &str| group.split('/').next().map(str::to_owned);
        assert_eq!(category(other), category(&group), "{group} and {other} share: {text}");
    }
}

#[test]
fn every_sentence_is_in_the_script_of_its_language() {
    // Joiners are spelling in Kannada and Hindi, and belong to no script.
    let is_joiner = |c: char| matches!(c, '\u{200c}' | '\u{200d}');
    for (group, language, text) in all_sentences() {
        for c in text.chars() {
            let fits = match language.as_str() {
                "en" => c.is_ascii(),
                "hi" => matches!(c, '\u{0900}'..='\u{097f}') || is_joiner(c) || is_plain(c),
                "kn" => matches!(c, '\u{0c80}'..='\u{0cff}') || is_joiner(c) || is_plain(c),
                _ => false,
            };
            assert!(fits, "{group} in {language}: {c:?} in: {text}");
        }
    }
}

/// Digits, spaces and punctuation that every language here shares.
fn is_plain(c: char) -> bool {
    c.is_ascii_digit() || c == ' ' || ",.;:?!'\"()-–‘’“”".contains(c)
}

#[test]
fn every_sentence_is_normalised_and_tidy() {
    for (group, language, text) in all_sentences() {
        let place = format!("{group} in {language}: {text}");
        assert!(is_nfc(&text), "not NFC: {place}");
        assert_eq!(text.trim(), text, "white space at an end: {place}");
        assert!(!text.contains("  "), "two spaces: {place}");
        assert!(text.ends_with(['.', '?', '!', '।']), "no end: {place}");
        let words = text.split_whitespace().count();
        assert!((3..=24).contains(&words), "{words} words: {place}");
    }
}

#[test]
fn names_and_meanings_are_normalised_and_in_their_script() {
    for suite in suites() {
        for category in &suite.categories {
            for (language, text) in category.labels.iter().chain(&category.meanings).chain(&suite.title) {
                assert!(is_nfc(text), "not NFC: {text}");
                let block = match language.as_str() {
                    "hi" => '\u{0900}'..='\u{097f}',
                    "kn" => '\u{0c80}'..='\u{0cff}',
                    _ => 'A'..='z',
                };
                assert!(text.chars().any(|c| block.contains(&c)), "{}, {language}: {text}", category.id);
            }
        }
    }
}

#[test]
fn category_ids_are_unique_across_the_suites() {
    let mut seen = BTreeSet::new();
    for suite in suites() {
        for category in suite.categories {
            assert!(seen.insert(category.id.clone()), "`{}` names two categories", category.id);
        }
    }
}

#[test]
fn no_language_counts_as_reviewed_before_someone_has_read_it() {
    for suite in suites() {
        assert!(suite.synthetic, "{} was written for this project", suite.id);
        assert_eq!(suite.unreviewed(), ["en", "hi", "kn"], "{}: name the reader in suite.toml and here", suite.id);
    }
}

#[test]
fn every_suite_has_a_card_that_says_it_is_synthetic_and_unreviewed() {
    for suite in suites() {
        let card = std::fs::read_to_string(folder(&suite.id).join("CARD.md")).expect("a suite comes with its card");
        for needed in ["synthetic", "reviewed_by", "Known flaws", suite.licence.as_str()] {
            assert!(
                card.to_lowercase().contains(&needed.to_lowercase()),
                "the card of {} does not speak of `{needed}`",
                suite.id
            );
        }
    }
}
