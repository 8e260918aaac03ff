//! Exact replay: real files are reproduced byte for byte, ties are told apart from changes, and changes are found.

use std::sync::atomic::{AtomicU64, Ordering};

use half::f16;
use parallax_artifact::DType;
use parallax_weights::{Layout, Outcome, Precision, Replay, Source, TensorView, can_replay, replay, replay_best};

use crate::decode::TYPES;
use crate::encode::{bytes_of, encoded, noise};
use crate::shared::shared;

const LEGACY: [DType; 7] = [DType::F16, DType::BF16, DType::Q4_0, DType::Q4_1, DType::Q5_0, DType::Q5_1, DType::Q8_0];

fn silent(_: u64) {}

/// The numbers as `published`, the bytes as `deployed` type, and what `judge` says of the two.
fn judged<T>(
    (published, stored): (DType, &[u8]),
    (deployed, bytes): (DType, &[u8]),
    shape: [usize; 2],
    judge: impl Fn(&Source<'_>, &TensorView<'_>) -> T,
) -> T {
    let source = Source::plain(TensorView { dtype: published, shape: &shape, bytes: stored });
    let operative = TensorView { dtype: deployed, shape: &shape, bytes };
    assert!(can_replay(&source, &operative));
    judge(&source, &operative)
}

fn replayed(numbers: &[f32], dtype: DType, bytes: &[u8], columns: usize, precision: Precision) -> Replay {
    let shape = [numbers.len() / columns, columns];
    judged((DType::F32, &bytes_of(numbers)), (dtype, bytes), shape, |source, operative| {
        replay(source, operative, precision, &silent)
    })
}

#[test]
fn real_files_are_reproduced_from_the_published_numbers() {
    let Some(published) = shared("models/all-MiniLM-L6-v2") else { return };
    let published = parallax_artifact::open(&published).unwrap();
    let expected = [("q8_0", 37, 0), ("q4_0", 37, 0), ("q4_k_m", 31, 6)];
    for (name, n_legacy, n_super) in expected {
        let Some(path) = shared(&format!("models/gguf/minilm-{name}.gguf")) else { return };
        let deployed = parallax_artifact::open(&path).unwrap();
        let (mut legacy, mut superblocks) = (0, 0);
        for tensor in deployed.tensors() {
            let nominal = published.canonical(tensor.canonical.as_deref().unwrap()).unwrap();
            let view = TensorView { dtype: nominal.dtype, shape: &nominal.shape, bytes: published.bytes(nominal) };
            let source = Source::plain(view);
            let operative = TensorView { dtype: tensor.dtype, shape: &tensor.shape, bytes: deployed.bytes(tensor) };
            let choice = replay_best(&source, &operative, &silent);
            let best = &choice.best;
            assert_eq!(best.outcome(), Outcome::Reproduced, "{name}: {} {best:?}", tensor.name);
            assert!(best.complete);
            assert_eq!(best.precision, Precision::Stored);
            assert_eq!(best.elements, tensor.n_elements() as u64);
            legacy += usize::from(LEGACY.contains(&tensor.dtype));
            superblocks += usize::from(tensor.dtype.block_size() == 256);
        }
        assert_eq!((legacy, superblocks), (n_legacy, n_super), "{name}");
    }
}

#[test]
fn the_precision_in_between_is_found() {
    // The numbers reach below what f16 holds exactly, as those of real models do.
    let numbers = noise(11, 96 * 512);
    for precision in Precision::ALL {
        let mut rounded = numbers.clone();
        precision.round(&mut rounded);
        for dtype in TYPES {
            let bytes = encoded(dtype, &rounded, 512, None);
            let choice = judged((DType::F32, &bytes_of(&numbers)), (dtype, &bytes), [96, 512], |source, operative| {
                replay_best(source, operative, &silent)
            });
            assert_eq!(choice.best.outcome(), Outcome::Reproduced, "{} after {precision:?}", dtype.name());
            assert!(choice.best.complete);
            // A type that is itself the format cannot tell whether its numbers were rounded to it twice.
            let same = (dtype == DType::F16 && precision == Precision::F16)
                || (dtype == DType::BF16 && precision == Precision::BF16);
            let expected = if same { Precision::Stored } else { precision };
            assert_eq!(choice.best.precision, expected, "{}", dtype.name());
            if precision != Precision::Stored && !same {
                let claimed = replayed(&numbers, dtype, &bytes, 512, Precision::Stored);
                assert_eq!(claimed.outcome(), Outcome::Differs, "{} after {precision:?}", dtype.name());
            }
        }
    }
}

