//! FP8 and bitsandbytes: what their codes stand for, and whether they follow from the published numbers.

use float8::{F8E4M3, F8E5M2};
use half::{bf16, f16};
use parallax_artifact::DType;
use parallax_weights::{
    Difference, Layout, PackedTest, Precision, Source, TensorView, Undefined, difference, test_packed, unpack,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use crate::packed::{Stored, found, unpacked};

const ROWS: usize = 48;
const COLUMNS: usize = 192;

/// Numbers as trained weights have them, in bf16.
fn published(seed: u64) -> Vec<f32> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut number = || {
        let number: f32 = random.sample(StandardNormal);
        bf16::from_f32(0.02 * number).to_f32()
    };
    (0..ROWS * COLUMNS).map(|_| number()).collect()
}

fn plain(name: &str, dtype: DType, shape: &[usize], numbers: &[f32]) -> Stored {
    let bytes = match dtype {
        DType::BF16 => numbers.iter().flat_map(|number| bf16::from_f32(*number).to_le_bytes()).collect(),
        _ => numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
    };
    Stored { name: name.to_owned(), dtype, shape: shape.to_vec(), bytes }
}

fn bytes(name: &str, dtype: DType, shape: &[usize], bytes: Vec<u8>) -> Stored {
    Stored { name: name.to_owned(), dtype, shape: shape.to_vec(), bytes }
}

const E4M3: DType = DType::Opaque { name: "F8_E4M3", block: 1, bytes: 1 };
const E5M2: DType = DType::Opaque { name: "F8_E5M2", block: 1, bytes: 1 };

/// FP8 with a scale for each block, the division in bf16 as many tools have it.
fn fp8(numbers: &[f32], block: [usize; 2], scale_name: &str, scale_shape: &[usize]) -> Vec<Stored> {
    let across = COLUMNS.div_ceil(block[1]);
    let of = |at: usize| at / COLUMNS / block[0] * across + at % COLUMNS / block[1];
    let mut largest = vec![0.0_f32; across * ROWS.div_ceil(block[0])];
    for (at, number) in numbers.iter().enumerate() {
        largest[of(at)] = largest[of(at)].max(number.abs());
    }
    let scales: Vec<f32> = largest.iter().map(|largest| largest / 448.0).collect();
    let code = |(at, number): (usize, &f32)| {
        let quotient = bf16::from_f32(number / scales[of(at)]).to_f32();
        F8E4M3::from_f32(quotient).to_bits()
    };
    let codes = numbers.iter().enumerate().map(code).collect();
    vec![bytes("a.weight", E4M3, &[ROWS, COLUMNS], codes), plain(scale_name, DType::F32, scale_shape, &scales)]
}

/// LLM.int8(): rounded to f16 first, in which the division is made too.
fn int8(numbers: &[f32]) -> Vec<Stored> {
    let halves: Vec<f16> = numbers.iter().map(|number| f16::from_f32(*number)).collect();
    let (mut codes, mut maxima) = (Vec::new(), Vec::new());
    for row in halves.chunks(COLUMNS) {
        let largest = row.iter().fold(0.0_f32, |largest, number| largest.max(number.to_f32().abs()));
        maxima.push(largest);
        let inverse = f16::from_f32(127.0 / largest).to_f32();
        let code = |number: &f16| f16::from_f32(number.to_f32() * inverse).to_f32().round_ties_even() as i8;
        codes.extend(row.iter().map(|number| code(number).cast_unsigned()));
    }
    vec![
        bytes("a.weight", DType::I8, &[ROWS, COLUMNS], codes),
        plain("a.SCB", DType::F32, &[ROWS], &maxima),
        bytes("a.weight_format", DType::U8, &[], vec![0]),
    ]
}

const NF4: [f32; 16] = [
    -1.0,
    -0.6961928,
    -0.52507305,
    -0.3949175,
    -0.28444138,
    -0.18477343,
    -0.091050036,
    0.0,
    0.0795803,
    0.1609302,
    0.2461123,
    0.33791524,
    0.44070983,
    0.562617,
    0.72295684,
    1.0,
];
const FP4: [f32; 16] = [
    0.0,
    0.0052083333,
    0.6666667,
    1.0,
    0.33333334,
    0.5,
    0.16666667,
    0.25,
    0.0,
    -0.0052083333,
    -0.6666667,
    -1.0,
    -0.33333334,
    -0.5,
    -0.16666667,
    -0.25,
];

