//! Which items a filter lets through, and what a person's own words find.

use parallax_store::{Case, ItemFilter};

use crate::sample;

fn ids(case: &Case, filter: &ItemFilter) -> Vec<String> {
    case.items(filter).expect("items").into_iter().map(|item| format!("{}/{}", item.suite, item.id)).collect()
}

#[test]
fn conditions_add_up() {
    let (_folder, _path, case) = sample::case();
    let all = ItemFilter::everything;
    let check = |filter: ItemFilter, expected: &[&str], reason: &str| {
        assert_eq!(ids(&case, &filter), expected, "{reason}");
    };
    let text = |word: &str| Some(word.to_owned());
    check(ItemFilter { suite: text("desk"), ..all() }, &["desk/en-1"], "by suite");
    check(ItemFilter { language: text("en"), ..all() }, &["livelihoods/en-1", "livelihoods/en-2"], "by language");
    check(ItemFilter { category: text("farming"), ..all() }, &["livelihoods/hi-1", "livelihoods/kn-1"], "by category");
    check(ItemFilter { flipped_only: true, ..all() }, &["livelihoods/en-2", "livelihoods/kn-1"], "by decision");
    check(
        ItemFilter { flipped_only: true, category: text("farming"), ..all() },
        &["livelihoods/kn-1"],
        "both conditions hold",
    );
    check(
        ItemFilter { finding: text("F1"), ..all() },
        &["livelihoods/kn-1", "livelihoods/en-2"],
        "in the order of the finding, which says what moved furthest",
    );
    check(ItemFilter { finding: text("F1"), limit: Some(1), offset: 1, ..all() }, &["livelihoods/en-2"], "page two");
    check(ItemFilter { offset: 4, ..all() }, &["desk/en-1"], "an offset without a limit");
    check(ItemFilter { finding: text("F9"), ..all() }, &[], "a finding that is not there has no items");
    check(ItemFilter { suite: text("' OR 1=1 --"), ..all() }, &[], "a value is never read as SQL");
}

#[test]
fn words_are_found_in_every_script() {
    let (_folder, _path, case) = sample::case();
    let check = |search: &str, expected: &[&str], reason: &str| {
        let filter = ItemFilter { search: Some(search.to_owned()), ..ItemFilter::everything() };
        assert_eq!(ids(&case, &filter), expected, "{reason}");
    };
    check("NETS mends", &["livelihoods/en-1"], "words in any order and case");
    check("fish", &["livelihoods/en-1"], "the last word may be unfinished");
    check("ಕ್ಷೇತ್ರದಲ್ಲಿ", &["livelihoods/kn-1"], "a Kannada word with its marks");
    check("ಷೇತ", &["livelihoods/kn-1"], "a part of a word, when no word begins so");
    check("खेत", &["livelihoods/hi-1"], "a Hindi word with its vowel sign");
    check("売って", &["desk/en-1"], "a script without spaces");
    check("cycle-rickshaw", &["livelihoods/en-2"], "a hyphen is no operator");
    check("\"daily\" NOT", &[], "neither are quotes and capitals, and all words must be there");
    check("\"daily\"", &["livelihoods/en-2"], "quotes are only quotes");
    check("text:nets", &[], "a column's name is only a word");
    check("0%", &["livelihoods/en-1"], "a wildcard is only a sign");
    check("_", &[], "so is the other one");
    check("(((", &[], "what has no word is looked for as it stands");
    check("nets\0", &[], "a query that the index cannot read is looked for as it stands");
    check("zzz", &[], "what is nowhere is not found");
}

#[test]
fn an_empty_search_leaves_nothing_out() {
    let (_folder, _path, case) = sample::case();
    let filter = ItemFilter { search: Some("  ".to_owned()), ..ItemFilter::everything() };
    assert_eq!(ids(&case, &filter).len(), 5, "nothing was asked for");
}
