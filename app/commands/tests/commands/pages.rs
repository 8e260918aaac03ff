//! What the pages of a case are given: the overview, pages of items, one item with its neighbours.

use parallax_commands::{annotate, case_overview, item_detail, item_page};
use parallax_wire::{AnnotateRequest, ItemQuery, ItemRecord, LocalText, MatrixCell, Motivation, TargetKind};

use crate::demonstration::Demonstration;

fn note(target: TargetKind, target_id: &str, words: &str) -> AnnotateRequest {
    AnnotateRequest {
        target,
        target_id: target_id.to_owned(),
        motivation: Motivation::Commenting,
        body: LocalText::new("en", words),
        author: "Kestrel".to_owned(),
    }
}

#[test]
fn an_overview_holds_the_audit_the_history_and_where_notes_are() {
    let demonstration = Demonstration::get();
    let (_folder, case) = demonstration.own_case();
    let item = &demonstration.outcome.items[0];
    let name = format!("{}/{}", item.suite, item.id);
    for words in ["one", "two"] {
        annotate(&case, note(TargetKind::Item, &name, words)).expect("a note on an item");
    }
    annotate(&case, note(TargetKind::Finding, "F1", "three")).expect("a note on a finding");
    let overview = case_overview(&case).expect("an overview");
    assert_eq!(overview.audit.as_ref(), Some(&demonstration.outcome.audit), "the whole audit, category by category");
    assert_eq!(overview.summary.items, demonstration.outcome.items.len() as u64, "the summary is of this case");
    let counts: Vec<_> = overview.notes.iter().map(|at| (at.target, at.target_id.as_str(), at.notes)).collect();
    let expected = [(TargetKind::Finding, "F1", 1), (TargetKind::Item, name.as_str(), 2)];
    assert_eq!(counts, expected, "notes are counted where they are");
    assert_eq!(overview.history.len(), 5, "created, audited, and a note three times");
}

#[test]
fn the_cells_of_the_matrix_hold_as_many_items_as_the_matrix_says() {
    let demonstration = Demonstration::get();
    for read in &demonstration.outcome.audit.readers {
        for (row, nominal) in read.matrix.iter().zip(&read.categories) {
            for (&count, operative) in row.iter().zip(&read.categories) {
                let cell = MatrixCell {
                    reader: read.reader.clone(),
                    nominal: Some(nominal.clone()),
                    operative: Some(operative.clone()),
                };
                let query =
                    ItemQuery { suite: Some(read.suite.clone()), cell: Some(cell), limit: 5, ..ItemQuery::default() };
                let page = item_page(&demonstration.case(), &query).expect("a page");
                let what = format!("{} {}: {nominal} to {operative}", read.suite, read.reader);
                assert_eq!(page.total, count, "{what}");
                assert_eq!(page.items.len() as u64, count.min(5), "at most as many as asked for: {what}");
            }
        }
    }
}

#[test]
fn the_items_that_moved_are_those_that_the_map_shows_as_moved() {
    let demonstration = Demonstration::get();
    for read in demonstration.outcome.audit.readers.iter().filter(|read| read.primary) {
        let query = ItemQuery { suite: Some(read.suite.clone()), flipped: true, limit: 10_000, ..ItemQuery::default() };
        let page = item_page(&demonstration.case(), &query).expect("a page");
        assert_eq!(page.total, read.flips, "{}: as many as its primary reader counts", read.suite);
        for item in &page.items {
            let primary = item.decisions.iter().find(|decision| decision.reader == read.reader).expect("a decision");
            assert_ne!(primary.nominal, primary.operative, "{}", item.id);
        }
        let any = item_page(&demonstration.case(), &ItemQuery { any_reader: true, ..query }).expect("a page");
        let moved = |item: &&ItemRecord| item.decisions.iter().any(|decision| decision.nominal != decision.operative);
        let of_suite = demonstration.outcome.items.iter().filter(|item| item.suite == read.suite);
        assert_eq!(any.total, of_suite.filter(moved).count() as u64, "{}: any reader counts", read.suite);
    }
}

