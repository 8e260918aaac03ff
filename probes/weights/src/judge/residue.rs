//! What remains of a tensor that no known transform explains, and the verdict that it leads to.
//!
//! Order: the published numbers in another order; another tensor altogether; weights set to zero; an adapter that was
//! given; rows or columns; directions. What is none of these is related to the published tensor and no more.

use parallax_artifact::DType;

use super::{Judgement, Question};
use crate::adapter::{self, Adapter};
use crate::blocks::{dequantize, quantize};
use crate::lineage::{Relation, lineage};
use crate::pruning::pruning;
use crate::residual::{
    Added, Freedom, Localised, Order, Reference, RowsFrom, SpectrumComparison, SpectrumSettings, agreement,
    compare_spectra, localise, order,
};
use crate::verdict::Verdict;
use crate::view::{Precision, Source, TensorView};

/// A change of more than this share of all rows is a change of the tensor and no list of rows.
const FEW: f64 = 0.25;

/// The two factors that an adapter has for one tensor.
#[derive(Clone, Debug)]
pub struct AdapterPart<'a> {
    /// B, `[rows, rank]`.
    pub up: TensorView<'a>,
    /// A, `[rank, columns]`.
    pub down: TensorView<'a>,
    /// What their product is multiplied by: alpha over the rank, as a rule.
    pub scale: f64,
}

/// What merging the adapter explains.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The replay of the merge.
    pub replay: adapter::Replay,
    /// Rank of the factors.
    pub rank: usize,
}

/// Fills in what remains and decides.
pub(super) fn examine(question: &Question<'_>, source: &Source<'_>, found: &mut Judgement) {
    let deployed = Source::plain(question.deployed);
    let dtype = question.deployed.dtype;
    let precision = found.precision.unwrap_or(Precision::Stored);
    let stored_again = RowsFrom::new(source.rows(), source.columns(), |row, out: &mut [f32]| {
        source.read_row(row, out);
        precision.round(out);
        let mut bytes = vec![0; question.deployed.row_len()];
        quantize(dtype, out, None, &mut bytes);
        dequantize(dtype, &bytes, out);
    });
    match order(&deployed, &stored_again) {
        Ok(Order::Same | Order::Different) | Err(_) => {}
        Ok(other) => {
            found.order = Some(other);
            found.verdict = Verdict::Replaced;
            return;
        }
    }
    if agreement(&deployed, source).is_ok_and(|agreement| agreement.is_replaced()) {
        found.verdict = replaced(question, &deployed, source, found);
        return;
    }
    if let Ok(zeros) = pruning(&deployed, &stored_again)
        && zeros.explains()
    {
        found.pruning = Some(zeros);
        found.verdict = Verdict::ResidualSparse;
        return;
    }
    let settings = SpectrumSettings::standard(question.seed);
    if let Some(part) = &question.adapter
        && let Some(merged) = merge(part, &deployed, source, dtype, &settings)
    {
        let explained = merged.replay.is_explained();
        found.merged = Some(merged);
        if explained {
            found.verdict = Verdict::Reproduced;
            return;
        }
    }
    let freedom = if dtype.block_size() == 256 { Freedom::Approximate } else { Freedom::Exact };
    found.localised = localise(&deployed, source, &stored_again, freedom).ok();
    let added = Added::estimate(question.deployed, source, precision);
    let reference = Reference { rounded: &stored_again, freedom, added: added.as_ref() };
    found.spectrum = compare_spectra(&deployed, source, Some(reference), &settings).ok();
    found.verdict = if found.localised.as_ref().is_some_and(few_lines) {
        Verdict::ResidualSparse
    } else if found.spectrum.as_ref().is_some_and(SpectrumComparison::is_low_rank) {
        Verdict::ResidualLowRank
    } else {
        related(question, &deployed, source, found);
        Verdict::LineageOnly
    };
}

/// Whether some rows or columns, and not most of the tensor, carry what remains.
fn few_lines(found: &Localised) -> bool {
    let few =
        |spread: &crate::residual::Spread| !spread.list.is_empty() && (spread.changed as f64) < FEW * spread.of as f64;
    few(&found.rows) || few(&found.columns)
}

/// Another tensor in its place, unless its units still say that it comes from the published one.
fn replaced(question: &Question<'_>, deployed: &Source<'_>, source: &Source<'_>, found: &mut Judgement) -> Verdict {
    related(question, deployed, source, found);
    match found.lineage.as_ref().map(|lineage| lineage.relation) {
        Some(Relation::Related { .. }) => Verdict::LineageOnly,
        _ => Verdict::Replaced,
    }
}

fn related(question: &Question<'_>, deployed: &Source<'_>, source: &Source<'_>, found: &mut Judgement) {
    found.lineage = question.units.and_then(|units| lineage(deployed, source, units, question.seed).ok());
}

/// What the adapter explains; `None` where it does not fit, or the deployed type is one that a merge is not stored in.
fn merge(
    part: &AdapterPart<'_>,
    deployed: &Source<'_>,
    source: &Source<'_>,
    dtype: DType,
    settings: &SpectrumSettings,
) -> Option<Merged> {
    let stored = match dtype {
        DType::F32 => Precision::Stored,
        DType::F16 => Precision::F16,
        DType::BF16 => Precision::BF16,
        _ => return None,
    };
    let (up, down) = (Source::plain(part.up), Source::plain(part.down));
    let adapter = Adapter::new(&up, &down, part.scale).ok()?;
    let replay = adapter::replay(deployed, source, &adapter, stored, settings).ok()?;
    Some(Merged { replay, rank: adapter.rank() })
}
