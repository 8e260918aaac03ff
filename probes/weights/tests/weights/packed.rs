//! Packed weights: which tensors make one up, and what numbers its codes stand for.

use half::f16;
use parallax_artifact::DType;
use parallax_weights::{Named, PackedWeight, Packing, Stated, TensorView, Undefined, packed_weights, unpack};

/// A tensor in memory.
pub(crate) struct Stored {
    pub(crate) name: String,
    pub(crate) dtype: DType,
    pub(crate) shape: Vec<usize>,
    pub(crate) bytes: Vec<u8>,
}

impl Stored {
    pub(crate) fn view(&self) -> TensorView<'_> {
        TensorView { dtype: self.dtype, shape: &self.shape, bytes: &self.bytes }
    }

    fn integers(name: &str, shape: [usize; 2], numbers: &[u32]) -> Self {
        let bytes = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        Self { name: name.to_owned(), dtype: DType::I32, shape: shape.to_vec(), bytes }
    }

    fn halves(name: &str, shape: [usize; 2], numbers: &[f32]) -> Self {
        let bytes = numbers.iter().flat_map(|number| f16::from_f32(*number).to_le_bytes()).collect();
        Self { name: name.to_owned(), dtype: DType::F16, shape: shape.to_vec(), bytes }
    }
}

pub(crate) fn found(tensors: &[Stored]) -> Vec<PackedWeight> {
    let named: Vec<Named<'_>> = tensors
        .iter()
        .map(|tensor| Named { name: &tensor.name, shape: &tensor.shape, dtype: tensor.dtype, digest: None })
        .collect();
    packed_weights(&named, Stated::default(), None, |place| tensors[place].bytes.as_slice())
}