#[test]
fn formats_that_cannot_make_a_difference_are_not_tried() {
    let numbers = noise(12, 64 * 256);
    let tried = |published: DType, deployed: DType| {
        let stored = encoded(published, &numbers, 256, None);
        let bytes = encoded(deployed, &numbers, 256, None);
        let choice = judged((published, &stored), (deployed, &bytes), [64, 256], |source, operative| {
            replay_best(source, operative, &silent)
        });
        choice.screened.iter().map(|replay| replay.precision).collect::<Vec<_>>()
    };
    assert_eq!(tried(DType::F32, DType::Q4_0), Precision::ALL);
    assert_eq!(tried(DType::BF16, DType::Q4_0), [Precision::Stored, Precision::F16]);
    assert_eq!(tried(DType::F16, DType::Q8_0), [Precision::Stored, Precision::BF16]);
    assert_eq!(tried(DType::BF16, DType::F16), [Precision::Stored]);
    assert_eq!(tried(DType::F32, DType::F16), [Precision::Stored, Precision::BF16]);
}

/// A bit whose change leaves the block's form as it was: the lowest bit of a code, and that of a scale.
fn bits(dtype: DType) -> (usize, usize) {
    match dtype {
        DType::Q4_0 | DType::Q8_0 => (5, 0),
        DType::Q4_1 => (9, 2),
        DType::Q5_0 => (8, 0),
        DType::Q5_1 => (12, 2),
        DType::Q2K => (40, 80),
        DType::Q3K => (60, 108),
        DType::Q4K => (40, 0),
        DType::Q5K => (60, 2),
        DType::Q6K => (70, 208),
        _ => (0, 0),
    }
}

#[test]
fn one_changed_bit_is_found_and_named() {
    let numbers = noise(13, 200 * 512);
    for dtype in TYPES {
        let honest = encoded(dtype, &numbers, 512, None);
        let row_len = honest.len() / 200;
        let (code, scale) = bits(dtype);
        for (at, is_scale) in [(code, false), (scale, true)] {
            let mut bytes = honest.clone();
            // The second block of row 131.
            bytes[131 * row_len + dtype.block_bytes() + at] ^= 1;
            let all = |source: &Source<'_>, operative: &TensorView<'_>| replay_best(source, operative, &silent);
            let choice = judged((DType::F32, &bytes_of(&numbers)), (dtype, &bytes), [200, 512], all);
            let best = choice.best;
            let name = dtype.name();
            assert_eq!(best.outcome(), Outcome::Differs, "{name}");
            assert!(best.complete);
            assert_eq!((best.precision, best.differing_blocks, best.tie_blocks), (Precision::Stored, 1, 0), "{name}");
            assert_eq!((best.n_differing_rows, best.differing_rows.len()), (1, 1));
            assert_eq!((best.differing_rows[0].row, best.differing_rows[0].blocks), (131, 1));
            let quantized = dtype.is_quantized();
            assert_eq!(best.differing_scales, u64::from(is_scale && quantized), "{name}");
            assert_eq!(best.differing_codes, u64::from(!is_scale || !quantized), "{name}");
        }
    }
}

#[test]
fn a_contracted_product_differs_by_ties_only() {
    // Numbers with few bits, as bf16 has them, lie on ties now and then.
    let mut numbers = noise(14, 4096 * 512);
    Precision::BF16.round(&mut numbers);
    for (dtype, half, head) in [(DType::Q4_0, 8.0f32, 2), (DType::Q5_0, 16.0, 6)] {
        let honest = encoded(dtype, &numbers, 512, None);
        let mut bytes = honest.clone();
        let mut flipped = 0;
        for (block, stored) in numbers.chunks_exact(32).zip(bytes.chunks_exact_mut(dtype.block_bytes())) {
            let most = block.iter().fold(0.0f32, |most, x| most.max(x.abs()));
            let extreme = block.iter().find(|x| x.abs() == most).unwrap();
            let inverse = 1.0 / (extreme / -half);
            for (index, x) in block.iter().enumerate() {
                let (once, twice) = (x.mul_add(inverse, half + 0.5) as u8, (x * inverse + (half + 0.5)) as u8);
                if once != twice {
                    flipped += 1;
                    let top = if half == 8.0 { 15 } else { 31 };
                    set_code(stored, head, index, once.min(top));
                }
            }
        }
        assert!(flipped > 20, "{}: {flipped}", dtype.name());
        let tied = replayed(&numbers, dtype, &bytes, 512, Precision::Stored);
        assert_eq!(tied.outcome(), Outcome::UpToTies, "{} {tied:?}", dtype.name());
        assert_eq!((tied.differing_codes, tied.tie_codes), (flipped, flipped));
        assert_eq!((tied.differing_scales, tied.n_differing_rows), (0, 0));
        // One code more, which lies on no tie, and it is a change.
        let off = bytes.iter().zip(&honest).position(|(a, b)| a != b).unwrap() + 10 * dtype.block_bytes();
        bytes[off] ^= 2;
        assert_eq!(replayed(&numbers, dtype, &bytes, 512, Precision::Stored).outcome(), Outcome::Differs);
    }
}

