//! How far the states moved, tap by tap, each number beside its chance, its noise floor and the rounding control.

use std::collections::BTreeMap;

use ndarray::{Array2, ArrayView2, Axis};
use parallax_compare::Undefined;
use parallax_compare::geometry::{self, NeighbourAgreement, Neighbours};
use parallax_compare::interval::{Interval, group_bootstrap};
use parallax_datasets::Suite;
use parallax_wire::{MeasureValue, Measures, RegimeKind, TapMeasures};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::items::Chosen;
use super::nearest::Nearest;
use super::states::Passes;

/// Neighbours an item has in every neighbourhood measure.
pub(crate) const NEIGHBOURS: usize = 10;
/// Draws of the group bootstrap.
const REPLICATES: usize = 1000;

/// What every measure of one tap is made from.
struct Tap<'a> {
    nominal: Array2<f64>,
    operative: Array2<f64>,
    floor: Array2<f64>,
    rounded: Option<Array2<f64>>,
    nearest: Result<&'a Neighbours, Undefined>,
    chosen: &'a Chosen,
    suite: &'a Suite,
    settings: BTreeMap<String, String>,
    seed: u64,
}

/// Measures of one suite at every pair of taps.
pub(crate) fn measure(
    suite: &Suite,
    chosen: &Chosen,
    nearest: &Nearest,
    passes: &Passes,
    regime: RegimeKind,
    pooling: &str,
    seed: u64,
) -> Measures {
    let pairs = tap_pairs(passes.nominal.n_taps, passes.operative.n_taps);
    let taps = pairs
        .par_iter()
        .map(|&(nominal_tap, operative_tap)| {
            let settings = [
                ("k", NEIGHBOURS.to_string()),
                ("metric", "cosine".to_owned()),
                ("pooling", pooling.to_owned()),
                ("n", chosen.len().to_string()),
                ("dim", passes.nominal.dim.to_string()),
                ("seed", seed.to_string()),
                ("languages", chosen.languages.join(",")),
            ];
            let tap = Tap {
                nominal: chosen.states(&passes.nominal, nominal_tap),
                operative: chosen.states(&passes.operative, operative_tap),
                floor: chosen.states(&passes.floor, nominal_tap),
                rounded: passes.rounded.as_ref().map(|states| chosen.states(states, nominal_tap)),
                nearest: nearest.at(nominal_tap),
                chosen,
                suite,
                settings: settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
                seed,
            };
            let mut measures = tap.cka();
            measures.extend(tap.neighbours());
            measures.extend(tap.differences(regime));
            TapMeasures { nominal_tap: nominal_tap as u32, operative_tap: operative_tap as u32, measures }
        })
        .collect();
    Measures {
        schema: "parallax-measures/1".to_owned(),
        suite: suite.id.clone(),
        n: chosen.len() as u64,
        dim: passes.nominal.dim as u64,
        regime,
        taps,
    }
}

/// Which operative tap stands beside each nominal one: the same where depths agree, else the same share of the depth.
pub(crate) fn tap_pairs(nominal: usize, operative: usize) -> Vec<(usize, usize)> {
    let last = |taps: usize| taps.saturating_sub(1);
    (0..nominal).map(|tap| (tap, (tap * last(operative) + last(nominal) / 2) / last(nominal).max(1))).collect()
}

fn interval(interval: Result<Interval, Undefined>) -> Option<(f64, f64)> {
    interval.ok().map(|interval| (interval.low, interval.high))
}

