//! Whether a residual has directions that rounding does not: its spectrum against that of the re-quantized tensor.

use super::agreement::Sums;
use super::spectrum::FEWEST;
use super::{Added, Difference, Freedom, Rows, Spectrum, SpectrumSettings, Undecided, check_shapes, spectrum};

/// A largest value from this multiple of the honest one on is more than a matrix of noise gives by chance.
const LIMIT: f64 = 1.03;
/// Standard deviations of the Tracy-Widom law that are allowed for in small matrices.
const DEVIATIONS: f64 = 4.0;
/// What is left behind the last direction may lie this far beyond the edge, because a rounding that depends on the edit
/// leaves traces of it there,
const REST: f64 = 1.5;
/// or reach this share of the last direction: the traces grow with the edit.
const TRACES: f64 = 0.2;
/// Two neighbouring values whose ratio is smaller than this are no step.
const STEP: f64 = 1.15;
/// A direction that lies on a smaller share of all rows or columns than this is a matter of these rows or columns.
const LEAST_SHARE: f64 = 0.02;
/// From this share of the residual's energy on, the source itself times a factor is what the residual is.
const SCALED: f64 = 0.5;
/// A residual has to hold so much more than rounding leaves, as a share of that, before the surplus is a quantity: encoders
/// that are free to choose differ by less.
const SURPLUS: f64 = 0.5;
/// Share of the surplus that the directions must hold for it to be of low rank. Measured on a real model, edits of low rank
/// have 0.86 of it and more, and a training whose directions weaken by a power law has half of it at most.
const MOST: f64 = 0.7;

/// The spectra of a deployed tensor's residual and of what it is held against.
#[derive(Clone, Debug, PartialEq)]
pub struct SpectrumComparison {
    /// Of the deployed values less the published ones; `None` when they are equal.
    pub deployed: Option<Spectrum>,
    /// Of the published tensor as the encoder rounds it, less the published values; `None` without rounding.
    pub reference: Option<Spectrum>,
    /// Of what the codes say was added; without codes of the deployed values less the published ones as the encoder
    /// rounds them. `None` when nothing was added, when there are no codes and the encoder is free to choose, or when too
    /// few rows or columns differ.
    pub difference: Option<Spectrum>,
    /// The largest value of the deployed residual in units of its edge; 0 when there is none.
    pub ratio: f64,
    /// The same for the re-quantized tensor; 0 when there is none.
    pub reference_ratio: f64,
    /// The ratio beyond which the deployed residual is said to have directions.
    pub limit: f64,
    /// Whether it has.
    pub structured: bool,
    /// Values of the deployed residual beyond 1.02 times its edge, relative to the re-quantized tensor.
    pub beyond: usize,
    /// The rank of what was added: at least so much, because directions weaker than the noise are not seen.
    /// `None` when nothing was found, when the spectrum has no step that says where it ends, when the directions lie on
    /// a few rows or columns only, or when the tensor as a whole was scaled.
    pub rank: Option<usize>,
    /// Share of the residual's energy in these directions, 0 to 1; in all beyond the edge where the rank is `None`.
    pub energy_share: f64,
    /// Norm of the part of low rank, as a share of the published tensor's norm.
    pub relative_norm: f64,
    /// Share of what the residual holds beyond rounding that lies in these directions, 0 to 1; `None` where there are no
    /// directions, or where the surplus is too small against the rounding to be measured.
    pub share_of_surplus: Option<f64>,
    /// The factor of the published tensor that is nearest to the deployed one.
    pub gain: f64,
    /// Share of the residual's energy that this factor explains.
    pub explained_by_gain: f64,
}

impl SpectrumComparison {
    /// Whether what was added is of low rank: there are directions, they end somewhere, and most of the change lies in
    /// them. Training of all weights leaves directions too, with most of its change beside them.
    pub fn is_low_rank(&self) -> bool {
        self.structured && self.rank.is_some() && self.share_of_surplus.is_none_or(|share| share >= MOST)
    }
}

