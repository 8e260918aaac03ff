//! Weights that are stored as codes with scales beside them: how far they differ, and whether the codes follow.

use parallax_artifact::DType;
use parallax_weights::{
    Difference, Judgement, Layout, Pair, Progress, Question, Source, TensorView, Undefined, Verdict, difference, judge,
    test_packed, unpack,
};

use super::MOST_LINES;
use super::side::Side;

/// What can be said of a packed weight, or of one that was published packed; `None` for every other tensor, and where
/// both sides store the very same packed one.
///
/// Codes that make up for one another's errors are not what the published numbers round to, so that no test of codes
/// decides about them; the numbers that they stand for are held against the published ones all the same.
pub(super) fn judge_packed(
    pair: &Pair,
    (nominal, operative): (&Side, &Side),
    question: &Question<'_>,
    progress: Progress<'_>,
) -> Option<Judgement> {
    let is_packed = |index: &usize| nominal.packed.contains_key(index);
    if is_the_same(pair, nominal, operative)
        || !(operative.packed.contains_key(&pair.operative) || pair.nominal.iter().any(is_packed))
    {
        return None;
    }
    let published = match pair.nominal.iter().map(|&index| numbers(nominal, index)).collect::<Result<Vec<_>, _>>() {
        Ok(published) => published,
        Err(reason) => return Some(Judgement::undecided(reason.clone(), Err(reason))),
    };
    let parts: Vec<TensorView<'_>> = published
        .iter()
        .zip(&question.parts)
        .map(|(numbers, stored)| numbers.as_ref().map_or(*stored, |numbers| as_numbers(stored.shape, numbers)))
        .collect();
    let Some(weight) = operative.packed.get(&pair.operative) else {
        return Some(judge(&Question { parts, ..question.clone() }, progress));
    };
    if weight.is_plain() {
        return Some(match unpack(weight, |place| operative.part(place)) {
            Ok(numbers) => {
                let deployed = as_numbers(&weight.shape, &numbers);
                let found = judge(&Question { deployed, parts, ..question.clone() }, progress);
                // The bytes are the published ones once they are put into their order, and not as they are stored.
                let same = found.verdict == Verdict::Identical;
                if same { Judgement { verdict: Verdict::Reproduced, ..found } } else { found }
            }
            Err(reason) => Judgement::undecided(reason.clone(), Err(reason)),
        });
    }
    let source = Source { parts, layout: pair.layouts.first().cloned().unwrap_or(Layout::AsStored) };
    let found = unpack(weight, |place| operative.part(place)).and_then(|numbers| -> Result<Difference, Undefined> {
        difference(&as_numbers(&weight.shape, &numbers), &source, MOST_LINES, progress)
    });
    Some(match test_packed(weight, |place| operative.part(place), &source, progress) {
        Ok(test) => Judgement::of_packed(test, found),
        Err(reason) => Judgement::undecided(reason, found),
    })
}

/// Whether both sides store one packed weight, in the same bytes of the same types.
fn is_the_same(pair: &Pair, nominal: &Side, operative: &Side) -> bool {
    let [only] = pair.nominal.as_slice() else { return false };
    let (Some(published), Some(weight)) = (nominal.packed.get(only), operative.packed.get(&pair.operative)) else {
        return false;
    };
    // The same bytes are other numbers under another type.
    let same_part = |(one, other): (usize, usize)| {
        let (one, other) = (nominal.part(one), operative.part(other));
        (one.dtype, one.shape, one.bytes) == (other.dtype, other.shape, other.bytes)
    };
    published.packing == weight.packing
        && published.shape == weight.shape
        && published.places().count() == weight.places().count()
        && published.places().zip(weight.places()).all(same_part)
}

/// The numbers of a published tensor that is packed; `None` for any other.
fn numbers(side: &Side, index: usize) -> Result<Option<Vec<u8>>, Undefined> {
    side.packed.get(&index).map(|weight| unpack(weight, |place| side.part(place))).transpose()
}

fn as_numbers<'a>(shape: &'a [usize], bytes: &'a [u8]) -> TensorView<'a> {
    TensorView { dtype: DType::F32, shape, bytes }
}