pub(crate) fn unpacked(weight: &PackedWeight, tensors: &[Stored]) -> Result<Vec<f32>, Undefined> {
    let bytes = unpack(weight, |place| tensors[place].view())?;
    Ok(bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}

/// A code for each input and output, in `bits`.
fn code(input: usize, output: usize, bits: usize) -> u32 {
    ((7 * input + 3 * output + input * output) % (1 << bits)) as u32
}

fn zero(group: usize, output: usize, bits: usize) -> u32 {
    (1 + (group + 2 * output) % ((1 << bits) - 1)) as u32
}

fn scale(group: usize, output: usize) -> f32 {
    0.25 * (1 + group + output % 4) as f32
}

/// Puts codes into integers, the first into the lowest bits.
fn pack(codes: impl Iterator<Item = u32>, bits: usize) -> u32 {
    codes.enumerate().fold(0, |integer, (at, code)| integer | code << (bits * at))
}

fn gptq(bits: usize, [inputs, outputs]: [usize; 2], groups: &[usize]) -> Vec<Stored> {
    let per = 32 / bits;
    let group_count = groups.iter().max().map_or(0, |last| last + 1);
    let mut codes = Vec::new();
    for row in 0..inputs / per {
        codes.extend((0..outputs).map(|output| pack((0..per).map(|at| code(row * per + at, output, bits)), bits)));
    }
    let mut zeros = Vec::new();
    for group in 0..group_count {
        zeros.extend(
            (0..outputs / per).map(|word| pack((0..per).map(|at| zero(group, word * per + at, bits) - 1), bits)),
        );
    }
    let scales: Vec<f32> =
        (0..group_count).flat_map(|group| (0..outputs).map(move |output| scale(group, output))).collect();
    let places: Vec<u32> = groups.iter().map(|group| u32::try_from(*group).unwrap()).collect();
    let mut order = Stored::integers("a.g_idx", [inputs, 1], &places);
    order.shape = vec![inputs];
    vec![
        Stored::integers("a.qweight", [inputs / per, outputs], &codes),
        Stored::integers("a.qzeros", [group_count, outputs / per], &zeros),
        Stored::halves("a.scales", [group_count, outputs], &scales),
        order,
    ]
}

#[test]
fn codes_of_gptq_are_put_back_into_their_places() {
    for bits in [2, 4, 8] {
        let (inputs, outputs) = (64, 32);
        let in_turn: Vec<usize> = (0..inputs).map(|input| input / 16).collect();
        let mixed: Vec<usize> = (0..inputs).map(|input| (input * 5) % 4).collect();
        for groups in [in_turn, mixed] {
            let tensors = gptq(bits, [inputs, outputs], &groups);
            let [weight] = found(&tensors).try_into().expect("one weight");
            assert_eq!((weight.name.as_str(), weight.shape.as_slice()), ("a.weight", [outputs, inputs].as_slice()));
            assert_eq!(weight.type_name(), format!("GPTQ {bits}-bit"));
            let numbers = unpacked(&weight, &tensors).expect("it fits");
            for output in 0..outputs {
                for (input, group) in groups.iter().enumerate() {
                    let steps = code(input, output, bits) as f32 - zero(*group, output, bits) as f32;
                    let expected = scale(*group, output) * steps;
                    assert_eq!(numbers[output * inputs + input], expected, "{bits} bits, {output} {input}");
                }
            }
        }
    }
}

#[test]
fn groups_without_an_order_follow_one_another_and_version_two_keeps_its_zero_points() {
    let groups: Vec<usize> = (0..32).map(|input| input / 8).collect();
    let mut tensors = gptq(4, [32, 16], &groups);
    tensors.truncate(3);
    let [weight] = found(&tensors).try_into().expect("one weight");
    let numbers = unpacked(&weight, &tensors).expect("it fits");
    let steps = code(9, 5, 4) as f32 - zero(1, 5, 4) as f32;
    assert_eq!(numbers[5 * 32 + 9], scale(1, 5) * steps);
    let second = PackedWeight { packing: Packing::Gptq { bits: 4, less_one: false }, ..weight };
    let numbers = unpacked(&second, &tensors).expect("it fits");
    assert_eq!(numbers[5 * 32 + 9], scale(1, 5) * (steps + 1.0), "the stored number is the zero point itself");
}

#[test]
fn codes_of_awq_are_put_back_into_their_order() {
    const ORDER: [usize; 8] = [0, 2, 4, 6, 1, 3, 5, 7];
    let (inputs, outputs, groups) = (24, 16, 3);
    let mut codes = Vec::new();
    for input in 0..inputs {
        codes.extend((0..outputs / 8).map(|word| pack(ORDER.map(|at| code(input, word * 8 + at, 4)).into_iter(), 4)));
    }
    let mut zeros = Vec::new();
    for group in 0..groups {
        zeros.extend((0..outputs / 8).map(|word| pack(ORDER.map(|at| zero(group, word * 8 + at, 4)).into_iter(), 4)));
    }
    let scales: Vec<f32> = (0..groups).flat_map(|group| (0..outputs).map(move |output| scale(group, output))).collect();
    let tensors = [
        Stored::integers("layer.qweight", [inputs, outputs / 8], &codes),
        Stored::integers("layer.qzeros", [groups, outputs / 8], &zeros),
        Stored::halves("layer.scales", [groups, outputs], &scales),
    ];
    let [weight] = found(&tensors).try_into().expect("one weight");
    assert_eq!((weight.type_name(), weight.shape.as_slice()), ("AWQ 4-bit", [outputs, inputs].as_slice()));
    let numbers = unpacked(&weight, &tensors).expect("it fits");
    for output in 0..outputs {
        for input in 0..inputs {
            let group = input / 8;
            let expected = scale(group, output) * (code(input, output, 4) as f32 - zero(group, output, 4) as f32);
            assert_eq!(numbers[output * inputs + input], expected, "{output} {input}");
        }
    }
}

#[test]
fn what_does_not_fit_is_no_packed_weight() {
    type Change = fn(&mut Vec<Stored>);
    let changes: [(&str, Change); 7] = [
        ("no scales", |tensors| drop(tensors.remove(2))),
        ("codes that are no integers", |tensors| tensors[0].dtype = DType::F32),
        ("zero points of more groups", |tensors| tensors[1].shape[0] = 9),
        ("no outputs", |tensors| tensors[2].shape[1] = 0),
        ("three dimensions", |tensors| tensors[0].shape.push(1)),
        ("an order of other inputs", |tensors| tensors[3].shape[0] = 31),
        ("three bits", |tensors| tensors[1].shape[1] = 3),
    ];
    let groups: Vec<usize> = (0..64).map(|input| input / 16).collect();
    assert_eq!(found(&gptq(4, [64, 32], &groups)).len(), 1);
    for (what, change) in changes {
        let mut tensors = gptq(4, [64, 32], &groups);
        change(&mut tensors);
        assert!(found(&tensors).is_empty(), "{what}");
    }
}

#[test]
fn groups_beyond_the_last_and_bytes_that_are_missing_are_refused() {
    let groups: Vec<usize> = (0..64).map(|input| input / 16).collect();
    let mut tensors = gptq(4, [64, 32], &groups);
    tensors[3].bytes[4..8].copy_from_slice(&4_u32.to_le_bytes());
    let [weight] = found(&tensors).try_into().expect("one weight");
    assert_eq!(unpacked(&weight, &tensors), Err(Undefined::Malformed { side: "deployed" }));
    let mut tensors = gptq(4, [64, 32], &groups);
    tensors[0].bytes.truncate(100);
    assert_eq!(unpacked(&weight, &tensors), Err(Undefined::Malformed { side: "deployed" }));
    let large = PackedWeight { shape: vec![1 << 20, 1 << 20], ..weight };
    assert!(matches!(unpacked(&large, &tensors), Err(Undefined::TooLarge { .. })));
}