/// What a tensor that was rounded is held against.
pub struct Reference<'a> {
    /// The published tensor as the claimed encoder rounds it.
    pub rounded: &'a dyn Rows,
    /// Whether that encoder leaves a choice.
    pub freedom: Freedom,
    /// What the stored codes say was added, where there are codes.
    pub added: Option<&'a Added<'a>>,
}

/// Compares the spectrum of `deployed - source` with that of `rounded - source` of the reference; without a reference the
/// claim is that nothing is rounded.
///
/// Measured on Gaussian matrices, honest residuals have their largest value at 0.985 to 0.999 of the edge; on trained
/// weights they may lie above it, because the error of a block's scale depends on the weights. That is why the limit is
/// 1.03 times the honest ratio, and not 1.03; below some hundred rows the fluctuation of the largest value of noise
/// (Johnstone 2001, "On the distribution of the largest eigenvalue in principal components analysis") is added.
///
/// The rank is read from the spectrum with the clearer signal. What the codes say was `added` ([`Added`]) has less noise than
/// the residual as long as the edit is small against the step between codes. Without codes the difference to the
/// re-quantized tensor takes its place, for encoders without freedom; for others it also holds what the freedom was used for.
/// The factor by which such an encoder shrinks the weights is taken out of the residual first.
///
/// # Errors
/// [`Undecided::ShapesDiffer`], [`Undecided::TooSmall`], [`Undecided::NotFinite`].
pub fn compare_spectra(
    deployed: &dyn Rows,
    source: &dyn Rows,
    reference: Option<Reference<'_>>,
    settings: &SpectrumSettings,
) -> Result<SpectrumComparison, Undecided> {
    check_shapes(deployed, source)?;
    if source.rows() < FEWEST || source.columns() < FEWEST {
        return Err(Undecided::TooSmall { rows: source.rows(), columns: source.columns(), needed: FEWEST });
    }
    let sums = Sums::over(deployed, source)?;
    let free = reference.as_ref().is_some_and(|reference| reference.freedom == Freedom::Approximate);
    let residual = |side: &dyn Rows, gain: f64| -> Result<Option<Spectrum>, Undecided> {
        let gain = if free { gain as f32 } else { 1.0 };
        present(spectrum(&Difference::new(side, source, gain)?, settings))
    };
    let of_deployed = residual(deployed, sums.gain())?;
    let (mut of_reference, mut difference, mut energy) = (None, None, None);
    if let Some(Reference { rounded, freedom, added }) = reference {
        of_reference = residual(rounded, Sums::over(rounded, source)?.gain())?;
        energy = added.map(Added::energy);
        difference = match added {
            Some(added) => added_or_nothing(spectrum(added, settings))?,
            None if freedom == Freedom::Exact => {
                added_or_nothing(spectrum(&Difference::new(deployed, rounded, 1.0)?, settings))?
            }
            None => None,
        };
    }
    Ok(judge(of_deployed, of_reference, difference, energy, &sums))
}