#[test]
fn pages_follow_each_other_and_count_everything() {
    let demonstration = Demonstration::get();
    let query = |offset: u64| ItemQuery { language: Some("kn".to_owned()), limit: 100, offset, ..ItemQuery::default() };
    let all: Vec<&str> =
        demonstration.outcome.items.iter().filter(|item| item.language == "kn").map(|item| item.id.as_str()).collect();
    let mut seen = Vec::new();
    while seen.len() < all.len() {
        let page = item_page(&demonstration.case(), &query(seen.len() as u64)).expect("a page");
        assert_eq!(page.total, all.len() as u64, "the total is that of all pages");
        assert!(!page.items.is_empty(), "there is more");
        seen.extend(page.items.into_iter().map(|item| item.id));
    }
    assert_eq!(seen, all, "every item once, in order");
    let missing = ItemQuery { finding: Some("F99".to_owned()), limit: 5, ..ItemQuery::default() };
    let refused = item_page(&demonstration.case(), &missing).expect_err("there is no such finding");
    assert!(refused.message.contains("F99"), "it says which: {refused}");
}

#[test]
fn neighbours_are_kept_then_lost_then_gained_each_by_rank() {
    let demonstration = Demonstration::get();
    let moved = |item: &&parallax_wire::ItemRecord| {
        let kept = item.nominal_neighbours.iter().filter(|id| item.operative_neighbours.contains(id)).count();
        (2..8).contains(&kept)
    };
    let item = demonstration.outcome.items.iter().find(moved).expect("an item that kept some and lost some");
    let detail = item_detail(&demonstration.case(), &item.suite, &item.id).expect("the item");
    assert_eq!(&detail.item, item, "the item itself");
    let kinds: Vec<u8> = detail
        .neighbours
        .iter()
        .map(|near| match (near.nominal_rank, near.operative_rank) {
            (Some(_), Some(_)) => 0,
            (Some(_), None) => 1,
            (None, Some(_)) => 2,
            (None, None) => panic!("`{}` is a neighbour in neither variant", near.id),
        })
        .collect();
    assert!(kinds.is_sorted(), "kept, lost, gained: {kinds:?}");
    for kind in 0..3 {
        let own = detail.neighbours.iter().zip(&kinds).filter(|(_, other)| **other == kind);
        let ranks: Vec<_> = own.map(|(near, _)| near.nominal_rank.or(near.operative_rank)).collect();
        assert!(!ranks.is_empty() && ranks.is_sorted(), "by rank: {ranks:?}");
    }
    for near in &detail.neighbours {
        let rank_in = |list: &[String]| list.iter().position(|id| *id == near.id).map(|at| at as u64 + 1);
        assert_eq!(near.nominal_rank, rank_in(&item.nominal_neighbours), "the nominal rank of {}", near.id);
        assert_eq!(near.operative_rank, rank_in(&item.operative_neighbours), "the operative rank of {}", near.id);
        let other = demonstration.item(&item.suite, &near.id);
        let expected = (&other.text, &other.language, &other.category);
        assert_eq!((&near.text, &near.language, &near.category), expected, "what it says is looked up");
    }
    let union = item.nominal_neighbours.iter().chain(&item.operative_neighbours);
    let union: std::collections::BTreeSet<&String> = union.collect();
    assert_eq!(detail.neighbours.len(), union.len(), "each neighbour once");
    let refused = item_detail(&demonstration.case(), &item.suite, "none").expect_err("there is no such item");
    assert!(refused.message.contains("none"), "it says which: {refused}");
}

#[test]
fn an_item_brings_its_notes_and_no_others() {
    let demonstration = Demonstration::get();
    let (_folder, case) = demonstration.own_case();
    let (item, other) = (&demonstration.outcome.items[3], &demonstration.outcome.items[4]);
    for (about, words) in [(item, "first"), (other, "elsewhere"), (item, "second")] {
        annotate(&case, note(TargetKind::Item, &format!("{}/{}", about.suite, about.id), words)).expect("a note");
    }
    let detail = item_detail(&case, &item.suite, &item.id).expect("the item");
    let said: Vec<&str> = detail.notes.iter().map(|note| note.body.value.as_str()).collect();
    assert_eq!(said, ["first", "second"], "its own, the oldest first");
}
