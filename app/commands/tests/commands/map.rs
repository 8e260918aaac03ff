//! The map of a suite, from the audit to what the window draws.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use parallax_commands::{audit, map_legend, map_points, sort, sort_request};
use parallax_wire::{AuditRequest, MapPoints, RegimeKind, Series};

use crate::demonstration::{Demonstration, keep};

#[test]
fn every_suite_has_a_map_of_the_items_that_both_variants_read_alike() {
    let outcome = &Demonstration::get().outcome;
    let suites: Vec<&str> = outcome.audit.suites.iter().map(|suite| suite.id.as_str()).collect();
    assert_eq!(outcome.maps.iter().map(|map| map.suite.as_str()).collect::<Vec<_>>(), suites, "one map a suite");
    for map in &outcome.maps {
        // Neighbours are known of just the items that geometry is measured on.
        let measured =
            |item: &&parallax_wire::ItemRecord| item.suite == map.suite && !item.nominal_neighbours.is_empty();
        let items: Vec<&String> = outcome.items.iter().filter(measured).map(|item| &item.id).collect();
        assert_eq!(map.items.iter().collect::<Vec<_>>(), items, "those items, in their order");
        let taps: Vec<(u32, u32)> = map.taps.iter().map(|tap| (tap.nominal_tap, tap.operative_tap)).collect();
        assert_eq!(taps, [(1, 1), (2, 2)], "every tap but the first, where the start sign is the same in every text");
        for tap in &map.taps {
            assert_eq!(tap.positions.0.len(), 4 * map.items.len(), "two positions an item");
            assert!(tap.positions.0.iter().all(|number| number.is_finite()), "all of them numbers");
            assert!((0.2..1.0).contains(&tap.explained), "a good share: {}", tap.explained);
            assert!((0.0..1.0).contains(&tap.kept_neighbours), "a share: {}", tap.kept_neighbours);
        }
        assert!(!map.aligned, "both variants share a basis, so nothing was turned");
    }
}

#[test]
fn a_model_against_itself_lies_on_itself() {
    let disclosed = Demonstration::get().nominal().to_string_lossy().into_owned();
    let request = AuditRequest {
        nominal: disclosed.clone(),
        operative: disclosed,
        suites: Vec::new(),
        reader: None,
        linfa_logistic: false,
        seed: 1,
    };
    let outcome = audit(&request, &|_| ()).expect("it can be audited");
    for tap in outcome.maps.iter().flat_map(|map| &map.taps) {
        for at in tap.positions.0.chunks_exact(4) {
            assert_eq!(at[..2], at[2..], "no item moved");
        }
    }
}

#[test]
fn a_legend_says_of_each_point_what_it_is() {
    let demonstration = Demonstration::get();
    for map in &demonstration.outcome.maps {
        let legend = map_legend(&demonstration.case(), &map.suite).expect("a legend").expect("the suite has a map");
        assert_eq!(
            (&legend.suite, &legend.items, legend.aligned),
            (&map.suite, &map.items, map.aligned),
            "of this map"
        );
        assert_eq!(legend.reader.as_deref(), Some("head"), "the primary reader's decisions are shown");
        assert_eq!(legend.languages, ["en", "hi", "kn"], "languages of the items");
        let mut outline = map.taps.clone();
        outline.iter_mut().for_each(|tap| tap.positions = Series::default());
        assert_eq!(legend.taps, outline, "taps without positions");
        for (id, text) in legend.items.iter().zip(&legend.texts) {
            assert_eq!(text, &demonstration.item(&map.suite, id).text, "the text of {id}");
        }
        for tap in &map.taps {
            let points = map_points(&demonstration.case(), &map.suite, tap.nominal_tap).expect("points");
            assert_eq!(points.0.len(), legend.items.len(), "a point an item");
            for ((point, id), at) in points.0.iter().zip(&legend.items).zip(tap.positions.0.chunks_exact(4)) {
                let item = demonstration.item(&map.suite, id);
                let head = item.decisions.iter().find(|decision| decision.reader == "head").expect("a decision");
                let category = |index: Option<u16>| legend.categories[usize::from(index.expect("a decision"))].as_str();
                assert_eq!(category(point.nominal), head.nominal, "nominal category of {id}");
                assert_eq!(category(point.operative), head.operative, "operative category of {id}");
                assert_eq!(legend.languages[usize::from(point.language)], item.language, "language of {id}");
                assert_eq!([point.nominal_at, point.operative_at].concat(), at, "positions of {id}");
            }
            assert_eq!(MapPoints::from_bytes(&points.to_bytes()), Some(points), "they cross as bytes");
        }
    }
}

#[test]
fn a_map_that_is_not_there_is_none_and_its_points_are_refused() {
    let demonstration = Demonstration::get();
    let case = demonstration.case();
    assert_eq!(map_legend(&case, "none").expect("an answer"), None, "no suite, no map");
    for (suite, tap) in [("none", 1), ("livelihoods", 0), ("livelihoods", 9)] {
        let refused = map_points(&case, suite, tap).expect_err("there are no such points");
        assert!(refused.message.contains(&format!("`{suite}` at tap {tap}")), "it says which: {refused}");
    }
    let mut without = demonstration.outcome.clone();
    without.maps.clear();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("old.parallax");
    keep(&without, &path);
    assert_eq!(map_legend(&path, "livelihoods").expect("an answer"), None, "a case from before maps has none");
}