/// Four bits of bitsandbytes in blocks of 64, and how their scales are stored.
fn four_bit(numbers: &[f32], kind: &str, levels: [f32; 16], nested: bool) -> Vec<Stored> {
    let (mut codes, mut scales) = (Vec::new(), Vec::new());
    for block in numbers.chunks(64) {
        let largest = block.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
        scales.push(largest);
        let nearest = |number: &f32| {
            let far = |code: &usize| (levels[*code] - number / largest).abs();
            (0..16).min_by(|one, other| far(one).total_cmp(&far(other))).unwrap() as u8
        };
        codes.extend(block.iter().map(nearest));
    }
    let packed = codes.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect();
    let mut state = serde_json::json!({
        "quant_type": kind, "blocksize": 64, "dtype": "bfloat16", "shape": [ROWS, COLUMNS],
    });
    let mut tensors = vec![
        bytes("a.weight", DType::U8, &[(ROWS * COLUMNS).div_ceil(2), 1], packed),
        plain("a.weight.quant_map", DType::F32, &[16], &levels),
    ];
    if nested {
        let offset = scales.iter().sum::<f32>() / scales.len() as f32;
        let map: Vec<f32> = (0..256).map(|code| (code as f32 - 127.5) / 127.5).collect();
        let (mut places, mut maxima) = (Vec::new(), Vec::new());
        for block in scales.chunks(32) {
            let largest = block.iter().fold(0.0_f32, |largest, scale| largest.max((scale - offset).abs()));
            maxima.push(largest);
            places.extend(block.iter().map(|scale| (((scale - offset) / largest + 1.0) * 127.5).round() as u8));
        }
        state["nested_blocksize"] = 32.into();
        state["nested_offset"] = f64::from(offset).into();
        tensors.push(bytes("a.weight.absmax", DType::U8, &[scales.len()], places));
        tensors.push(plain("a.weight.nested_absmax", DType::F32, &[maxima.len()], &maxima));
        tensors.push(plain("a.weight.nested_quant_map", DType::F32, &[256], &map));
    } else {
        tensors.push(plain("a.weight.absmax", DType::F32, &[scales.len()], &scales));
    }
    let state = state.to_string().into_bytes();
    let name = format!("a.weight.quant_state.bitsandbytes__{kind}");
    tensors.push(bytes(&name, DType::U8, &[state.len()], state));
    tensors
}

/// Every layout, packed from the same numbers, with its name and how far rounding moves the whole.
fn layouts(numbers: &[f32]) -> Vec<(&'static str, Vec<Stored>, std::ops::Range<f64>)> {
    vec![
        ("FP8 (E4M3)", fp8(numbers, [ROWS, COLUMNS], "a.weight_scale", &[1]), 0.015..0.03),
        ("FP8 (E4M3)", fp8(numbers, [1, COLUMNS], "a.weight_scale", &[ROWS, 1]), 0.015..0.03),
        ("FP8 (E4M3)", fp8(numbers, [128, 128], "a.weight_scale_inv", &[1, 2]), 0.015..0.03),
        ("LLM.int8()", int8(numbers), 0.004..0.01),
        ("NF4", four_bit(numbers, "nf4", NF4, false), 0.07..0.1),
        ("NF4", four_bit(numbers, "nf4", NF4, true), 0.07..0.1),
        ("FP4", four_bit(numbers, "fp4", FP4, false), 0.09..0.15),
    ]
}

fn source<'a>(published: &'a Stored) -> Source<'a> {
    Source { parts: vec![published.view()], layout: Layout::AsStored }
}

fn held_against(numbers: &[f32], dtype: DType, tensors: &[Stored]) -> (PackedTest, Difference) {
    let [weight] = found(tensors).try_into().expect("one weight");
    let stored = plain("a.weight", dtype, &[ROWS, COLUMNS], numbers);
    let test =
        test_packed(&weight, |place| tensors[place].view(), &source(&stored), &|_| ()).expect("it can be tested");
    let unpacked = unpack(&weight, |place| tensors[place].view()).expect("it can be unpacked");
    let view = TensorView { dtype: DType::F32, shape: &weight.shape, bytes: &unpacked };
    (test, difference(&view, &source(&stored), 8, &|_| ()).expect("finite numbers"))
}

#[test]
fn codes_that_follow_from_the_published_numbers_are_explained() {
    for seed in 0..4 {
        let numbers = published(seed);
        for (name, tensors, error) in layouts(&numbers) {
            for dtype in [DType::BF16, DType::F32] {
                let [weight] = found(&tensors).try_into().expect("one weight");
                assert_eq!((weight.type_name(), weight.shape.as_slice()), (name, [ROWS, COLUMNS].as_slice()));
                assert_eq!(weight.places().count(), tensors.len(), "every tensor belongs to it");
                let (test, difference) = held_against(&numbers, dtype, &tensors);
                assert!(test.explained(), "{name}: {test:?}");
                let far = difference.relative_error.expect("not zero");
                assert!(error.contains(&far), "{name}: {far}");
            }
        }
    }
}

