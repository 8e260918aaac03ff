//! The primary readers' decisions of all suites as one list, so that everything is tested as one family.

use parallax_compare::Error as CompareError;
use parallax_compare::flips::{Family, Flip, FlipInput, FlipReport, FlipSettings, Injection, flips, positive_control};

use super::items::Chosen;
use super::readers::Reading;

/// Family-wise rate of false findings.
pub(crate) const ALPHA: f64 = 0.05;
/// Draws of the group bootstrap.
const REPLICATES: usize = 1000;

/// Where a category, language or item of the joint list comes from.
#[derive(Default)]
pub(crate) struct Joint {
    nominal: Vec<usize>,
    operative: Vec<usize>,
    rounding: Option<Vec<usize>>,
    floor: Vec<usize>,
    labels: Vec<usize>,
    languages: Vec<usize>,
    groups: Vec<usize>,
    /// Suite index and name of each category.
    pub(crate) categories: Vec<(usize, String)>,
    /// Suite index and tag of each language.
    pub(crate) tags: Vec<(usize, String)>,
    /// Index of each item in the list of all items.
    pub(crate) items: Vec<usize>,
}

/// What the test says of operative, and of the controls that it has to pass itself.
pub(crate) struct Tested {
    pub(crate) report: FlipReport,
    /// Findings that the same test makes of nominal against itself under last-bit noise.
    pub(crate) negative_control: u64,
    /// Share of injected changes that the same test finds.
    pub(crate) positive_control: Option<f64>,
}

impl Joint {
    /// Adds the primary reading of one suite.
    pub(crate) fn add(&mut self, suite: usize, chosen: &Chosen, reading: &Reading) {
        let (category, language) = (self.categories.len(), self.tags.len());
        let group = self.groups.iter().max().map_or(0, |last| last + 1);
        let shifted = |values: &[usize], by: usize| values.iter().map(|value| value + by).collect::<Vec<_>>();
        self.nominal.extend(shifted(&reading.nominal.categories, category));
        self.operative.extend(shifted(&reading.operative.categories, category));
        self.floor.extend(shifted(&reading.floor.categories, category));
        if let Some(rounding) = &reading.rounding {
            // One pass made the control of all suites, so either each suite has one or none has.
            self.rounding.get_or_insert_default().extend(shifted(&rounding.categories, category));
        }
        self.labels.extend(shifted(&chosen.labels, category));
        self.languages.extend(shifted(&chosen.language_of, language));
        self.groups.extend(shifted(&chosen.groups, group));
        self.categories.extend(reading.categories.iter().map(|name| (suite, name.clone())));
        self.tags.extend(chosen.languages.iter().map(|tag| (suite, tag.clone())));
        self.items.extend(&chosen.items);
    }

    /// Category that operative puts an item of the joint list into.
    pub(crate) fn operative_of(&self, item: usize) -> usize {
        self.operative[item]
    }

    /// Tests all movements of all suites together.
    pub(crate) fn test(&self, seed: u64) -> Result<Tested, CompareError> {
        let input = FlipInput {
            nominal: &self.nominal,
            operative: &self.operative,
            rounding: self.rounding.as_deref(),
            floor: Some(&self.floor),
            labels: &self.labels,
            languages: &self.languages,
            groups: &self.groups,
            n_categories: self.categories.len(),
        };
        let settings = FlipSettings { alpha: ALPHA, replicates: REPLICATES, seed };
        let report = flips(&input, &settings)?;
        let noise = FlipInput { operative: &self.floor, rounding: None, floor: None, ..input };
        let negative = flips(&noise, &FlipSettings { replicates: 0, ..settings })?;
        // Half of a category's items in every group: the size of change that a reviewer would want to know of.
        let positive = positive_control(&input, ALPHA, Injection::Items { every: 2 })?;
        Ok(Tested { negative_control: negative.found().count() as u64, positive_control: positive.share(), report })
    }
}

impl Tested {
    /// The movements that are findings, in order.
    pub(crate) fn found(&self) -> impl Iterator<Item = &Flip> {
        self.report.found()
    }

    /// Hypotheses that were tested together.
    pub(crate) fn family_size(&self) -> u64 {
        let Family { hypotheses: pairs, .. } = self.report.pairs;
        (pairs + self.report.leaves.hypotheses) as u64
    }
}