fn set_code(block: &mut [u8], head: usize, index: usize, code: u8) {
    let byte = &mut block[head + index % 16];
    *byte = if index < 16 { *byte & 0xf0 | code & 0xf } else { *byte & 0xf | code << 4 };
    if head == 6 {
        let (byte, bit) = (2 + index / 8, index % 8);
        block[byte] = block[byte] & !(1 << bit) | (code >> 4) << bit;
    }
}

#[test]
fn zeros_no_numbers_and_clamped_infinities_of_plain_types_are_ties() {
    let mut numbers = noise(15, 64);
    numbers[3] = 0.0;
    numbers[4] = f32::NAN;
    numbers[5] = 1e6;
    numbers[6] = -1e39f64 as f32;
    let ties = [
        (DType::F16, [(3, 0x8000), (4, 0x7e01), (5, 0x7bff), (6, 0xfbff)]),
        (DType::BF16, [(3, 0x8000), (4, 0xffc1), (6, 0xff7f), (6, 0xff7f)]),
    ];
    for (dtype, changes) in ties {
        let honest = encoded(dtype, &numbers, 64, None);
        let change = |bytes: &mut [u8], index: usize, value: u16| {
            bytes[2 * index..2 * index + 2].copy_from_slice(&value.to_le_bytes());
        };
        let mut bytes = honest.clone();
        for (index, value) in changes {
            change(&mut bytes, index, value);
        }
        let tied = replayed(&numbers, dtype, &bytes, 64, Precision::Stored);
        assert_eq!(tied.outcome(), Outcome::UpToTies, "{tied:?}");
        assert_eq!(tied.saturated, u64::from(dtype == DType::F16));
        for (index, value) in [(4, 0x3c00), (5, f16::from_f32(60_000.0).to_bits()), (6, 0x7f7f), (3, 1)] {
            let mut bytes = honest.clone();
            change(&mut bytes, index, value);
            let changed = replayed(&numbers, dtype, &bytes, 64, Precision::Stored);
            assert_eq!(changed.outcome(), Outcome::Differs, "{} {index} {value:x}", dtype.name());
        }
    }
    // A published number that fits is not allowed to become infinity.
    let honest = encoded(DType::F16, &[65_504.0; 32], 32, None);
    let beyond: Vec<u8> = honest.iter().map(|byte| if *byte == 0xff { 0 } else { 0x7c }).collect();
    assert_eq!(replayed(&[65_504.0; 32], DType::F16, &beyond, 32, Precision::Stored).outcome(), Outcome::Differs);
}

#[test]
fn importance_is_not_called_reproduced_and_scales_are_what_differs() {
    let numbers = noise(16, 64 * 512);
    let importance: Vec<f32> = noise(17, 512).iter().map(|x| x.abs() + 0.001).collect();
    for dtype in TYPES.into_iter().filter(|dtype| dtype.is_quantized() && *dtype != DType::Q8_0) {
        let bytes = encoded(dtype, &numbers, 512, Some(&importance));
        let choice = judged((DType::F32, &bytes_of(&numbers)), (dtype, &bytes), [64, 512], |source, operative| {
            replay_best(source, operative, &silent)
        });
        assert_eq!(choice.best.outcome(), Outcome::Differs, "{}", dtype.name());
        assert!(choice.best.differing_scales > choice.best.blocks / 2, "{}", dtype.name());
    }
}

