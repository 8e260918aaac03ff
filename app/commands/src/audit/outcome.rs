//! What an audit hands on: suites, readers' results and items as `wire` types.

use std::collections::BTreeMap;

use parallax_compare::Decisions;
use parallax_compare::geometry::Neighbours;
use parallax_datasets::Suite;
use parallax_wire::{Decision, ItemRecord, ReaderResult, RegimeKind, SuiteSummary};

use super::items::Chosen;
use super::joint::Tested;
use super::measures::NEIGHBOURS;
use super::nearest::Nearest;
use super::readers::{Reading, Readings};
use super::reading::ReadItem;
use super::states::Passes;

/// A suite without its items.
pub(crate) fn suite_summary(suite: &Suite) -> SuiteSummary {
    let by_language = |texts: fn(&parallax_datasets::Category) -> &BTreeMap<String, String>| {
        let mut by_language: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for category in &suite.categories {
            for (language, text) in texts(category) {
                by_language.entry(language.clone()).or_default().insert(category.id.clone(), text.clone());
            }
        }
        by_language
    };
    SuiteSummary {
        id: suite.id.clone(),
        title: suite.title.get("en").or(suite.title.values().next()).cloned().unwrap_or_else(|| suite.id.clone()),
        sha256: suite.sha256.clone(),
        synthetic: suite.synthetic,
        unreviewed: suite.unreviewed(),
        categories: suite.categories.iter().map(|category| category.id.clone()).collect(),
        labels: by_language(|category| &category.labels),
        meanings: by_language(|category| &category.meanings),
        n_items: suite.items.len() as u64,
    }
}

/// One entry a suite and reader; the first reader of a suite is the primary one.
pub(crate) fn reader_results(
    suites: &[Suite],
    chosen: &[Chosen],
    readings: &[Readings],
    tested: &Tested,
) -> Vec<ReaderResult> {
    let mut results = Vec::new();
    for ((suite, chosen), readings) in suites.iter().zip(chosen).zip(readings) {
        for (index, reading) in readings.made.iter().enumerate() {
            results.push(reader_result(suite, chosen, reading, (index == 0).then_some(tested)));
        }
        results.extend(readings.undefined.iter().map(|(reader, reason)| no_result(suite, reader, reason)));
    }
    results
}

fn reader_result(suite: &Suite, chosen: &Chosen, reading: &Reading, primary: Option<&Tested>) -> ReaderResult {
    let nominal = &reading.nominal.categories;
    let n = nominal.len();
    let differing = |other: &Decisions| nominal.iter().zip(&other.categories).filter(|(a, b)| a != b).count() as u64;
    let right = |decisions: &Decisions| {
        let right = decisions.categories.iter().zip(&chosen.labels).filter(|(a, b)| a == b).count();
        (n > 0).then(|| right as f64 / n as f64)
    };
    let mut matrix = vec![vec![0; reading.categories.len()]; reading.categories.len()];
    for (from, to) in nominal.iter().zip(&reading.operative.categories) {
        matrix[*from][*to] += 1;
    }
    // Labels of other suites that no item was sorted under would only make the matrix unreadable.
    let own = suite.categories.len();
    let used: Vec<usize> = (0..reading.categories.len())
        .filter(|&category| {
            category < own
                || matrix[category].iter().sum::<u64>() + matrix.iter().map(|row| row[category]).sum::<u64>() > 0
        })
        .collect();
    ReaderResult {
        reader: reading.reader.to_owned(),
        suite: suite.id.clone(),
        primary: primary.is_some(),
        n: n as u64,
        nominal_accuracy: right(&reading.nominal),
        operative_accuracy: right(&reading.operative),
        flips: differing(&reading.operative),
        rounding_flips: reading.rounding.as_ref().map(differing),
        floor_flips: Some(differing(&reading.floor)),
        categories: used.iter().map(|&category| reading.categories[category].clone()).collect(),
        matrix: used.iter().map(|&from| used.iter().map(|&to| matrix[from][to]).collect()).collect(),
        family_size: primary.map_or(0, Tested::family_size),
        negative_control: primary.map(|tested| tested.negative_control),
        positive_control: primary.and_then(|tested| tested.positive_control),
        probes: reading.probes.clone(),
        undefined: None,
    }
}

