//! Weights whose codes are packed: how far they differ. Where their codes come from is not decided.

use parallax_artifact::DType;
use parallax_weights::{
    Difference, Judgement, Layout, Pair, Progress, Source, TensorView, Undefined, difference, unpack,
};

use super::MOST_LINES;
use super::side::Side;

/// What can be said of a packed weight; `None` for every other tensor, and where both sides store the very same packed one.
///
/// Codes that make up for one another's errors are not what the published numbers round to, so that no test of codes
/// decides about them; the numbers that they stand for are held against the published ones all the same.
pub(super) fn judge(pair: &Pair, (nominal, operative): (&Side, &Side), progress: Progress<'_>) -> Option<Judgement> {
    let weight = operative.packed.get(&pair.operative)?;
    if let [only] = pair.nominal.as_slice()
        && let Some(published) = nominal.packed.get(only)
    {
        // The same bytes are other numbers under another type.
        let same_part = |(one, other): (usize, usize)| {
            let (one, other) = (nominal.part(one), operative.part(other));
            (one.dtype, one.shape, one.bytes) == (other.dtype, other.shape, other.bytes)
        };
        let same = published.packing == weight.packing
            && published.places().count() == weight.places().count()
            && published.places().zip(weight.places()).all(same_part);
        if same {
            return None;
        }
    }
    let reason = Undefined::TypeNotTested { name: weight.type_name() };
    let found = unpack(weight, |place| operative.part(place)).and_then(|numbers| {
        let view = TensorView { dtype: DType::F32, shape: &weight.shape, bytes: &numbers };
        held_against(&view, pair, nominal, progress)
    });
    Some(Judgement::undecided(reason, found))
}

fn held_against(
    view: &TensorView<'_>,
    pair: &Pair,
    nominal: &Side,
    progress: Progress<'_>,
) -> Result<Difference, Undefined> {
    let unpacked = match pair.nominal.as_slice() {
        [only] => nominal.packed.get(only).map(|weight| unpack(weight, |place| nominal.part(place))).transpose()?,
        _ => None,
    };
    let parts = match &unpacked {
        Some(numbers) => vec![TensorView { bytes: numbers, ..*view }],
        None => pair.nominal.iter().map(|&index| nominal.view(index)).collect(),
    };
    let layout = pair.layouts.first().cloned().unwrap_or(Layout::AsStored);
    difference(view, &Source { parts, layout }, MOST_LINES, progress)
}
