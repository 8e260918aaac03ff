//! Which items a filter lets through, and what a person's own words find.

use parallax_store::{Case, ItemFilter};

use parallax_wire::MatrixCell;

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
    let by = |suite: &str, reader: &str| Some(vec![(suite.to_owned(), reader.to_owned())]);
    let flipped = |flipped_by| ItemFilter { flipped_only: true, flipped_by, ..all() };
    check(flipped(by("livelihoods", "head")), &["livelihoods/en-2", "livelihoods/kn-1"], "by one reader");
    check(flipped(by("livelihoods", "prototype")), &[], "by another reader, which sorts all of them alike");
    check(flipped(by("desk", "head")), &[], "by a reader of another suite");
    check(flipped(Some(Vec::new())), &[], "by no reader");
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
fn a_cell_of_the_matrix_lets_its_items_through() {
    let (_folder, _path, case) = sample::case();
    let check = |reader: &str, nominal: Option<&str>, operative: Option<&str>, expected: &[&str], reason: &str| {
        let name = |category: Option<&str>| category.map(str::to_owned);
        let cell = MatrixCell { reader: reader.to_owned(), nominal: name(nominal), operative: name(operative) };
        let filter = ItemFilter { cell: Some(cell), ..ItemFilter::everything() };
        assert_eq!(ids(&case, &filter), expected, "{reason}");
        assert_eq!(case.count_items(&filter).expect("a count"), expected.len() as u64, "the count agrees: {reason}");
    };
    check("head", Some("farming"), Some("domestic"), &["livelihoods/kn-1"], "both categories");
    check("head", Some("farming"), None, &["livelihoods/hi-1", "livelihoods/kn-1"], "a whole row");
    check("head", None, Some("domestic"), &["livelihoods/en-2", "livelihoods/kn-1"], "a whole column");
    check("prototype", Some("farming"), Some("domestic"), &[], "another reader decided otherwise");
    let all = ["livelihoods/en-1", "livelihoods/en-2", "livelihoods/hi-1", "livelihoods/kn-1", "desk/en-1"];
    check("head", None, None, &all, "every item that the reader sorted");
    check("probe", None, None, &[], "a reader that sorted nothing");
}

#[test]
fn a_count_knows_no_page() {
    let (_folder, _path, case) = sample::case();
    let count = |filter: ItemFilter| case.count_items(&filter).expect("a count");
    let page = ItemFilter { limit: Some(1), offset: 2, ..ItemFilter::everything() };
    assert_eq!(count(page), 5, "all items count, whichever page is looked at");
    let finding = ItemFilter { finding: Some("F1".to_owned()), ..ItemFilter::everything() };
    assert_eq!(count(finding), 2, "items of a finding");
    let found =
        ItemFilter { search: Some("nets".to_owned()), language: Some("en".to_owned()), ..ItemFilter::everything() };
    assert_eq!(count(found), 1, "conditions add up");
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
