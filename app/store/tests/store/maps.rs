//! Maps and fitted readers: kept bit for bit, with the run that they belong to.

use parallax_store::{Case, Error};
use parallax_wire::{FittedReader, Series, SuiteMap};

use crate::sample::{self, NEXT_DAY};

#[test]
fn maps_and_fitted_readers_come_back_as_they_were() {
    let (_folder, path, case) = sample::case();
    case.close().expect("the case closes");
    let case = Case::open(&path).expect("the case opens");
    let outcome = sample::outcome();
    let [map] = outcome.maps.as_slice() else { panic!("the sample has one map") };
    assert_eq!(case.suite_map("livelihoods").expect("a map").as_ref(), Some(map), "every bit is kept");
    assert_eq!(case.suite_map("desk").expect("no map"), None, "a suite without a map has none");
    assert_eq!(case.fitted().expect("readers"), outcome.fitted, "readers keep their order and every bit");
    assert!(case.has_fitted().expect("an answer"), "there are some");
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "nothing is wrong");
}

#[test]
fn a_map_can_be_read_tap_by_tap() {
    let (_folder, _path, case) = sample::case();
    let whole = case.suite_map("livelihoods").expect("a map").expect("it is there");
    let outline = case.map_outline("livelihoods").expect("a map").expect("it is there");
    let mut emptied = whole.clone();
    emptied.taps.iter_mut().for_each(|tap| tap.positions = Series::default());
    assert_eq!(outline, emptied, "an outline is the map without positions");
    for tap in &whole.taps {
        let found = case.map_tap("livelihoods", tap.nominal_tap).expect("a tap");
        assert_eq!(found.as_ref(), Some(tap), "a tap by itself");
    }
    assert_eq!(case.map_tap("livelihoods", 1).expect("no tap"), None, "a tap that spans no plane is not there");
}

#[test]
fn the_maps_and_readers_of_the_latest_run_are_shown() {
    let (_folder, _path, mut case) = sample::case();
    let mut second = sample::outcome();
    second.maps[0].aligned = true;
    second.fitted.truncate(1);
    case.add_audit(&second, NEXT_DAY).expect("a second run");
    assert_eq!(case.suite_map("livelihoods").expect("a map"), Some(second.maps[0].clone()), "the map of the second");
    assert_eq!(case.fitted().expect("readers"), second.fitted, "the reader of the second");
    let mut third = sample::outcome();
    third.maps.clear();
    third.fitted.clear();
    case.add_audit(&third, NEXT_DAY).expect("a third run");
    assert_eq!(case.suite_map("livelihoods").expect("no map"), None, "a run without maps shows none of an earlier one");
    assert!(!case.has_fitted().expect("an answer"), "nor readers");
    assert_eq!(case.check().expect("a check"), Vec::<String>::new(), "all three are as the history recorded them");
}

#[test]
fn maps_and_readers_that_do_not_fit_are_refused_with_the_whole_audit() {
    let refused = |change: &dyn Fn(&mut Vec<SuiteMap>, &mut Vec<FittedReader>), sentence: &str| {
        let (_folder, _path, mut case) = sample::case();
        let before = case.summary().expect("a summary");
        let mut outcome = sample::outcome();
        change(&mut outcome.maps, &mut outcome.fitted);
        let error = case.add_audit(&outcome, NEXT_DAY).expect_err("the audit is refused");
        assert_eq!(error.to_string(), sentence, "it says why");
        assert_eq!(case.summary().expect("a summary"), before, "nothing of it was stored");
        error
    };
    let error = refused(
        &|maps, _| {
            maps[0].taps[1].positions.0.pop();
        },
        "the map of the suite `livelihoods` at tap 6 holds 7 numbers for 2 items",
    );
    assert!(matches!(error, Error::MapLength { .. }), "{error:?}");
    let twice = "the audit holds the map of the suite `livelihoods` twice";
    let error = refused(&|maps, _| maps.push(maps[0].clone()), twice);
    assert!(matches!(error, Error::DuplicateMap { .. }), "{error:?}");
    let error = refused(
        &|_, readers| readers.push(readers[0].clone()),
        "the audit holds the fitted reader `prototype` of the suite `livelihoods` twice",
    );
    assert!(matches!(error, Error::DuplicateReader { .. }), "{error:?}");
}

#[test]
fn items_are_found_by_id_with_what_one_reader_made_of_them() {
    let (_folder, _path, case) = sample::case();
    let ways = case.item_ways("livelihoods", Some("head")).expect("items");
    assert_eq!(ways.len(), 4, "the items of this suite and no others");
    for item in sample::outcome().items.iter().filter(|item| item.suite == "livelihoods") {
        let found = &ways[&item.id];
        assert_eq!((&found.text, &found.language), (&item.text, &item.language), "what {} says", item.id);
        let head = item.decisions.first();
        assert_eq!(found.nominal.as_ref(), head.map(|head| &head.nominal), "nominal category of {}", item.id);
        assert_eq!(found.operative.as_ref(), head.map(|head| &head.operative), "operative category of {}", item.id);
    }
    for reader in [None, Some("probe")] {
        let ways = case.item_ways("livelihoods", reader).expect("items");
        assert!(ways.len() == 4 && ways["kn-1"].nominal.is_none(), "{reader:?} sorted nothing, the items are there");
    }
}
