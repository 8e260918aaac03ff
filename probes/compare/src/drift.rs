//! Did the neighbourhoods of a language move further than rounding at the stored precision explains?
//! One answer a language, for all its items together; single categories are the business of `flips`.

use std::collections::BTreeMap;

use crate::Undefined;
use crate::geometry::check_length;
use crate::interval::quantile;
use crate::multiplicity::holm;
use crate::sign_flip::sign_flip;

/// Shared neighbours of each item with nominal, one entry an item in every list; from
/// [`crate::geometry::agreement`], all with the same k.
#[derive(Clone, Copy, Debug)]
pub struct DriftInput<'a> {
    /// Neighbours shared by nominal and operative, 0 to k.
    pub operative: &'a [usize],
    /// Neighbours shared by nominal and nominal rounded to the operative's stored types.
    pub rounding: Option<&'a [usize]>,
    /// Neighbours shared by nominal and nominal under last-bit noise.
    pub floor: Option<&'a [usize]>,
    /// Neighbours an item.
    pub k: usize,
    /// Language of each item, as an index.
    pub languages: &'a [usize],
    /// Group of each item.
    pub groups: &'a [usize],
}

/// How far a language moved.
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageDrift {
    /// Language, as an index.
    pub language: usize,
    /// Its items.
    pub n: usize,
    /// Its groups.
    pub groups: usize,
    /// Groups that keep more or fewer neighbours under operative than under the control.
    pub groups_changed: usize,
    /// Mean overlap with operative.
    pub overlap: f64,
    /// Mean overlap with the control.
    pub control_overlap: f64,
    /// Mean overlap under last-bit noise.
    pub floor_overlap: Option<f64>,
    /// Items of the language, ascending, whose overlap with operative is below [`Drift::threshold`] and below their own
    /// overlap with the control and the floor.
    pub items_beyond: Vec<usize>,
    /// Items of the language whose overlap with the control is below the threshold: what rounding alone gives.
    pub control_items_beyond: usize,
    /// One-sided p-value: neighbours lost beyond the control, by sign-flip over groups.
    pub p: f64,
    /// After Holm over languages.
    pub adjusted_p: f64,
}

/// How far all languages moved.
#[derive(Clone, Debug, PartialEq)]
pub struct Drift {
    /// Whether the control is the rounding; otherwise it is the floor, and rounding has not been ruled out.
    pub against_rounding: bool,
    /// First percentile of the control's overlaps over all items.
    pub threshold: f64,
    /// One entry a language, ascending.
    pub languages: Vec<LanguageDrift>,
}

/// Tests each language for neighbours lost beyond what the control loses.
///
/// For group g, `z_g` is the number of neighbours its items share with nominal under the control, less that under
/// operative. If operative is just another rounding of the control's size, both may be exchanged, and the sign of
/// `z_g` is fair given `|z_g|`: [`sign_flip`], one-sided, then Holm over languages. Neighbourhoods reach across
/// groups, so independence between groups is approximate: this supports a statement about a whole language, and
/// none about an item or category.
///
/// The control is the rounding, or the floor where no rounding is given; then a finding does not speak against an honest
/// rounding, which [`Drift::against_rounding`] says.
///
/// # Errors
/// [`Undefined::NoControl`] without either, [`Undefined::TooFewItems`] without items,
/// [`Undefined::LengthDiffers`] for lists of the wrong length.
pub fn drift(input: &DriftInput<'_>) -> Result<Drift, Undefined> {
    let n = input.operative.len();
    let control = input.rounding.or(input.floor).ok_or(Undefined::NoControl { what: "rounding control or floor" })?;
    check_length("control overlaps", control.len(), n)?;
    if let Some(floor) = input.floor {
        check_length("floor overlaps", floor.len(), n)?;
    }
    check_length("languages", input.languages.len(), n)?;
    check_length("groups", input.groups.len(), n)?;
    if n == 0 || input.k == 0 {
        return Err(Undefined::TooFewItems { needed: 1, got: 0 });
    }
    let overlap = |shared: usize| shared as f64 / input.k as f64;
    let mut ascending: Vec<f64> = control.iter().map(|&shared| overlap(shared)).collect();
    ascending.sort_by(f64::total_cmp);
    let threshold = quantile(&ascending, 0.01);

    let mut by_language: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (item, &language) in input.languages.iter().enumerate() {
        by_language.entry(language).or_default().push(item);
    }
    let mut languages: Vec<LanguageDrift> = by_language
        .into_iter()
        .map(|(language, items)| {
            let mut lost: BTreeMap<usize, i64> = BTreeMap::new();
            for &item in &items {
                *lost.entry(input.groups[item]).or_insert(0) += control[item] as i64 - input.operative[item] as i64;
            }
            let test = sign_flip(&lost.values().copied().collect::<Vec<_>>());
            let mean =
                |shared: &[usize]| items.iter().map(|&item| overlap(shared[item])).sum::<f64>() / items.len() as f64;
            let beyond = |item: &&usize| {
                let operative = input.operative[**item];
                overlap(operative) < threshold
                    && operative < control[**item]
                    && input.floor.is_none_or(|floor| operative < floor[**item])
            };
            LanguageDrift {
                language,
                n: items.len(),
                groups: lost.len(),
                groups_changed: test.groups,
                overlap: mean(input.operative),
                control_overlap: mean(control),
                floor_overlap: input.floor.map(mean),
                items_beyond: items.iter().filter(beyond).copied().collect(),
                control_items_beyond: items.iter().filter(|&&item| overlap(control[item]) < threshold).count(),
                p: test.p,
                adjusted_p: 1.0,
            }
        })
        .collect();
    let adjusted = holm(&languages.iter().map(|language| language.p).collect::<Vec<_>>());
    for (language, adjusted_p) in languages.iter_mut().zip(adjusted) {
        language.adjusted_p = adjusted_p;
    }
    Ok(Drift { against_rounding: input.rounding.is_some(), threshold, languages })
}