#[test]
fn layout_changes_are_replayed() {
    let numbers = noise(18, 128 * 64);
    let rows = |order: &[usize]| -> Vec<f32> {
        order.iter().flat_map(|&row| numbers[row * 64..(row + 1) * 64].iter().copied()).collect()
    };
    let heads: Vec<usize> = (0..128).map(|row| row / 32 * 32 + row % 32 % 2 * 16 + row % 32 / 2).collect();
    let turned: Vec<f32> = (0..64)
        .flat_map(|column| (0..128).map(move |row| (row, column)))
        .map(|(row, column)| numbers[row * 64 + column])
        .collect();
    let plus_one: Vec<f32> = numbers.iter().map(|x| x + 1.0).collect();
    let cases = [
        (Layout::PermuteHeads(4), rows(&heads), [128, 64]),
        (Layout::SkipRows(2), rows(&(2..128).collect::<Vec<_>>()), [126, 64]),
        (Layout::FirstRows(100), rows(&(0..100).collect::<Vec<_>>()), [100, 64]),
        (Layout::AddOne, plus_one, [128, 64]),
        (Layout::Transpose, turned, [64, 128]),
    ];
    let stored = bytes_of(&numbers);
    for (layout, expected, shape) in cases {
        let view = TensorView { dtype: DType::F32, shape: &[128, 64], bytes: &stored };
        let source = Source { parts: vec![view], layout: layout.clone() };
        let bytes = encoded(DType::Q5_1, &expected, shape[1], None);
        let operative = TensorView { dtype: DType::Q5_1, shape: &shape, bytes: &bytes };
        assert!(can_replay(&source, &operative));
        let replay = replay(&source, &operative, Precision::Stored, &silent);
        assert_eq!(replay.outcome(), Outcome::Reproduced, "{layout:?}");
    }
    // Two fused parts, read as one.
    let (top, bottom) = stored.split_at(stored.len() / 4);
    let parts = vec![
        TensorView { dtype: DType::F32, shape: &[32, 64], bytes: top },
        TensorView { dtype: DType::F32, shape: &[96, 64], bytes: bottom },
    ];
    let bytes = encoded(DType::Q8_0, &numbers, 64, None);
    let operative = TensorView { dtype: DType::Q8_0, shape: &[128, 64], bytes: &bytes };
    let fused = Source { parts, layout: Layout::AsStored };
    assert_eq!(replay(&fused, &operative, Precision::Stored, &silent).outcome(), Outcome::Reproduced);
}

#[test]
fn results_do_not_depend_on_threads_and_progress_counts_every_element() {
    let numbers = noise(19, 4000 * 320);
    let other = noise(20, 4000 * 320);
    let (stored, bytes) = (bytes_of(&numbers), encoded(DType::Q4_1, &other, 320, None));
    let results: Vec<Replay> = [1, 2, 5]
        .into_iter()
        .map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let done = AtomicU64::new(0);
            let replay = pool.install(|| {
                judged((DType::F32, &stored), (DType::Q4_1, &bytes), [4000, 320], |source, operative| {
                    replay(source, operative, Precision::BF16, &|n| {
                        done.fetch_add(n, Ordering::Relaxed);
                    })
                })
            });
            assert_eq!(done.into_inner(), 4000 * 320);
            replay
        })
        .collect();
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]));
    let first = &results[0];
    assert_eq!((first.rows, first.blocks, first.n_differing_rows), (4000, 40_000, 4000));
    let named: Vec<usize> = first.differing_rows.iter().map(|named| named.row).collect();
    assert_eq!(named, (0..32).collect::<Vec<_>>());
}

#[test]
fn what_does_not_fit_is_not_replayed() {
    let stored = bytes_of(&noise(21, 64 * 64));
    let bytes = encoded(DType::Q8_0, &noise(21, 64 * 64), 64, None);
    let fits = |published: DType, from: [usize; 2], to: [usize; 2], bytes: &[u8], layout: Layout| {
        let view = TensorView { dtype: published, shape: &from, bytes: &stored };
        let source = Source { parts: vec![view], layout };
        can_replay(&source, &TensorView { dtype: DType::Q8_0, shape: &to, bytes })
    };
    assert!(fits(DType::F32, [64, 64], [64, 64], &bytes, Layout::AsStored));
    assert!(!fits(DType::F32, [64, 64], [32, 128], &bytes, Layout::AsStored));
    assert!(!fits(DType::F32, [64, 64], [64, 64], &bytes[1..], Layout::AsStored));
    assert!(!fits(DType::F32, [64, 64], [63, 64], &bytes, Layout::AsStored));
    assert!(!fits(DType::F32, [64, 64], [64, 64], &bytes, Layout::SkipRows(2)));
    assert!(!fits(DType::F16, [64, 64], [64, 64], &bytes, Layout::AsStored));
    assert!(fits(DType::F32, [64, 64], [64, 64], &bytes, Layout::PermuteHeads(8)));
    assert!(!fits(DType::F32, [64, 64], [64, 64], &bytes, Layout::PermuteHeads(0)));
    assert!(!fits(DType::F32, [64, 64], [64, 64], &bytes, Layout::PermuteHeads(64)));
    assert!(!fits(DType::I32, [64, 64], [64, 64], &bytes, Layout::AsStored));
}

#[test]
fn a_tensor_without_elements_is_reproduced() {
    for (dtype, shape) in [(DType::Q4K, [0, 256]), (DType::Q8_0, [usize::MAX, 0])] {
        let choice =
            judged((DType::F32, &[]), (dtype, &[]), shape, |source, operative| replay_best(source, operative, &silent));
        assert_eq!((choice.best.outcome(), choice.best.elements), (Outcome::Reproduced, 0));
        assert!(choice.best.complete);
    }
}
