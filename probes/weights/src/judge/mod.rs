//! The verdict on one deployed tensor: the cheapest test that settles it, and for what no transform explains, what remains.
//!
//! Order of the tests: equal bytes; the published numbers stored again under each number format ([`crate::replay`]);
//! the codes under the stored scales ([`crate::test_codes`], [`crate::search_scales`]) and whether those scales are
//! plausible ([`crate::fit_scales`]); and then the residual, as [`residue`] says.

mod layout;
mod residue;

use parallax_artifact::DType;

use crate::codes::CodeTest;
use crate::difference::{Difference, difference};
use crate::lineage::{Lineage, Units};
use crate::packed::PackedTest;
use crate::pruning::Pruning;
use crate::replay::{Outcome, Replay, can_replay, replay_best};
use crate::residual::{Localised, Order, SpectrumComparison};
use crate::scales::{ScaleFit, ScaleSearch, fit_scales, search_scales};
use crate::verdict::Verdict;
use crate::view::{Layout, Precision, Source, TensorView};
use crate::{Progress, Undefined, quantize, test_codes};

pub use residue::{AdapterPart, Merged};

/// Rows and columns that depart furthest are named up to so many.
const MOST_LINES: usize = 8;

/// One deployed tensor with the published ones behind it.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The deployed tensor.
    pub deployed: TensorView<'a>,
    /// The published tensors whose rows make it up.
    pub parts: Vec<TensorView<'a>>,
    /// Changes that a converter may have made to their rows, the likeliest first; without any, the shapes do not fit.
    pub layouts: Vec<Layout>,
    /// Which side of the tensor is made of interchangeable units; `None` for tokens, positions and vectors.
    pub units: Option<Units>,
    /// An adapter that is said to be merged into the tensor.
    pub adapter: Option<AdapterPart<'a>>,
    /// Seed of everything that is drawn.
    pub seed: u64,
}

/// What was found about one deployed tensor.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The verdict, before the rest of the model is looked at: [`Verdict::Replaced`] where no relation was found.
    pub verdict: Verdict,
    /// The layout change under which the numbers agree best.
    pub layout: Option<Layout>,
    /// The number format between the published numbers and the quantizer under which least differs.
    pub precision: Option<Precision>,
    /// How far the two sides differ.
    pub difference: Result<Difference, Undefined>,
    /// What storing the published numbers again gave.
    pub replay: Option<Replay>,
    /// What the codes say under the stored scales.
    pub codes: Option<CodeTest>,
    /// What the search for scales of importance weights says.
    pub search: Option<ScaleSearch>,
    /// Whether the stored scales are plausible.
    pub fit: Option<ScaleFit>,
    /// The spectrum of what remains.
    pub spectrum: Option<SpectrumComparison>,
    /// Rows and columns that carry what remains.
    pub localised: Option<Localised>,
    /// The published numbers in another order.
    pub order: Option<Order>,
    /// The zero map.
    pub pruning: Option<Pruning>,
    /// Whether the two sides have a common origin.
    pub lineage: Option<Lineage>,
    /// What the adapter explains.
    pub merged: Option<Merged>,
    /// Why nothing could be decided.
    pub undecided: Option<Undefined>,
}

impl Judgement {
    fn of(verdict: Verdict, difference: Result<Difference, Undefined>) -> Self {
        Judgement {
            verdict,
            layout: None,
            precision: None,
            difference,
            replay: None,
            codes: None,
            search: None,
            fit: None,
            spectrum: None,
            localised: None,
            order: None,
            pruning: None,
            lineage: None,
            merged: None,
            undecided: None,
        }
    }

    /// What the codes of a packed weight say, and how far it differs.
    pub fn of_packed(test: PackedTest, difference: Result<Difference, Undefined>) -> Self {
        let verdict = if test.explained() { Verdict::CodesExplained } else { Verdict::NotDecidable };
        let undecided = (!test.explained()).then_some(Undefined::NotNearest {
            codes: test.codes.mismatches + test.codes.silenced + test.codes.not_finite,
            tested: test.codes.tested + test.codes.silenced + test.codes.not_finite,
            scales: test.odd_scales,
        });
        let precision = Some(test.codes.precision);
        Judgement { undecided, precision, codes: Some(test.codes), ..Judgement::of(verdict, difference) }
    }

    /// Nothing can be decided, for a reason; how far the two sides differ may be known all the same.
    pub fn undecided(reason: Undefined, difference: Result<Difference, Undefined>) -> Self {
        Judgement { undecided: Some(reason), ..Judgement::of(Verdict::NotDecidable, difference) }
    }
}