impl Tap<'_> {
    fn value(&self, name: &str, value: Result<f64, Undefined>) -> MeasureValue {
        let (value, undefined) = match value {
            Ok(value) => (Some(value), None),
            Err(reason) => (None, Some(reason.to_string())),
        };
        MeasureValue {
            name: name.to_owned(),
            value,
            interval: None,
            chance: None,
            floor: None,
            rounding: None,
            settings: self.settings.clone(),
            undefined,
            by_category: BTreeMap::new(),
        }
    }

    fn controls(&self) -> [Option<ArrayView2<'_, f64>>; 2] {
        [Some(self.floor.view()), self.rounded.as_ref().map(Array2::view)]
    }

    fn cka(&self) -> Vec<MeasureValue> {
        let nominal = self.nominal.view();
        let of = |other: ArrayView2<'_, f64>| {
            let both = geometry::cka(nominal, other);
            (both.clone().and_then(|cka| cka.biased), both.and_then(|cka| cka.debiased))
        };
        let (biased, debiased) = of(self.operative.view());
        // What unrelated items give at this n and dim: the same states, items shuffled.
        let mut order: Vec<usize> = (0..self.chosen.len()).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(self.seed));
        let chance = of(self.operative.select(Axis(0), &order).view());
        let [floor, rounded] = self.controls().map(|control| control.map(of));
        let intervals = geometry::cka_jackknife(nominal, self.operative.view(), &self.chosen.groups, self.seed);
        let intervals = intervals.map_or((None, None), |both| (interval(both.biased), interval(both.debiased)));
        let mut linear = self.value("cka-linear", biased);
        linear.chance = chance.0.ok();
        linear.interval = intervals.0;
        linear.floor = floor.as_ref().and_then(|cka| cka.0.clone().ok());
        linear.rounding = rounded.as_ref().and_then(|cka| cka.0.clone().ok());
        let mut unbiased = self.value("cka-linear-debiased", debiased);
        unbiased.chance = chance.1.ok();
        unbiased.interval = intervals.1;
        unbiased.floor = floor.and_then(|cka| cka.1.ok());
        unbiased.rounding = rounded.and_then(|cka| cka.1.ok());
        vec![linear, unbiased]
    }

    fn neighbours(&self) -> Vec<MeasureValue> {
        let found = |states: ArrayView2<'_, f64>| Neighbours::find(states, NEIGHBOURS);
        let against = |other: ArrayView2<'_, f64>| geometry::agreement(self.nearest.clone()?, &found(other)?);
        let operative = against(self.operative.view());
        let [floor, rounded] = self.controls().map(|control| control.and_then(|states| against(states).ok()));
        let names = ["knn-overlap", "knn-jaccard", "mutual-knn"].map(|name| format!("{name}@{NEIGHBOURS}"));
        let agreement = match operative {
            Ok(agreement) => agreement,
            Err(reason) => return names.iter().map(|name| self.value(name, Err(reason.clone()))).collect(),
        };
        let pick: [fn(&NeighbourAgreement) -> Option<f64>; 3] =
            [|a| Some(a.overlap_mean()), |a| Some(a.jaccard_mean()), |a| a.mutual.clone().ok()];
        let values = [Ok(agreement.overlap_mean()), Ok(agreement.jaccard_mean()), agreement.mutual.clone()];
        let chances = [agreement.chance, agreement.jaccard_chance, agreement.mutual_chance];
        let per_item = [Some(&agreement.overlap), Some(&agreement.jaccard), None];
        let mut measures = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let mut measure = self.value(name, values[index].clone());
            measure.chance = Some(chances[index]);
            measure.floor = floor.as_ref().and_then(pick[index]);
            measure.rounding = rounded.as_ref().and_then(pick[index]);
            if let Some(items) = per_item[index] {
                let weights = vec![1.0; items.len()];
                measure.interval =
                    interval(group_bootstrap(items, &weights, &self.chosen.groups, REPLICATES, self.seed));
                measure.by_category = self.by_category(items);
            }
            measures.push(measure);
        }
        measures
    }

    fn by_category(&self, values: &[f64]) -> BTreeMap<String, Option<f64>> {
        let means = geometry::by_category(values, &self.chosen.labels, self.suite.categories.len()).unwrap_or_default();
        self.suite.categories.iter().zip(means).map(|(category, mean)| (category.id.clone(), mean.ok())).collect()
    }

    /// Measures that subtract vectors; disabled, not just discouraged, where the bases differ.
    fn differences(&self, regime: RegimeKind) -> Vec<MeasureValue> {
        type Measure = fn(ArrayView2<'_, f64>, ArrayView2<'_, f64>) -> Result<f64, Undefined>;
        let all: [(&str, Measure); 3] = [
            ("cosine-mean", geometry::cosine_mean),
            ("relative-error", geometry::relative_error),
            ("sqnr-db", geometry::sqnr_db),
        ];
        all.into_iter()
            .map(|(name, measure)| {
                if regime != RegimeKind::SameBasis {
                    let mut disabled = self.value(name, Err(Undefined::NoVariation));
                    disabled.undefined =
                        Some("the variants do not share a basis, so their states cannot be subtracted".to_owned());
                    return disabled;
                }
                let nominal = self.nominal.view();
                let mut value = self.value(name, measure(nominal, self.operative.view()));
                let [floor, rounded] =
                    self.controls().map(|control| control.and_then(|states| measure(nominal, states).ok()));
                value.floor = floor;
                value.rounding = rounded;
                value
            })
            .collect()
    }
}