/// No residual is an answer here and no failure.
fn present(found: Result<Spectrum, Undecided>) -> Result<Option<Spectrum>, Undecided> {
    match found {
        Ok(spectrum) => Ok(Some(spectrum)),
        Err(Undecided::NoResidual) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Of too few rows or columns nothing is asked: they are counted elsewhere.
fn added_or_nothing(found: Result<Spectrum, Undecided>) -> Result<Option<Spectrum>, Undecided> {
    match found {
        Err(Undecided::TooSmall { .. }) => Ok(None),
        other => present(other),
    }
}

fn judge(
    deployed: Option<Spectrum>,
    reference: Option<Spectrum>,
    difference: Option<Spectrum>,
    added: Option<f64>,
    sums: &Sums,
) -> SpectrumComparison {
    let ratio = deployed.as_ref().map_or(0.0, Spectrum::ratio);
    let reference_ratio = reference.as_ref().map_or(0.0, Spectrum::ratio);
    let allowance = reference_ratio.max(1.0);
    let limit = deployed.as_ref().map_or(LIMIT, least_surprising) * allowance;
    let by_difference =
        difference.as_ref().is_some_and(|found| found.ratio() > least_surprising(found) && widespread(found));
    let structured = ratio > limit || by_difference;
    let beyond = deployed.as_ref().map_or(0, |found| found.beyond(allowance));
    // Each with the ratio that an honest one would have.
    let clearer = match (&deployed, &difference) {
        (Some(residual), Some(other)) if other.ratio() > residual.ratio() / allowance => Some((other, 1.0)),
        (Some(residual), _) => Some((residual, allowance)),
        (None, other) => other.as_ref().map(|found| (found, 1.0)),
    };
    let (mut rank, mut energy_share, mut relative_norm, mut share_of_surplus) = (None, 0.0, 0.0, None);
    if let Some((found, allowance)) = clearer.filter(|_| structured) {
        if widespread(found) && sums.explained_by_gain() < SCALED {
            rank = step(found, allowance);
        }
        let leading = rank.unwrap_or_else(|| found.beyond(allowance));
        energy_share = found.energy_share(leading);
        let norm = found.leading_norm(leading);
        relative_norm = norm / sums.right_squares.sqrt();
        let energy = |side: &Option<Spectrum>| side.as_ref().map_or(0.0, |spectrum| spectrum.energy);
        let (rounding, all) = (energy(&reference), energy(&deployed));
        let measured = all > 0.0 && all - rounding > SURPLUS * rounding;
        // What the codes say was added is measured even where rounding hides it.
        let surplus = added.or(measured.then_some(all - rounding));
        share_of_surplus = surplus.map(|surplus| (norm * norm / surplus).min(1.0));
    }
    SpectrumComparison {
        ratio,
        reference_ratio,
        limit,
        structured,
        beyond,
        rank,
        energy_share,
        relative_norm,
        share_of_surplus,
        gain: sums.gain(),
        explained_by_gain: sums.explained_by_gain(),
        deployed,
        reference,
        difference,
    }
}

/// The ratio to the edge that noise of this shape stays below, but once in some thousand times.
fn least_surprising(found: &Spectrum) -> f64 {
    let (m, n) = (found.rows as f64, found.columns as f64);
    let sum = (m - 1.0).sqrt() + n.sqrt();
    let spread = sum * (1.0 / (m - 1.0).sqrt() + 1.0 / n.sqrt()).cbrt();
    (1.0 + DEVIATIONS * spread / (sum * sum)).sqrt().max(LIMIT)
}

fn widespread(found: &Spectrum) -> bool {
    found.row_share[0] >= LEAST_SHARE && found.column_share[0] >= LEAST_SHARE
}

/// Where the directions of an edit end.
///
/// When all of them are weak, they are those beyond the edge. Otherwise the rank is where the largest step is, among the
/// steps that lead down to the noise: when merged weights are rounded to bf16, the rounding depends on the edit, and
/// more values than its rank lie somewhat beyond the edge. A spectrum that falls without a step is no edit of low rank.
fn step(found: &Spectrum, allowance: f64) -> Option<usize> {
    let values = &found.singular_values;
    let beyond = found.beyond(allowance);
    let edge = found.edge * allowance;
    let left = |rank: usize| (REST * edge).max(TRACES * values[rank - 1]);
    let steps = (1..=beyond).filter(|&rank| rank < values.len() && values[rank] <= left(rank));
    let ratio = |rank: usize| values[rank - 1] / values[rank].max(1e-3 * edge);
    let largest = steps.fold(None, |best: Option<usize>, rank| match best {
        Some(other) if ratio(other) >= ratio(rank) => best,
        _ => Some(rank),
    })?;
    if values[0] <= REST * edge {
        return Some(if ratio(largest) >= STEP { largest } else { beyond });
    }
    (ratio(largest) >= STEP).then_some(largest)
}
