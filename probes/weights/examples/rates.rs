//! How fast tensors are compared: elements a second of every test, beside what this machine's memory and hash can do.
//! Run by `cargo xtask bench weights`; prints one line a test, the fields parted by tabs.
#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::time::Instant;

use parallax_artifact::DType;
use parallax_weights::{Precision, Source, TensorView, difference, quantize, replay, test_codes};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

const ROWS: usize = 4096;
const COLUMNS: usize = 4096;
/// Rounds of each test; the best counts, because other work on the machine only ever takes time.
const ROUNDS: usize = 5;

struct Stored {
    dtype: DType,
    bytes: Vec<u8>,
}

impl Stored {
    fn view(&self) -> TensorView<'_> {
        TensorView { dtype: self.dtype, shape: &[ROWS, COLUMNS], bytes: &self.bytes }
    }
}

fn main() {
    let values = weights();
    let f32s = Stored { dtype: DType::F32, bytes: values.iter().flat_map(|value| value.to_le_bytes()).collect() };
    let source = Source::plain(f32s.view());
    let plain = [DType::F16, DType::BF16];
    let legacy = [DType::Q4_0, DType::Q4_1, DType::Q5_0, DType::Q5_1, DType::Q8_0];
    let superblocks = [DType::Q2K, DType::Q3K, DType::Q4K, DType::Q5K, DType::Q6K];
    println!("test\tMelements/s\tGB/s");
    for dtype in plain.into_iter().chain(legacy) {
        let stored = stored(&values, dtype);
        line(&format!("replay {}", dtype.name()), &f32s, &stored, || {
            assert_eq!(replay(&source, &stored.view(), Precision::Stored, &|_| ()).differing_blocks, 0);
        });
    }
    for dtype in superblocks {
        let stored = stored(&values, dtype);
        line(&format!("codes {}", dtype.name()), &f32s, &stored, || {
            let test = test_codes(&stored.view(), &source, &[Precision::Stored], &|_| ()).expect("codes");
            assert_eq!(test.mismatches, 0);
        });
    }
    let q4k = stored(&values, DType::Q4K);
    line("replay Q4_K", &f32s, &q4k, || {
        assert_eq!(replay(&source, &q4k.view(), Precision::Stored, &|_| ()).differing_blocks, 0);
    });
    for dtype in [DType::F16, DType::Q8_0, DType::Q4K] {
        let stored = stored(&values, dtype);
        line(&format!("difference {}", dtype.name()), &f32s, &stored, || {
            difference(&stored.view(), &source, 8, &|_| ()).expect("a difference");
        });
    }
    let bytes = &f32s.bytes;
    let seconds = best(|| {
        let sum: u64 = bytes
            .par_chunks(1 << 20)
            .map(|chunk| {
                chunk
                    .chunks_exact(8)
                    .fold(0u64, |sum, word| sum.wrapping_add(u64::from_le_bytes(word.try_into().expect("eight"))))
            })
            .reduce(|| 0, u64::wrapping_add);
        std::hint::black_box(sum);
    });
    println!("memory read\t-\t{:.2}", bytes.len() as f64 / seconds / 1e9);
    let seconds = best(|| {
        std::hint::black_box(Sha256::digest(bytes));
    });
    println!("sha256, one core\t-\t{:.2}", bytes.len() as f64 / seconds / 1e9);
}

/// Normal numbers of the size that trained weights have.
fn weights() -> Vec<f32> {
    let normal = Normal::new(0.0f32, 0.02).expect("a standard deviation");
    (0..ROWS)
        .into_par_iter()
        .flat_map_iter(|row| {
            let mut draw = ChaCha8Rng::seed_from_u64(row as u64);
            (0..COLUMNS).map(move |_| normal.sample(&mut draw)).collect::<Vec<_>>()
        })
        .collect()
}

fn stored(values: &[f32], dtype: DType) -> Stored {
    let row_len = COLUMNS / dtype.block_size() * dtype.block_bytes();
    let mut bytes = vec![0; ROWS * row_len];
    bytes
        .par_chunks_exact_mut(row_len)
        .zip(values.par_chunks_exact(COLUMNS))
        .for_each(|(out, row)| quantize(dtype, row, None, out));
    Stored { dtype, bytes }
}

fn best(mut work: impl FnMut()) -> f64 {
    (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

fn line(name: &str, published: &Stored, deployed: &Stored, work: impl FnMut()) {
    let seconds = best(work);
    let elements = (ROWS * COLUMNS) as f64;
    let bytes = (published.bytes.len() + deployed.bytes.len()) as f64;
    println!("{name}\t{:.0}\t{:.2}", elements / seconds / 1e6, bytes / seconds / 1e9);
}
