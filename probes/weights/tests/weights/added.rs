//! What the codes of a tensor say was added to it.

use parallax_artifact::DType;
use parallax_weights::residual::{
    Added, Freedom, Reference, Rows, SpectrumComparison, SpectrumSettings, compare_spectra, spectrum,
};
use parallax_weights::{Precision, Source};

use crate::matrices::{Matrix, NARROW, SQUARE, WIDE};

const LEGACY: [DType; 5] = [DType::Q4_0, DType::Q4_1, DType::Q5_0, DType::Q5_1, DType::Q8_0];
const SUPERBLOCKS: [DType; 5] = [DType::Q2K, DType::Q3K, DType::Q4K, DType::Q5K, DType::Q6K];

fn settings() -> SpectrumSettings {
    SpectrumSettings::standard(7)
}

/// The spectra of the edited matrix as it is stored, with what its codes say was added.
fn compare(source: &Matrix, edited: &Matrix, dtype: DType) -> SpectrumComparison {
    let freedom = if dtype.block_size() == 256 { Freedom::Approximate } else { Freedom::Exact };
    let (published, deployed) = (source.stored(DType::F32, None), edited.stored(dtype, None));
    let (published, deployed) = (Source::plain(published.view()), deployed.view());
    let stored_again = source.stored(dtype, None);
    let rounded = Source::plain(stored_again.view());
    let added = Added::estimate(deployed, &published, Precision::Stored);
    let reference = Reference { rounded: &rounded, freedom, added: added.as_ref() };
    compare_spectra(&Source::plain(deployed), &published, Some(reference), &settings()).unwrap()
}

#[test]
fn the_rank_of_an_edit_of_one_percent_is_read_from_codes_of_four_bits() {
    for (name, source) in Matrix::several() {
        for seed in [31, 57, 83] {
            for dtype in [DType::Q4_0, DType::Q4_1] {
                let edit = Matrix::low_rank(source.rows, source.columns, 8, seed);
                let found = compare(&source, &source.edited(&edit, 0.01), dtype);
                assert!(found.is_low_rank(), "{name} {dtype:?}");
                assert!(found.rank.is_some_and(|rank| (6..=8).contains(&rank)), "{name} {dtype:?}: {:?}", found.rank);
                assert!((found.relative_norm / 0.01 - 1.0).abs() < 0.25, "{name} {dtype:?}: {}", found.relative_norm);
            }
        }
    }
}

#[test]
fn the_rank_of_small_edits_is_read_from_codes_of_superblocks() {
    let Some(source) = Matrix::real(NARROW) else { return };
    for (dtype, share) in [(DType::Q4K, 0.01), (DType::Q5K, 0.005), (DType::Q6K, 0.002)] {
        let edited = source.edited(&Matrix::low_rank(source.rows, source.columns, 8, 41), share);
        let found = compare(&source, &edited, dtype);
        assert!(found.is_low_rank(), "{dtype:?}");
        assert!(found.rank.is_some_and(|rank| (6..=8).contains(&rank)), "{dtype:?}: {:?}", found.rank);
        assert!((found.relative_norm / share - 1.0).abs() < 0.25, "{dtype:?}: {}", found.relative_norm);
    }
}

#[test]
fn codes_of_the_published_numbers_say_that_nothing_was_added() {
    for (name, source) in Matrix::several() {
        let published = source.stored(DType::F32, None);
        let published = Source::plain(published.view());
        let whole = |dtype: &DType| source.columns.is_multiple_of(dtype.block_size());
        for dtype in LEGACY.into_iter().chain(SUPERBLOCKS).filter(whole) {
            let honest = source.stored(dtype, None);
            assert!(Added::estimate(honest.view(), &published, Precision::Stored).is_none(), "{name} {dtype:?}");
        }
        for dtype in [DType::F16, DType::BF16] {
            let plain = source.stored(dtype, None);
            assert!(Added::estimate(plain.view(), &published, Precision::Stored).is_none(), "no codes, no borders");
        }
    }
}

#[test]
fn what_was_added_is_met_on_average() {
    // The estimate's share of the edit: its inner product with what was added, over that of the edit with itself.
    let Some(source) = Matrix::real(NARROW) else { return };
    let published = source.stored(DType::F32, None);
    let published = Source::plain(published.view());
    for share in [0.003, 0.01, 0.1] {
        let edited = source.edited(&Matrix::normal(source.rows, source.columns, 5), share);
        for dtype in LEGACY.into_iter().chain(SUPERBLOCKS) {
            let deployed = edited.stored(dtype, None);
            let added = Added::estimate(deployed.view(), &published, Precision::Stored).expect("something was added");
            let mut estimate = vec![0.0; source.values.len()];
            added.read(0, &mut estimate);
            let edit = edited.values.iter().zip(&source.values).map(|(edited, source)| f64::from(edited - source));
            let (along, all) = edit.zip(&estimate).fold((0.0, 0.0), |(along, all), (edit, &estimate)| {
                (along + edit * f64::from(estimate), all + edit * edit)
            });
            assert!((along / all - 1.0).abs() < 0.03, "{dtype:?} at {share}: {}", along / all);
        }
    }
}

#[test]
fn scattered_codes_are_no_directions() {
    let Some(source) = Matrix::real(WIDE) else { return };
    let published = source.stored(DType::F32, None);
    let published = Source::plain(published.view());
    let honest = source.stored(DType::Q4_0, None);
    // As many codes as a compiler that fuses operations changes, and ten times as many: one step away from where they were.
    for every in [6661, 661] {
        let mut bytes = honest.view().bytes.to_vec();
        for code in (0..source.values.len()).step_by(every) {
            let (block, at) = (code / 32, code % 32);
            let byte = &mut bytes[18 * block + 2 + at % 16];
            *byte ^= if at < 16 { 0x01 } else { 0x10 };
        }
        let view = parallax_weights::TensorView { bytes: &bytes, ..honest.view() };
        let added = Added::estimate(view, &published, Precision::Stored).expect("some codes differ");
        let rounded = Source::plain(honest.view());
        let reference = Reference { rounded: &rounded, freedom: Freedom::Exact, added: Some(&added) };
        let found = compare_spectra(&Source::plain(view), &published, Some(reference), &settings()).unwrap();
        assert!(!found.structured, "every {every}th code");
        assert!(spectrum(&added, &settings()).is_ok(), "there is something to look at");
    }
}

#[test]
fn noise_that_was_added_has_no_directions() {
    for (name, source) in Matrix::several().into_iter().skip(1) {
        for share in [0.003, 0.03] {
            let edited = source.edited(&Matrix::normal(source.rows, source.columns, 6), share);
            for dtype in LEGACY.into_iter().chain(SUPERBLOCKS).filter(|dtype| source.columns % dtype.block_size() == 0)
            {
                let found = compare(&source, &edited, dtype);
                assert!(!found.structured, "{name} {dtype:?} at {share}: {} against {}", found.ratio, found.limit);
            }
        }
    }
}

#[test]
fn training_that_moves_everything_is_no_addition() {
    let Some(source) = Matrix::real(SQUARE) else { return };
    let edit = Matrix::training(source.rows, source.columns);
    for share in [0.01, 0.05] {
        let edited = source.edited(&edit, share);
        for dtype in LEGACY {
            let found = compare(&source, &edited, dtype);
            assert!(found.structured, "{dtype:?} at {share}");
            assert!(!found.is_low_rank(), "{dtype:?} at {share}: {:?} of {:?}", found.rank, found.share_of_surplus);
        }
    }
}
