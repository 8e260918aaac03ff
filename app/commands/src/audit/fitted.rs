//! Readers fitted on all items that could be read, so that other texts can be read as these were.

use linfa::ParamGuard;
use ndarray::{Array2, Axis, s};
use parallax_compare::Error as CompareError;
use parallax_compare::fitted::{LinearProbe, Prototypes};
use parallax_compare::probe::{LogisticParams, Solver};
use parallax_model::States;
use parallax_wire::{FittedReader, RegimeKind, Series};

use super::items::pick;
use super::readers::{Asked, Readings, category_ids};

/// Names of the readers that are fitted.
pub(crate) const PROTOTYPE: &str = "prototype";
pub(crate) const PROBE: &str = "probe";

/// Prototype and probe of one suite, where the suite could be read by them; one that cannot be fitted is left out.
pub(crate) fn fitted_readers(asked: &Asked<'_>, readings: &Readings) -> Vec<FittedReader> {
    let could = |reader: &str| readings.made.iter().any(|reading| reading.reader == reader);
    let prototypes = could(PROTOTYPE).then(|| prototypes(asked)).and_then(Result::ok);
    let probe = could(PROBE).then(|| probe(asked)).and_then(Result::ok);
    prototypes.into_iter().chain(probe).collect()
}

/// The states that a reader of last taps sees.
fn last(asked: &Asked<'_>, states: &States) -> Array2<f64> {
    asked.chosen.states(states, states.n_taps - 1)
}

fn prototypes(asked: &Asked<'_>) -> Result<FittedReader, CompareError> {
    let passes = asked.passes;
    let languages: Vec<usize> =
        (0..asked.chosen.languages.len()).filter(|&language| !asked.chosen.in_language(language).is_empty()).collect();
    let of = |states: &States| -> Result<Series, CompareError> {
        let all = last(asked, states);
        let mut numbers = Vec::new();
        for &language in &languages {
            let positions = asked.chosen.in_language(language);
            let own = all.select(Axis(0), &positions);
            let labels = pick(&asked.chosen.labels, &positions);
            let fitted = Prototypes::fit(own.view(), &labels, asked.suite.categories.len())?;
            numbers.extend(fitted.mean.iter().chain(&fitted.centroids).map(|number| *number as f32));
        }
        Ok(Series(numbers))
    };
    Ok(FittedReader {
        suite: asked.suite.id.clone(),
        reader: PROTOTYPE.to_owned(),
        categories: category_ids(asked.suite),
        languages: languages.iter().map(|&language| asked.chosen.languages[language].clone()).collect(),
        nominal_dim: passes.nominal.dim as u32,
        operative_dim: passes.operative.dim as u32,
        nominal: of(&passes.nominal)?,
        operative: of(&passes.operative)?,
    })
}

fn probe(asked: &Asked<'_>) -> Result<FittedReader, CompareError> {
    let passes = asked.passes;
    let params = LogisticParams::new(if asked.linfa_logistic { Solver::Linfa } else { Solver::Ours }).check()?;
    let fit = |states: &States| LinearProbe::fit(last(asked, states).view(), &asked.chosen.labels, &params);
    let nominal = fit(&passes.nominal)?;
    let series = |probe: &LinearProbe| Series(probe.weights.iter().map(|weight| *weight as f32).collect());
    // Where the bases agree the nominal probe is transferred, as in the audit.
    let operative =
        if asked.regime == RegimeKind::SameBasis { series(&nominal) } else { series(&fit(&passes.operative)?) };
    let categories = category_ids(asked.suite);
    Ok(FittedReader {
        suite: asked.suite.id.clone(),
        reader: PROBE.to_owned(),
        // A category without items cannot be given.
        categories: nominal.classes.iter().map(|&class| categories[class].clone()).collect(),
        languages: Vec::new(),
        nominal_dim: passes.nominal.dim as u32,
        operative_dim: passes.operative.dim as u32,
        nominal: series(&nominal),
        operative,
    })
}

/// The prototypes of one of the reader's languages, from the numbers of one variant; `None` where they do not fit.
pub(crate) fn prototypes_from(
    fitted: &FittedReader,
    numbers: &Series,
    dim: u32,
    language: usize,
) -> Option<Prototypes> {
    let dim = usize::try_from(dim).ok()?;
    let rows = fitted.categories.len() + 1;
    let size = rows.checked_mul(dim)?;
    let own = numbers.0.get(language.checked_mul(size)?..(language + 1).checked_mul(size)?)?;
    let all = matrix(rows, dim, own)?;
    Some(Prototypes { mean: all.row(0).to_owned(), centroids: all.slice(s![1.., ..]).to_owned() })
}

/// The probe, from the numbers of one variant; `None` where they do not fit.
pub(crate) fn probe_from(fitted: &FittedReader, numbers: &Series, dim: u32) -> Option<LinearProbe> {
    let columns = usize::try_from(dim).ok()?.checked_add(1)?;
    let weights = matrix(fitted.categories.len(), columns, &numbers.0)?;
    Some(LinearProbe { classes: (0..fitted.categories.len()).collect(), weights })
}

/// The numbers as a matrix; `None` where there are more or fewer of them, or one of them is none.
fn matrix(rows: usize, columns: usize, numbers: &[f32]) -> Option<Array2<f64>> {
    let whole = numbers.iter().all(|number| number.is_finite());
    let numbers = numbers.iter().map(|number| f64::from(*number)).collect();
    whole.then(|| Array2::from_shape_vec((rows, columns), numbers).ok()).flatten()
}