#[test]
fn the_format_between_is_found() {
    // Numbers of f32 that a tool brought to bf16 before it packed them.
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let numbers: Vec<f32> = (0..ROWS * COLUMNS).map(|_| 0.02 * random.sample::<f32, _>(StandardNormal)).collect();
    let rounded: Vec<f32> = numbers.iter().map(|number| bf16::from_f32(*number).to_f32()).collect();
    let (test, _) = held_against(&numbers, DType::F32, &four_bit(&rounded, "nf4", NF4, false));
    assert!(test.explained(), "{test:?}");
    let (test, _) = held_against(&numbers, DType::F32, &int8(&numbers));
    assert!(test.explained(), "{test:?}");
    assert_eq!(test.codes.precision, Precision::F16);
}

#[test]
fn an_edit_of_one_percent_is_not_explained() {
    let numbers = published(1);
    let mut random = ChaCha8Rng::seed_from_u64(77);
    let edited: Vec<f32> =
        numbers.iter().map(|number| number + 0.01 * 0.02 * random.sample::<f32, _>(StandardNormal)).collect();
    for (name, tensors, _) in layouts(&edited) {
        let (test, _) = held_against(&numbers, DType::BF16, &tensors);
        assert!(!test.explained(), "{name}");
        assert!(test.codes.mismatches >= 20, "{name}: {} codes", test.codes.mismatches);
    }
}

#[test]
fn one_row_that_was_edited_is_found() {
    let numbers = published(2);
    let mut edited = numbers.clone();
    for (at, number) in edited[5 * COLUMNS..6 * COLUMNS].iter_mut().enumerate() {
        *number *= if at % 2 == 0 { 1.3 } else { 0.7 };
    }
    for (name, tensors, _) in layouts(&edited) {
        let (test, _) = held_against(&numbers, DType::BF16, &tensors);
        let of_row = test.codes.row_mismatches[5];
        assert!(of_row > 20, "{name}: {of_row} codes");
    }
}

#[test]
fn scales_that_erase_or_cut_off_numbers_are_not_explained() {
    let numbers = published(3);
    for factor in [0.5, 64.0] {
        // Nearest codes under a scale that no encoder would take.
        let mut tensors = fp8(&numbers, [ROWS, COLUMNS], "a.weight_scale", &[1]);
        let scale = factor * f32::from_le_bytes(tensors[1].bytes[..4].try_into().unwrap());
        tensors[0].bytes = numbers.iter().map(|number| F8E4M3::from_f32(number / scale).to_bits()).collect();
        tensors[1] = plain("a.weight_scale", DType::F32, &[1], &[scale]);
        let (test, _) = held_against(&numbers, DType::BF16, &tensors);
        assert!(!test.explained() && test.odd_scales == 1, "{factor}: {test:?}");
    }
    for (at, mut tensors) in [(1, int8(&numbers)), (2, four_bit(&numbers, "nf4", NF4, false))] {
        let largest = f32::from_le_bytes(tensors[at].bytes[..4].try_into().unwrap());
        tensors[at].bytes[..4].copy_from_slice(&(1.1 * largest).to_le_bytes());
        let (test, _) = held_against(&numbers, DType::BF16, &tensors);
        assert_eq!((test.explained(), test.odd_scales), (false, 1));
        // A scale of zero leaves nothing of what was published.
        tensors[at].bytes[..4].fill(0);
        let (test, _) = held_against(&numbers, DType::BF16, &tensors);
        assert!(!test.explained() && test.codes.silenced > 0, "{test:?}");
    }
}

#[test]
fn numbers_without_a_scale_are_the_codes_themselves() {
    let numbers = published(4);
    for (dtype, name) in [(E4M3, "FP8 (E4M3)"), (E5M2, "FP8 (E5M2)")] {
        let code = |number: &f32| match name {
            "FP8 (E4M3)" => F8E4M3::from_f32(*number).to_bits(),
            _ => F8E5M2::from_f32(*number).to_bits(),
        };
        let tensors = [bytes("blocks.0.linear", dtype, &[ROWS, COLUMNS], numbers.iter().map(code).collect())];
        let [weight] = found(&tensors).try_into().expect("one weight");
        assert_eq!((weight.type_name(), weight.name.as_str()), (name, "blocks.0.linear"));
        let (test, _) = held_against(&numbers, DType::BF16, &tensors);
        assert!(test.explained(), "{test:?}");
    }
    // The largest and the smallest number of the specification, and what is none.
    let codes = vec![0x7E, 0x08, 0x01, 0x81, 0x7F];
    let tensors = [bytes("a", E4M3, &[5], codes)];
    let [weight] = found(&tensors).try_into().expect("one weight");
    let numbers = unpacked(&weight, &tensors).expect("it fits");
    assert_eq!(numbers[..4], [448.0, 0.015_625, 0.001_953_125, -0.001_953_125]);
    assert!(numbers[4].is_nan());
}