#[test]
fn readers_are_fitted_for_every_suite() {
    let demonstration = Demonstration::get();
    let fitted = &demonstration.outcome.fitted;
    let names: Vec<(&str, &str)> = fitted.iter().map(|read| (read.suite.as_str(), read.reader.as_str())).collect();
    let expected: Vec<(&str, &str)> = demonstration
        .outcome
        .audit
        .suites
        .iter()
        .flat_map(|suite| ["prototype", "probe"].map(|reader| (suite.id.as_str(), reader)))
        .collect();
    assert_eq!(names, expected, "prototype and probe of each");
    let categories: BTreeMap<&str, &Vec<String>> =
        demonstration.outcome.audit.suites.iter().map(|suite| (suite.id.as_str(), &suite.categories)).collect();
    for read in fitted {
        assert_eq!(&read.categories, categories[read.suite.as_str()], "all categories have items");
        let (rows, dim) = (read.categories.len(), read.nominal_dim as usize);
        if read.reader == "prototype" {
            assert_eq!(read.languages.iter().map(String::as_str).collect::<BTreeSet<_>>(), ["en", "hi", "kn"].into());
            assert_eq!(read.nominal.0.len(), 3 * (rows + 1) * dim, "a mean and centroids a language");
            assert_ne!(read.nominal, read.operative, "each variant has centroids of its own");
        } else {
            assert!(read.languages.is_empty(), "one probe serves all languages");
            assert_eq!(read.nominal.0.len(), rows * (dim + 1), "weights and intercept a category");
            assert_eq!(read.nominal, read.operative, "in the same basis the nominal probe is transferred");
        }
    }
}

/// The folder of the shared embedding model, or `None` after saying what is skipped.
#[expect(clippy::print_stderr, reason = "a skipped test must say so where people look")]
fn embedding_model() -> Option<PathBuf> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    let path = std::env::var_os("PARALLAX_SHARED").map_or_else(beside, PathBuf::from).join("models/all-MiniLM-L6-v2");
    if path.is_dir() {
        return Some(path);
    }
    let required = std::env::var("PARALLAX_REQUIRE_SHARED").is_ok_and(|value| value == "1");
    assert!(!required, "the shared embedding model is required and missing");
    eprintln!("skipped: the shared embedding model is not on this machine");
    None
}

#[test]
fn models_of_other_widths_are_turned_onto_each_other_and_read_by_readers_of_their_own() {
    let Some(operative) = embedding_model() else { return };
    let nominal = Demonstration::get().nominal();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (head, items) = parallax_datasets::templates::redrawn_files("livelihoods", 1, 1).expect("templates");
    // The embedding model reads English.
    let english: String =
        items.lines().filter(|line| line.contains("\"language\":\"en\"")).map(|l| format!("{l}\n")).collect();
    std::fs::write(folder.path().join("suite.toml"), head).expect("it can be written");
    std::fs::write(folder.path().join("items.jsonl"), english).expect("it can be written");
    let text = |path: &std::path::Path| path.to_string_lossy().into_owned();
    let request = AuditRequest {
        nominal: text(&nominal),
        operative: text(&operative),
        suites: vec![text(folder.path())],
        reader: None,
        linfa_logistic: false,
        seed: 1,
    };
    let outcome = audit(&request, &|_| ()).expect("they can be audited");
    assert_eq!(outcome.audit.regime.kind, RegimeKind::DifferentBasis, "{}", outcome.audit.regime.reason);

    // The two tokenizers cut texts differently, so that no item is measured by distance, and there is no map.
    let alike = outcome.items.iter().filter(|item| item.same_tokens).count();
    assert_eq!(outcome.maps.len(), usize::from(alike >= 3), "{alike} items are read alike");
    assert!(outcome.maps.iter().all(|map| map.aligned), "planes of different bases are turned onto each other");

    let fitted = &outcome.fitted;
    assert_eq!(fitted.len(), 2, "prototype and probe");
    for read in fitted {
        assert_eq!((read.nominal_dim, read.operative_dim), (64, 384), "each in its own width");
    }
    let probe = &fitted[1];
    let rows = probe.categories.len();
    assert_eq!((probe.nominal.0.len(), probe.operative.0.len()), (rows * 65, rows * 385), "a probe for each");

    let case = folder.path().join("case.parallax");
    keep(&outcome, &case);
    let mut agree = [0_usize; 2];
    let items: Vec<_> = outcome.items.iter().step_by(5).collect();
    for item in &items {
        let request = sort_request(&case, &nominal, &operative, &item.text, "en").expect("a request");
        let sorted = sort(&request, &|_| ()).expect("the words are sorted");
        assert!(sorted.sorted.iter().all(|read| read.reader != "head"), "only one of them has a head");
        for read in &sorted.sorted {
            assert_eq!(read.undefined, None, "{} reads both", read.reader);
            if read.reader == "probe" {
                let best = [&read.nominal[0].category, &read.operative[0].category];
                (0..2).for_each(|side| agree[side] += usize::from(*best[side] == item.category));
            }
        }
    }
    for agree in agree {
        // These items were fitted on, so nearly all come back under their own category.
        assert!(agree * 10 >= items.len() * 9, "{agree} of {} items", items.len());
    }
}
