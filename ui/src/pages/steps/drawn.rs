//! The measures of one suite that the strips show, step by step.

use parallax_plots::strip::StripStep;
use parallax_wire::{Audit, MeasureValue};

use crate::parts::number;
use crate::say::{count, name, say, text};

/// Measures that are drawn, by the beginning of their names, with what begins the ids of their words.
const DRAWN: [(&str, &str); 2] = [("knn-overlap@", "knn"), ("cka-linear-debiased", "cka")];

/// What the strips of one suite are drawn from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawn {
    /// The suite.
    pub(super) suite: String,
    /// Number of items.
    pub(super) n: u64,
    /// Taps of the nominal variant, in order.
    pub(super) taps: Vec<u32>,
    /// The measures, each with one entry a tap.
    pub(super) measures: Vec<Drawable>,
}

/// One measure over all steps.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawable {
    /// Its full name.
    pub(super) name: String,
    /// Which words go with it.
    pub(super) word: &'static str,
    /// Number of nearest neighbours; 0 for a measure without any.
    pub(super) k: u64,
    /// Its values; `None` where it was not computed.
    pub(super) values: Vec<Option<MeasureValue>>,
}

impl Drawn {
    /// What an audit says about a suite; `None` when it measured nothing there.
    pub(super) fn of(audit: &Audit, suite: &str) -> Option<Self> {
        let measures = audit.measures.iter().find(|measures| measures.suite == suite && !measures.taps.is_empty())?;
        let drawable = |(prefix, word): (&str, &'static str)| {
            let values: Vec<Option<MeasureValue>> = measures
                .taps
                .iter()
                .map(|tap| tap.measures.iter().find(|measure| measure.name.starts_with(prefix)).cloned())
                .collect();
            let name = values.iter().flatten().next()?.name.clone();
            let k = name.split_once('@').and_then(|(_, k)| k.parse().ok()).unwrap_or(0);
            Some(Drawable { name, word, k, values })
        };
        Some(Self {
            suite: suite.to_owned(),
            n: measures.n,
            taps: measures.taps.iter().map(|tap| tap.nominal_tap).collect(),
            measures: DRAWN.into_iter().filter_map(drawable).collect(),
        })
    }

    /// The last tap, by which all are counted.
    pub(super) fn last(&self) -> u32 {
        self.taps.iter().copied().max().unwrap_or_default()
    }
}

impl Drawable {
    /// The numbers as the strip takes them.
    pub(super) fn steps(&self) -> Vec<StripStep> {
        let step = |value: &Option<MeasureValue>| {
            value.as_ref().map_or_else(StripStep::default, |value| StripStep {
                deployed: value.value,
                interval: value.interval.map(|(low, high)| [low, high]),
                rounding: value.rounding,
                floor: value.floor,
                chance: value.chance,
            })
        };
        self.values.iter().map(step).collect()
    }

    /// Its title for people.
    pub(super) fn title(&self) -> String {
        say(&self.id("title"), [("k", count(self.k))])
    }

    /// Id of one of its sentences.
    pub(super) fn id(&self, end: &str) -> String {
        format!("plot-{}-{end}", self.word)
    }

    /// A value in words: neighbours as "so many of so many", anything else as a number.
    pub(super) fn said(&self, value: f64) -> String {
        match self.k {
            0 => number(value),
            k => say("report-kept-neighbours", [("kept", name(self.short(value))), ("k", count(k))]),
        }
    }

    /// A value as a number alone: neighbours as a mean of counts.
    pub(super) fn short(&self, value: f64) -> String {
        if self.k == 0 { number(value) } else { tenths(value * self.k as f64) }
    }

    /// The value at a step, or the reason why there is none.
    pub(super) fn value(&self, step: usize) -> Result<f64, String> {
        let Some(Some(measure)) = self.values.get(step) else { return Err(text("report-not-measured")) };
        measure.value.ok_or_else(|| match &measure.undefined {
            Some(reason) => say("window-step-undefined", [("reason", name(reason))]),
            None => text("report-not-measured"),
        })
    }
}

/// A mean of counts with one decimal.
fn tenths(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}