/// A reader that could not be used, with its reason.
fn no_result(suite: &Suite, reader: &str, reason: &str) -> ReaderResult {
    ReaderResult {
        reader: reader.to_owned(),
        suite: suite.id.clone(),
        primary: false,
        n: 0,
        nominal_accuracy: None,
        operative_accuracy: None,
        flips: 0,
        rounding_flips: None,
        floor_flips: None,
        categories: Vec::new(),
        matrix: Vec::new(),
        family_size: 0,
        negative_control: None,
        positive_control: None,
        probes: Vec::new(),
        undefined: Some(reason.to_owned()),
    }
}

/// Every item that was asked, with what is known of it in both variants.
pub(crate) fn item_records(
    suites: &[Suite],
    items: &[ReadItem<'_>],
    chosen: &[Chosen],
    (geometry, nearest): (&[Chosen], &[Nearest]),
    readings: &[Readings],
    passes: &Passes,
    regime: RegimeKind,
) -> Vec<ItemRecord> {
    let mut records: Vec<ItemRecord> = items.iter().map(|read| plain_record(suites, read)).collect();
    for (chosen, readings) in chosen.iter().zip(readings) {
        for (position, &item) in chosen.items.iter().enumerate() {
            records[item].decisions = readings.made.iter().map(|reading| decision(reading, position)).collect();
        }
    }
    for (chosen, nearest) in geometry.iter().zip(nearest) {
        let nominal = chosen.states(&passes.nominal, passes.nominal.n_taps - 1);
        let operative = chosen.states(&passes.operative, passes.operative.n_taps - 1);
        // Where neighbours do not exist, the measures say why; then the lists are empty.
        let operative_nearest = Neighbours::find(operative.view(), NEIGHBOURS);
        let lists = [nearest.last().ok(), operative_nearest.as_ref().ok()];
        let id = |position: &usize| items[chosen.items[*position]].item.id.clone();
        let moved = (regime == RegimeKind::SameBasis)
            .then(|| parallax_compare::geometry::differences(nominal.view(), operative.view()).ok())
            .flatten();
        for (position, &item) in chosen.items.iter().enumerate() {
            let record = &mut records[item];
            let names = |found: Option<&Neighbours>| {
                found.map(|found| found.lists()[position].iter().map(id).collect()).unwrap_or_default()
            };
            record.nominal_neighbours = names(lists[0]);
            record.operative_neighbours = names(lists[1]);
            record.moved = moved.as_ref().map(|moved| 1.0 - moved[position].cosine);
        }
    }
    records
}

fn plain_record(suites: &[Suite], read: &ReadItem<'_>) -> ItemRecord {
    ItemRecord {
        suite: suites[read.suite].id.clone(),
        id: read.item.id.clone(),
        text: read.item.text.clone(),
        language: read.item.language.clone(),
        category: read.item.category.clone(),
        group: read.item.group.clone().unwrap_or_default(),
        same_tokens: read.same_tokens(),
        nominal_unknown_words: read.nominal.unknown_words as u64,
        operative_unknown_words: read.operative.unknown_words as u64,
        words: read.nominal.words as u64,
        decisions: Vec::new(),
        moved: None,
        nominal_neighbours: Vec::new(),
        operative_neighbours: Vec::new(),
    }
}

fn decision(reading: &Reading, position: usize) -> Decision {
    let name = |decisions: &Decisions| reading.categories[decisions.categories[position]].clone();
    let margin = |decisions: &Decisions| Some(decisions.margins[position]).filter(|margin| margin.is_finite());
    Decision {
        reader: reading.reader.to_owned(),
        nominal: name(&reading.nominal),
        operative: name(&reading.operative),
        nominal_margin: margin(&reading.nominal),
        operative_margin: margin(&reading.operative),
    }
}
