//! Small known changes of a model's weights, against which a divergence is held; no forward pass here.

use std::collections::BTreeMap;

use parallax_artifact::{DType, Variant};

use crate::decode::{decode, round_as};
use crate::{Error, bert};

/// What is done to the weights of a variant while they are loaded.
#[derive(Clone, Debug, PartialEq)]
pub enum Perturbation {
    /// Nothing.
    None,
    /// Every weight that is not zero stays or moves to a neighbouring f32, at random.
    LastBit {
        /// Seed of the moves; the same seed gives the same moves.
        seed: u64,
    },
    /// Tensors, by canonical name, are rounded as if they had been stored in the given type.
    ///
    /// Tensors that are not named, and rows that the type's blocks do not divide, stay as they are.
    /// Q4_0, Q4_1, Q5_0, Q5_1 and Q8_0 round exactly as ggml does; K-quants use candle's encoder,
    /// whose errors are of the same size but whose codes are not ggml's.
    RoundedAs(BTreeMap<String, DType>),
}

/// The stored type of every tensor that the forward pass uses, by canonical name.
pub fn stored_types(variant: &Variant) -> BTreeMap<String, DType> {
    bert::tensor_names(variant.config())
        .into_iter()
        .filter_map(|name| variant.canonical(&name).map(|tensor| (name, tensor.dtype)))
        .collect()
}

/// Tensors of a variant as f32, perturbed.
pub(crate) struct Weights<'a> {
    pub(crate) variant: &'a Variant,
    pub(crate) perturbation: &'a Perturbation,
}

impl Weights<'_> {
    /// True when the variant has the tensor.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.variant.canonical(name).is_some()
    }

    /// The values of a tensor, which must have the given shape and hold finite numbers.
    pub(crate) fn get(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        let tensor = self.variant.canonical(name).ok_or_else(|| Error::MissingTensor { name: name.to_owned() })?;
        if tensor.shape != shape {
            return Err(Error::Shape { name: name.to_owned(), expected: shape.to_vec(), got: tensor.shape.clone() });
        }
        let mut values = decode(name, tensor.dtype, shape, self.variant.bytes(tensor))?;
        if let Some(position) = values.iter().position(|value| !value.is_finite()) {
            return Err(Error::NonFiniteWeight { name: name.to_owned(), position });
        }
        match self.perturbation {
            Perturbation::None => Ok(values),
            Perturbation::LastBit { seed } => {
                move_by_last_bit(&mut values, *seed ^ hash(name));
                Ok(values)
            }
            Perturbation::RoundedAs(types) => match types.get(name) {
                Some(dtype) => round_as(values, shape, *dtype),
                None => Ok(values),
            },
        }
    }
}

/// FNV-1a of a name (Fowler, Noll and Vo), so that every tensor has its own stream of moves.
fn hash(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// One output of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", figure 13).
fn split_mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Moves every value down, not at all, or up by one unit in its last place, each with equal chance.
fn move_by_last_bit(values: &mut [f32], stream: u64) {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut state = stream;
    for value in values {
        state = state.wrapping_add(GOLDEN);
        let moved = match split_mix(state) % 3 {
            0 => value.next_down(),
            1 => value.next_up(),
            _ => *value,
        };
        // A zero is a weight that is switched off, and the largest number has no finite neighbour above.
        if *value != 0.0 && moved.is_finite() {
            *value = moved;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_bit_noise_moves_by_at_most_one_unit_and_is_repeatable() {
        let original: Vec<f32> = (0..3000).map(|i| (i as f32 - 1500.0) * 1e-3).collect();
        let (mut once, mut twice, mut other) = (original.clone(), original.clone(), original.clone());
        move_by_last_bit(&mut once, 7);
        move_by_last_bit(&mut twice, 7);
        move_by_last_bit(&mut other, 8);
        assert_eq!(once, twice, "the seed decides every move");
        assert_ne!(once, other, "another seed moves other weights");
        let moved = original.iter().zip(&once).filter(|(a, b)| a != b).count();
        assert!((1800..2200).contains(&moved), "two thirds of the weights move, not {moved} of 3000");
        for (a, b) in original.iter().zip(&once) {
            assert!(*b == *a || *b == a.next_up() || *b == a.next_down(), "{a} moved to {b}");
        }
        assert_eq!(once[1500], 0.0, "a zero stays switched off");
    }
}
