//! Weights of ONNX graphs: turned round, as codes, and whether those follow from the published numbers.

use parallax_artifact::DType;
use parallax_weights::{
    Layers, Layout, Named, PackedTest, PackedWeight, Source, Stated, Undefined, packed_weights, test_packed, unpack,
};

use crate::packed::Stored;

const INPUTS: usize = 24;
const OUTPUTS: usize = 16;

fn stored(name: &str, dtype: DType, shape: &[usize], bytes: Vec<u8>) -> Stored {
    Stored { name: name.to_owned(), dtype, shape: shape.to_vec(), bytes }
}

fn in_f32(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// A published matrix, output by input.
fn published() -> Vec<f32> {
    (0..OUTPUTS * INPUTS).map(|at| 0.1 * (at as f32 * 1.7).sin() + 0.02 * (at as f32 * 0.3).cos()).collect()
}

fn turned(numbers: &[f32]) -> Vec<f32> {
    (0..INPUTS).flat_map(|input| (0..OUTPUTS).map(move |output| numbers[output * INPUTS + input])).collect()
}

fn found(tensors: &[Stored], layers: &Layers<'_>) -> Vec<PackedWeight> {
    let named: Vec<Named<'_>> = tensors
        .iter()
        .map(|tensor| Named { name: &tensor.name, shape: &tensor.shape, dtype: tensor.dtype, digest: None })
        .collect();
    packed_weights(&named, Stated::default(), Some(layers), |place| tensors[place].bytes.as_slice())
}

/// Codes of each output for itself, around zero points, as ONNX Runtime's tool makes them.
fn quantized(numbers: &[f32], signed: bool) -> Vec<Stored> {
    let numbers = turned(numbers);
    let of = |output: usize| (0..INPUTS).map(move |input| input * OUTPUTS + output);
    let (least_code, most_code) = if signed { (-127.0, 127.0) } else { (0.0, 255.0) };
    let (mut scales, mut zeros) = (Vec::new(), Vec::new());
    for output in 0..OUTPUTS {
        let least = of(output).fold(0.0_f64, |least, at| least.min(f64::from(numbers[at])));
        let most = of(output).fold(0.0_f64, |most, at| most.max(f64::from(numbers[at])));
        let (least, most) = if signed { (-most.max(-least), most.max(-least)) } else { (least, most) };
        let scale = (most - least) / (most_code - least_code);
        scales.push(scale as f32);
        zeros.push(if signed { 0.0 } else { (least_code - least / scale).round_ties_even() });
    }
    let code = |at: usize| {
        let output = at % OUTPUTS;
        let code = f64::from((numbers[at] / scales[output]).round_ties_even()) + zeros[output];
        code.clamp(least_code, most_code) as i32 as u8
    };
    let dtype = if signed { DType::I8 } else { DType::U8 };
    vec![
        stored("onnx::MatMul_7_quantized", dtype, &[INPUTS, OUTPUTS], (0..INPUTS * OUTPUTS).map(code).collect()),
        stored("onnx::MatMul_7_scale", DType::F32, &[OUTPUTS], in_f32(&scales)),
        stored("onnx::MatMul_7_zero_point", dtype, &[OUTPUTS], zeros.iter().map(|zero| *zero as u8).collect()),
    ]
}

fn layers() -> Layers<'static> {
    Layers::from([("onnx::MatMul_7_quantized", ("layer.0.query", true)), ("onnx::MatMul_8", ("layer.0.key", true))])
}

fn test(tensors: &[Stored], numbers: &[f32]) -> PackedTest {
    tried(tensors, numbers).expect("it can be tested")
}

fn tried(tensors: &[Stored], numbers: &[f32]) -> Result<PackedTest, Undefined> {
    let [weight] = found(tensors, &layers()).try_into().expect("one weight");
    assert_eq!((weight.name.as_str(), weight.shape.as_slice()), ("layer.0.query.weight", [OUTPUTS, INPUTS].as_slice()));
    let published = stored("layer.0.query.weight", DType::F32, &[OUTPUTS, INPUTS], in_f32(numbers));
    let source = Source { parts: vec![published.view()], layout: Layout::AsStored };
    test_packed(&weight, |place| tensors[place].view(), &source, &|_| ())
}

#[test]
fn a_matrix_that_was_turned_round_is_put_back() {
    let numbers = published();
    let tensors = [
        stored("onnx::MatMul_8", DType::F32, &[INPUTS, OUTPUTS], in_f32(&turned(&numbers))),
        stored("layer.0.key.bias", DType::F32, &[OUTPUTS], in_f32(&numbers[..OUTPUTS])),
    ];
    let [weight] = found(&tensors, &layers()).try_into().expect("the bias is stored as it is");
    assert_eq!((weight.name.as_str(), weight.type_name(), weight.is_plain()), ("layer.0.key.weight", "F32", true));
    assert_eq!(unpack(&weight, |place| tensors[place].view()), Ok(in_f32(&numbers)));
    // A square one too, which its shape does not tell.
    let square: Vec<f32> = (0..9).map(|at| at as f32).collect();
    let tensors = [stored("onnx::MatMul_8", DType::F32, &[3, 3], in_f32(&square))];
    let [weight] = found(&tensors, &layers()).try_into().expect("one weight");
    let expected = in_f32(&[0.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0]);
    assert_eq!(unpack(&weight, |place| tensors[place].view()), Ok(expected));
    // One that kept its name is stored as the model has it.
    let tensors = [stored("h.0.attn.c_attn.weight", DType::F32, &[3, 3], in_f32(&square))];
    let used = Layers::from([("h.0.attn.c_attn.weight", ("h.0.attn.c_attn", true))]);
    assert!(found(&tensors, &used).is_empty());
}