#[test]
fn a_packed_matrix_need_not_end_with_a_block() {
    let levels = NF4;
    let count = 3 * 21;
    let state = br#"{"blocksize": 64, "shape": [3, 21]}"#.to_vec();
    let tensors = [
        bytes("a.weight", DType::U8, &[32, 1], (0..32).map(|at| at * 7).collect()),
        plain("a.weight.quant_map", DType::F32, &[16], &levels),
        plain("a.weight.absmax", DType::F32, &[1], &[2.0]),
        bytes("a.weight.quant_state.bitsandbytes__nf4", DType::U8, &[state.len()], state),
    ];
    let [weight] = found(&tensors).try_into().expect("one weight");
    let numbers = unpacked(&weight, &tensors).expect("it fits");
    assert_eq!(numbers.len(), count);
    for (at, number) in numbers.iter().enumerate() {
        let byte = (at / 2 * 7) as u8;
        let code = if at % 2 == 0 { byte >> 4 } else { byte & 15 };
        assert_eq!(*number, levels[usize::from(code)] * 2.0, "{at}");
    }
}

#[test]
fn what_does_not_fit_is_no_weight_or_is_refused() {
    type Change = fn(&mut Vec<Stored>);
    let numbers = published(5);
    let unfit: [(&str, Vec<Stored>, Change); 9] = [
        ("a scale of another kind", fp8(&numbers, [1, COLUMNS], "a.weight_scale", &[ROWS]), |tensors| {
            tensors[1].name = "a.scale".to_owned();
        }),
        ("scales of other blocks", fp8(&numbers, [1, COLUMNS], "a.weight_scale", &[ROWS]), |tensors| {
            tensors[1].shape = vec![7];
        }),
        ("scales that are integers", fp8(&numbers, [1, COLUMNS], "a.weight_scale", &[ROWS]), |tensors| {
            tensors[1].dtype = DType::I32;
        }),
        ("rows in another order", int8(&numbers), |tensors| tensors[2].bytes = vec![1]),
        ("rows without a scale", int8(&numbers), |tensors| tensors[1].shape = vec![ROWS - 1]),
        ("no state", four_bit(&numbers, "nf4", NF4, false), |tensors| drop(tensors.pop())),
        ("a state that is no JSON", four_bit(&numbers, "nf4", NF4, false), |tensors| tensors[3].bytes = vec![b'{'; 9]),
        ("another shape", four_bit(&numbers, "nf4", NF4, false), |tensors| tensors[0].shape = vec![10, 1]),
        ("scales without their maxima", four_bit(&numbers, "nf4", NF4, true), |tensors| drop(tensors.remove(3))),
    ];
    for (what, mut tensors, change) in unfit {
        assert_eq!(found(&tensors).len(), 1, "{what}");
        change(&mut tensors);
        assert!(found(&tensors).is_empty(), "{what}");
    }
    let refused: [(&str, Vec<Stored>, Change); 4] = [
        ("codes that are missing", fp8(&numbers, [1, COLUMNS], "a.weight_scale", &[ROWS]), |tensors| {
            tensors[0].bytes.truncate(100);
        }),
        ("scales that are missing", int8(&numbers), |tensors| tensors[1].bytes.truncate(8)),
        ("other levels than are computed with", four_bit(&numbers, "nf4", NF4, false), |tensors| {
            tensors[1] = plain("a.weight.quant_map", DType::F32, &[16], &FP4);
        }),
        ("half of the codes", four_bit(&numbers, "nf4", NF4, true), |tensors| tensors[0].bytes.truncate(64)),
    ];
    for (what, mut tensors, change) in refused {
        change(&mut tensors);
        let [weight] = found(&tensors).try_into().expect("one weight");
        let stored = plain("a.weight", DType::F32, &[ROWS, COLUMNS], &numbers);
        let malformed = Undefined::Malformed { side: "deployed" };
        assert_eq!(unpacked(&weight, &tensors).err(), Some(malformed.clone()), "{what}");
        let test = test_packed(&weight, |place| tensors[place].view(), &source(&stored), &|_| ());
        assert_eq!(test.err(), Some(malformed), "{what}");
    }
}
