//! The draw from templates: repeatable, distinct, and valid for every seed.

use std::collections::BTreeSet;
use std::path::Path;

use parallax_datasets::templates::{Templates, items_jsonl, redraw, redrawn_files};
use parallax_datasets::{Item, load, shipped};
use proptest::prelude::*;

use crate::write_suite;

/// Run with `UPDATE_SUITES=1` after a template was edited: writes the items anew instead of comparing them.
/// A suite that is added begins with an empty `items.jsonl`.
#[test]
fn the_shipped_items_are_the_draw_from_the_templates() {
    for id in ["livelihoods", "benefits-desk"] {
        let templates = Templates::shipped(id).expect("every shipped suite has templates");
        let drawn =
            templates.draw(templates.seed(), templates.per_group()).expect("the templates have enough sentences");
        let drawn = items_jsonl(&drawn);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(id).join("items.jsonl");
        if std::env::var_os("UPDATE_SUITES").is_some() {
            std::fs::write(&path, drawn).expect("the repository can be written to");
        } else {
            let kept = std::fs::read_to_string(&path).expect("the file is in the repository");
            // Not assert_eq: a difference would print both files.
            assert!(
                kept == drawn,
                "{id}/items.jsonl is not the draw of its templates: run this test with UPDATE_SUITES=1"
            );
        }
    }
}

#[test]
fn another_seed_gives_another_suite_that_is_as_sound() {
    for suite in shipped().expect("the shipped suites are sound") {
        let redrawn = redraw(&suite.id, 7, 3).expect("any seed gives a suite");
        assert_eq!(redrawn.categories, suite.categories, "only the items are drawn");
        assert_eq!(redrawn.items.len(), suite.items.len(), "as many items from the same groups");
        assert_ne!(redrawn.sha256, suite.sha256, "the hash tells the draws apart");
        let texts: BTreeSet<&str> = suite.items.iter().map(|item| item.text.as_str()).collect();
        let new = redrawn.items.iter().filter(|item| !texts.contains(item.text.as_str())).count();
        assert!(new * 2 > suite.items.len(), "{}: only {new} of {} items are new", suite.id, suite.items.len());
    }
}

#[test]
fn a_redrawn_suite_written_to_a_folder_loads_as_the_same_suite() {
    let (suite, items) = redrawn_files("livelihoods", 7, 4).expect("any seed gives a suite");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write_suite(folder.path(), &suite, items);
    let loaded = load(folder.path()).expect("what is drawn is a suite");
    assert_eq!(loaded, redraw("livelihoods", 7, 4).expect("any seed gives a suite"), "folder and memory agree");
}

#[test]
fn an_edited_template_changes_only_its_own_items() {
    let text = |word: &str| {
        format!(
            "suite = \"fruit\"\nseed = 1\nper_group = 2\n\
             [[group]]\nid = \"apple/01\"\ntext.en = \"{{One|Two|Three}} {word}.\"\n\
             [[group]]\nid = \"pear/01\"\ntext.en = \"{{One|Two|Three}} pears.\"\n"
        )
    };
    let draw = |word: &str| {
        let templates = Templates::parse("templates.toml", &text(word)).expect("the templates are sound");
        templates.draw(1, 2).expect("there are three sentences")
    };
    let (before, after) = (draw("apples"), draw("red apples"));
    let of = |items: &[Item], group: &str| -> Vec<Item> {
        items.iter().filter(|item| item.group.as_deref() == Some(group)).cloned().collect()
    };
    assert_eq!(of(&before, "pear/01"), of(&after, "pear/01"), "its neighbours have streams of their own");
    assert_ne!(of(&before, "apple/01"), of(&after, "apple/01"), "the edited template speaks otherwise");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_draw_is_repeatable_distinct_and_from_its_template(seed: u64, per_group in 1_usize..=6) {
        let templates = Templates::shipped("livelihoods").expect("every shipped suite has templates");
        let items = templates.draw(seed, per_group).expect("every group has six sentences");
        prop_assert_eq!(&items, &templates.draw(seed, per_group).expect("every group has six sentences"));
        prop_assert_eq!(items.len(), templates.groups().len() * templates.languages().len() * per_group);
        for drawn in items.chunks(per_group) {
            let texts: BTreeSet<&str> = drawn.iter().map(|item| item.text.as_str()).collect();
            prop_assert_eq!(texts.len(), per_group, "one text drawn twice");
            let first = &drawn[0];
            let possible = templates.sentences(first.group.as_deref().unwrap_or_default(), &first.language);
            prop_assert!(texts.iter().all(|text| possible.iter().any(|each| each == text)), "not from the template");
        }
    }

    #[test]
    fn a_text_is_kept_exactly_as_it_is_written(text in "\\PC*[\\PC&&\\S]\\PC*") {
        let item = |id: &str, text: &str, category: &str| Item {
            id: id.to_owned(),
            text: text.to_owned(),
            language: "en".to_owned(),
            category: category.to_owned(),
            group: None,
        };
        let items = [item("1", &text, "apple"), item("2", &format!("{text}\u{200d}"), "pear")];
        let suite = "id = \"fruit\"\nversion = \"1\"\nlicence = \"CC0-1.0\"\nsynthetic = true\ntitle.en = \"Fruit\"\n\
                     [[category]]\nid = \"apple\"\nlabels.en = \"Apple\"\n[[category]]\nid = \"pear\"\nlabels.en = \"Pear\"\n";
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        write_suite(folder.path(), suite, items_jsonl(&items));
        prop_assert_eq!(load(folder.path()).expect("two items of two categories").items, items);
    }
}