/// Judges one deployed tensor. `progress` is told bytes as they are read, in several passes.
pub fn judge(question: &Question<'_>, progress: Progress<'_>) -> Judgement {
    let deployed = &question.deployed;
    if let [only] = question.parts.as_slice()
        && only.dtype == deployed.dtype
        && only.shape == deployed.shape
        && only.bytes == deployed.bytes
    {
        progress(2 * deployed.bytes.len() as u64);
        let plain = Source::plain(*only);
        let mut found = Judgement::of(Verdict::Identical, difference(deployed, &plain, MOST_LINES, progress));
        found.layout = Some(Layout::AsStored);
        return found;
    }
    if let Some(unread) = question.parts.iter().chain([deployed]).find(|view| !view.dtype.is_readable()) {
        let reason = Undefined::TypeNotTested { name: unread.dtype.name() };
        return Judgement::undecided(reason.clone(), Err(reason));
    }
    let candidates: Vec<Source<'_>> = question
        .layouts
        .iter()
        .map(|layout| Source { parts: question.parts.clone(), layout: layout.clone() })
        .filter(|source| can_replay(source, deployed))
        .collect();
    let Some(source) = layout::nearest(&candidates, deployed) else {
        return other_shape(question);
    };
    let choice = replay_best(source, deployed, &|elements| progress(elements * bytes_per_element(source, deployed)));
    let difference = difference(deployed, source, MOST_LINES, progress);
    let verdict = match choice.best.outcome() {
        Outcome::Reproduced if choice.best.complete => Some(Verdict::Reproduced),
        Outcome::UpToTies if choice.best.complete => Some(Verdict::ReproducedUpToTies),
        _ => None,
    };
    let mut found = Judgement::of(verdict.unwrap_or(Verdict::LineageOnly), difference);
    found.layout = Some(source.layout.clone());
    found.precision = Some(choice.best.precision);
    found.replay = Some(choice.best);
    if verdict.is_some() {
        return found;
    }
    if let Err(reason @ Undefined::NotFinite { .. }) = &found.difference {
        let reason = reason.clone();
        return Judgement { verdict: Verdict::NotDecidable, undecided: Some(reason), ..found };
    }
    if let Some(verdict) = explained_by_codes(source, deployed, &mut found, progress) {
        return Judgement { verdict, ..found };
    }
    residue::examine(question, source, &mut found);
    found
}

/// Names agree and shapes do not: another tensor stands in its place.
fn other_shape(question: &Question<'_>) -> Judgement {
    let deployed = &question.deployed;
    let rows = question.parts.iter().map(TensorView::rows).sum();
    let columns = question.parts.first().map_or(0, TensorView::columns);
    let reason = Undefined::ShapesDiffer { nominal: (rows, columns), operative: (deployed.rows(), deployed.columns()) };
    Judgement { undecided: Some(reason.clone()), ..Judgement::of(Verdict::Replaced, Err(reason)) }
}

fn bytes_per_element(source: &Source<'_>, deployed: &TensorView<'_>) -> u64 {
    let bytes = deployed.bytes.len() + source.parts.iter().map(|part| part.bytes.len()).sum::<usize>();
    let elements = deployed.rows() * deployed.columns();
    (bytes / elements.max(1)).max(1) as u64
}

/// Whether so many blocks differ that importance weights may be why: they move the scale of nearly every block, so that
/// a few blocks with other scales are an edit of these blocks and no other way of quantizing the tensor.
fn mostly_differs(replay: &Replay) -> bool {
    2 * replay.differing_blocks > replay.blocks
}

/// Whether every code follows from the published numbers; what is stored besides may then be judged.
fn explained_by_codes(
    source: &Source<'_>,
    deployed: &TensorView<'_>,
    found: &mut Judgement,
    progress: Progress<'_>,
) -> Option<Verdict> {
    let dtype = deployed.dtype;
    let precision = if dtype.block_size() == 256 {
        let test = test_codes(deployed, source, &Precision::ALL, progress).ok()?;
        let (explained, precision) = (test.explained() == Some(true) && test.silenced == 0, test.precision);
        found.codes = Some(test);
        explained.then_some(precision)?
    } else if matches!(dtype, DType::Q4_0 | DType::Q4_1 | DType::Q5_0 | DType::Q5_1)
        && found.replay.as_ref().is_some_and(mostly_differs)
    {
        let search = search_scales(deployed, source, &Precision::ALL, progress).ok()?;
        let (holds, precision) = (search.holds() == Some(true), search.precision);
        found.search = Some(search);
        holds.then_some(precision)?
    } else {
        return None;
    };
    found.precision = Some(precision);
    let encode = |numbers: &[f32], bytes: &mut [u8]| quantize(dtype, numbers, None, bytes);
    let fit = fit_scales(deployed, source, precision, Some(&encode), progress).ok()?;
    // Bytes that storing again does not give may come from importance weights, of which no file has to say anything.
    let conspicuous = fit.conspicuous(true) == Some(true);
    found.fit = Some(fit);
    Some(if conspicuous { Verdict::ScaleUnexplained } else { Verdict::CodesExplained })
}
