//! What one pass over stored numbers finds: values that are not finite, lower precision, scales and codes without effect.

use parallax_artifact::{Precision, Survey, ValueFacts, survey};

use crate::made::{self, Gguf, GgufTensor};

/// Values that fill all 24 bits of their fraction.
fn full(index: u32) -> f32 {
    f32::from_bits(0x3c00_0001 + index * 0x000a_1357 % 0x0300_0000)
}

fn surveyed(root: &std::path::Path, dtype: &str, bytes: &[u8], size: usize) -> Survey {
    let header =
        format!(r#"{{"t":{{"dtype":"{dtype}","shape":[{}],"data_offsets":[0,{}]}}}}"#, bytes.len() / size, bytes.len());
    survey(&made::folder(root, &made::config(), &made::safetensors_with_header(&header, bytes))).expect("it opens")
}

fn facts(dtype: &str, bytes: &[u8], size: usize) -> ValueFacts {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let survey = surveyed(root.path(), dtype, bytes, size);
    survey.values(survey.tensor("t").expect("it is there"))
}

fn bytes(values: impl Iterator<Item = f32>) -> Vec<u8> {
    values.flat_map(f32::to_le_bytes).collect()
}

#[test]
fn a_file_that_was_only_widened_says_so() {
    let precision = |values: Vec<f32>| facts("F32", &bytes(values.into_iter()), 4).precision;
    let truncated =
        |mask: u32| (0..100).map(move |index| f32::from_bits(full(index).to_bits() & mask)).collect::<Vec<_>>();
    assert_eq!(precision((0..100).map(full).collect()), None, "every bit is used");
    assert_eq!(precision(truncated(0xffff_e000)), Some(Precision::F16), "ten bits of fraction");
    assert_eq!(precision(truncated(0xffff_0000)), Some(Precision::Both), "seven bits of fraction, none small");
    let mut small = truncated(0xffff_0000);
    small.push(f32::from_bits(0x2f11_0000));
    assert_eq!(precision(small), Some(Precision::Bf16), "one of them is too small for half precision");
    let mut one_more = truncated(0xffff_0000);
    one_more.push(full(7));
    assert_eq!(precision(one_more), None, "a single value tells");
    assert_eq!(precision(vec![1.0; 100]), None, "ones have every precision");
    assert_eq!(precision(truncated(0xffff_0000)[..31].to_vec()), None, "too few to tell");
}

#[test]
fn values_that_are_not_finite_are_counted_in_every_plain_type() {
    let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1.0];
    let counted = |facts: ValueFacts| (facts.nan, facts.infinite);
    assert_eq!(counted(facts("F32", &bytes(odd.into_iter()), 4)), (1, 2), "F32");
    let doubles: Vec<u8> = odd.iter().flat_map(|&value| f64::from(value).to_le_bytes()).collect();
    assert_eq!(counted(facts("F64", &doubles, 8)), (1, 2), "F64");
    let halves: Vec<u8> = [0x7e00u16, 0x7c00, 0xfc00, 0x3c00].iter().flat_map(|bits| bits.to_le_bytes()).collect();
    assert_eq!(counted(facts("F16", &halves, 2)), (1, 2), "F16");
    let brain: Vec<u8> = [0x7fc0u16, 0x7f80, 0xff80, 0x3f80].iter().flat_map(|bits| bits.to_le_bytes()).collect();
    assert_eq!(counted(facts("BF16", &brain, 2)), (1, 2), "BF16");
    assert_eq!(counted(facts("I32", &[0xff; 16], 4)), (0, 0), "whole numbers are all finite");
}

#[test]
fn notes_about_values_name_the_tensor_and_its_bytes() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let survey = surveyed(root.path(), "F32", &bytes([f32::NAN, 1.0].into_iter()), 4);
    let facts: Vec<_> = survey.tensors().iter().map(|tensor| survey.values(tensor)).collect();
    let notes = survey.value_notes(&facts);
    let [note] = &notes[..] else { panic!("one note: {notes:?}") };
    assert_eq!(note.kind.code(), "not-finite", "the value is found");
    let tensor = survey.tensor("t").expect("it is there");
    let place =
        parallax_artifact::Place::Bytes { begin: tensor.offset as u64, end: (tensor.offset + tensor.len) as u64 };
    assert_eq!(note.place, place, "where the tensor lies");
}

/// A GGUF with one tensor of so many blocks of a type.
fn blocks(kind: u32, elements: u64, blocks: &[Vec<u8>]) -> Gguf {
    let mut gguf = Gguf::sound();
    gguf.tensors = vec![GgufTensor {
        name: b"t".to_vec(),
        dims: vec![elements, blocks.len() as u64],
        kind,
        offset: None,
        bytes: blocks.concat(),
    }];
    gguf
}

/// A block type: ggml's number, elements and bytes of a block, where its scales are, where a code is,
/// and whether one scale decides on all of its values.
struct Layout {
    kind: u32,
    elements: u64,
    size: usize,
    scales: &'static [usize],
    code: usize,
    single: bool,
}

#[test]
fn scales_that_are_no_numbers_and_codes_without_effect_are_counted() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let types = [
        Layout { kind: 2, elements: 32, size: 18, scales: &[0], code: 5, single: true },
        Layout { kind: 3, elements: 32, size: 20, scales: &[0, 2], code: 5, single: false },
        Layout { kind: 6, elements: 32, size: 22, scales: &[0], code: 5, single: true },
        Layout { kind: 7, elements: 32, size: 24, scales: &[0, 2], code: 9, single: false },
        Layout { kind: 8, elements: 32, size: 34, scales: &[0], code: 5, single: true },
        Layout { kind: 10, elements: 256, size: 84, scales: &[80, 82], code: 20, single: false },
        Layout { kind: 11, elements: 256, size: 110, scales: &[108], code: 40, single: true },
        Layout { kind: 12, elements: 256, size: 144, scales: &[0, 2], code: 20, single: false },
        Layout { kind: 13, elements: 256, size: 176, scales: &[0, 2], code: 60, single: false },
        Layout { kind: 14, elements: 256, size: 210, scales: &[208], code: 3, single: true },
    ];
    for Layout { kind, elements, size, scales, code, single } in types {
        let sound = vec![0; size];
        let mut all = vec![sound.clone()];
        for &at in scales {
            for bits in [0x7c00u16, 0xfe00] {
                let mut block = sound.clone();
                block[at..at + 2].copy_from_slice(&bits.to_le_bytes());
                all.push(block);
            }
        }
        let mut hidden = sound.clone();
        hidden[code] = 9;
        all.push(hidden.clone());
        // The same codes under a scale are weights.
        hidden[scales[0]..scales[0] + 2].copy_from_slice(&0x3c00u16.to_le_bytes());
        all.push(hidden);
        let path = root.path().join("blocks.gguf");
        made::write(&path, &blocks(kind, elements, &all).bytes());
        let survey = survey(&path).expect("it opens");
        let found = survey.values(survey.tensor("t").expect("it is there"));
        assert_eq!(found.bad_scales, 2 * scales.len() as u64, "type {kind}");
        assert_eq!(found.dead_blocks, u64::from(single), "type {kind}");
    }
}