#[test]
fn codes_follow_from_the_published_numbers_or_are_counted() {
    let numbers = published();
    for signed in [true, false] {
        let tensors = quantized(&numbers, signed);
        let honest = test(&tensors, &numbers);
        assert!(honest.explained() && honest.codes.tested == 384, "{honest:?}");
        let [weight] = found(&tensors, &layers()).try_into().expect("one weight");
        let unpacked = unpack(&weight, |place| tensors[place].view()).expect("it fits");
        let far = unpacked
            .as_chunks::<4>()
            .0
            .iter()
            .zip(&numbers)
            .map(|(stored, number)| (f32::from_le_bytes(*stored) - number).abs());
        assert!(far.fold(0.0, f32::max) < 0.0006, "no further than half a step");
        let mut edited = numbers.clone();
        edited[3 * INPUTS..4 * INPUTS].iter_mut().for_each(|number| *number *= 0.98);
        let changed = test(&quantized(&edited, signed), &numbers);
        assert!(!changed.explained(), "{changed:?}");
        assert!(changed.codes.mismatches > 0 || changed.odd_scales > 0);
        // A scale that is twice as large leaves the nearest codes, and is not what the tool gives.
        let mut tensors = quantized(&numbers, signed);
        let scale = f32::from_le_bytes(tensors[1].bytes[..4].try_into().unwrap());
        tensors[1].bytes[..4].copy_from_slice(&(2.0 * scale).to_le_bytes());
        assert!(!test(&tensors, &numbers).explained());
    }
}

#[test]
fn what_cannot_be_tested_is_laid_to_the_side_that_it_is_on() {
    let mut numbers = published();
    let tensors = quantized(&numbers, true);
    (numbers[2 * INPUTS + 5], numbers[9 * INPUTS]) = (f32::NAN, f32::INFINITY);
    let reason = Err(Undefined::NotFinite { nominal: 2, operative: 0, row: 2 });
    assert_eq!(tried(&tensors, &numbers).map(|_| ()), reason, "the published numbers are at fault");
    for scale in [0.0, -0.001, f32::NAN, f32::INFINITY] {
        let mut tensors = quantized(&published(), true);
        [3, 7].iter().for_each(|at| tensors[1].bytes[4 * at..4 * at + 4].copy_from_slice(&f32::to_le_bytes(scale)));
        let reason = Err(Undefined::NotNearest { codes: 2 * INPUTS as u64, tested: 384, scales: 2 });
        assert_eq!(tried(&tensors, &published()).map(|_| ()), reason, "two outputs have the scale {scale}");
    }
}

#[test]
fn zero_points_that_are_stored_number_by_number_are_read() {
    let mut tensors = quantized(&published(), false);
    tensors[2].bytes = tensors[2].bytes.iter().flat_map(|byte| [byte & 0x7F | 0x80, byte >> 7]).collect();
    tensors[2].dtype = DType::Opaque { name: "unknown", block: 1, bytes: 1 };
    assert!(test(&tensors, &published()).explained());
    let [weight] = found(&tensors, &layers()).try_into().expect("one weight");
    let malformed = Err(Undefined::Malformed { side: "deployed" });
    tensors[2].bytes.pop();
    assert_eq!(unpack(&weight, |place| tensors[place].view()), malformed, "a zero point is missing");
    // No code can stand so far from its zero point, and the difference would not fit.
    tensors[2].bytes = [&[0; OUTPUTS - 1][..], &[0x80, 0x80, 0x80, 0x80, 0x08]].concat();
    assert_eq!(unpack(&weight, |place| tensors[place].view()), malformed, "a zero point beyond the codes");
    tensors[2].bytes.clear();
    assert_eq!(unpack(&weight, |place| tensors[place].view()), malformed, "zero points without bytes");
}

#[test]
fn what_does_not_fit_is_no_weight() {
    type Change = fn(&mut Vec<Stored>);
    let changes: [(&str, Change); 5] = [
        ("no scale", |tensors| drop(tensors.remove(1))),
        ("scales of other channels", |tensors| tensors[1].shape = vec![7]),
        ("scales that are integers", |tensors| tensors[1].dtype = DType::I32),
        ("codes of 16 bits", |tensors| tensors[0].dtype = DType::I16),
        ("three dimensions", |tensors| tensors[0].shape = vec![INPUTS, OUTPUTS, 1]),
    ];
    for (what, change) in changes {
        let mut tensors = quantized(&published(), true);
        change(&mut tensors);
        assert!(found(&tensors, &layers()).is_empty(), "{what}");
    }
}
