//! The screen for lattice traces: honest sources pass, republished quantizations do not.

use parallax_artifact::DType;
use parallax_weights::{
    LatticeScreen, LatticeSettings, Precision, Source, TensorView, Undefined, dequantize, screen_lattice, test_codes,
};

use crate::pairs::{bytes, each_quantized, encode, gaussian, minilm, quiet, real_matrix, view};

const ALL: LatticeSettings = LatticeSettings { seed: 7, elements: usize::MAX };

fn screen_of(deployed: &TensorView<'_>, source: &Source<'_>, again: bool) -> Result<LatticeScreen, Undefined> {
    let dtype = deployed.dtype;
    let requantize = |row: &[f32], out: &mut [u8]| out.copy_from_slice(&encode(dtype, row));
    let encoder: Option<parallax_weights::Encode<'_>> = if again { Some(&requantize) } else { None };
    screen_lattice(deployed, source, encoder, ALL, &quiet)
}

fn screen(dtype: DType, shape: [usize; 2], published: &[f32]) -> Result<LatticeScreen, Undefined> {
    let (stored, published) = (encode(dtype, published), bytes(published));
    screen_of(
        &view(dtype, &shape, &stored),
        &Source::plain(view(DType::F32, &shape, &published)),
        dtype.block_size() == 32,
    )
}

#[test]
fn real_weights_sit_on_no_lattice() {
    for quantization in ["q4_0", "q8_0", "q4_k_m"] {
        let Some(pair) = minilm(quantization) else { return };
        each_quantized(&pair, |name, deployed, source| {
            if name.starts_with("blk.0.") || name.starts_with("blk.5.ffn_down") {
                let screen = screen_of(deployed, source, deployed.dtype.block_size() == 32).unwrap();
                assert_eq!(screen.conspicuous(), Some(false), "{quantization} {name}: {screen:?}");
                assert_eq!(screen.grid, Precision::Stored);
            }
        });
    }
}

#[test]
fn numbers_of_few_bits_sit_on_no_lattice() {
    let shape = [160, 1024];
    for precision in Precision::ALL {
        let mut numbers = gaussian(160 * 1024, 0.02, 61);
        precision.round(&mut numbers);
        for dtype in [DType::Q4_0, DType::Q4_1, DType::Q5_0, DType::Q5_1, DType::Q8_0, DType::Q4K, DType::Q6K] {
            let screen = screen(dtype, shape, &numbers).unwrap();
            assert_eq!(screen.grid, precision);
            assert!(
                (0.8..1.2).contains(screen.ratio.as_ref().unwrap()),
                "{} of {}: {screen:?}",
                dtype.name(),
                precision.as_str()
            );
            assert!(screen.repeated_excess.abs() < 0.01, "{} of {}: {screen:?}", dtype.name(), precision.as_str());
        }
    }
}

#[test]
fn republished_quantizations_do() {
    let Some((shape, numbers)) = real_matrix("blk.3.ffn_down.weight") else { return };
    let (shape, numbers) = ([128, shape[1]], &numbers[..128 * shape[1]]);
    for (from, to) in [
        (DType::Q4_0, DType::Q4_0),
        (DType::Q4_0, DType::Q8_0),
        (DType::Q4_0, DType::Q4K),
        (DType::Q8_0, DType::Q6K),
        (DType::Q5_1, DType::Q8_0),
        (DType::Q4_1, DType::Q4_1),
        (DType::Q8_0, DType::Q8_0),
        (DType::Q4K, DType::Q4K),
        (DType::Q6K, DType::Q6K),
    ] {
        let mut republished = vec![0.0; numbers.len()];
        dequantize(from, &encode(from, numbers), &mut republished);
        for precision in Precision::ALL {
            let mut rounded = republished.clone();
            precision.round(&mut rounded);
            let screen = screen(to, shape, &rounded).unwrap();
            assert_eq!(
                screen.conspicuous(),
                Some(true),
                "{} to {} in {}: {screen:?}",
                from.name(),
                to.name(),
                precision.as_str()
            );
        }
    }
}

/// The published file of a quantization-conditioned attack (Egashira et al. 2025, arXiv:2505.23786): an edit is kept
/// only as far as it stays between a number and what the quantizer makes of it.
#[test]
fn an_edit_that_is_hidden_from_the_quantizer_leaves_a_trace() {
    let shape = [256, 1024];
    let numbers = gaussian(256 * 1024, 0.02, 66);
    let edit = gaussian(256 * 1024, 0.02 * 0.02, 67);
    let mut kept = vec![0.0; numbers.len()];
    dequantize(DType::Q4K, &encode(DType::Q4K, &numbers), &mut kept);
    let published: Vec<f32> = numbers
        .iter()
        .zip(&edit)
        .zip(&kept)
        .map(|((x, edit), kept)| (x + edit).clamp(x.min(*kept), x.max(*kept)))
        .collect();
    let stored = encode(DType::Q4K, &published);
    let bytes = bytes(&published);
    let source = Source::plain(view(DType::F32, &shape, &bytes));
    let deployed = view(DType::Q4K, &shape, &stored);
    let codes = test_codes(&deployed, &source, &[Precision::Stored], &quiet).unwrap();
    assert_eq!(codes.explained(), Some(true), "the quantizer was honest");
    let screen = screen_of(&deployed, &source, false).unwrap();
    assert_eq!(screen.conspicuous(), Some(true), "{screen:?}");
    assert!(screen.repeated_excess < 0.01 && screen.excess_share().unwrap() > 0.003, "{screen:?}");
}

#[test]
fn pruned_weights_sit_on_no_lattice() {
    let shape = [256, 1024];
    let mut numbers = gaussian(256 * 1024, 0.02, 62);
    numbers.iter_mut().filter(|x| x.abs() < 0.01).for_each(|x| *x = 0.0);
    for dtype in [DType::Q4_0, DType::Q8_0, DType::Q6K] {
        let screen = screen(dtype, shape, &numbers).unwrap();
        assert_eq!(screen.conspicuous(), Some(false), "{}: {screen:?}", dtype.name());
    }
}

#[test]
fn the_screen_says_when_it_cannot_tell() {
    let shape = [16, 256];
    let numbers = gaussian(4096, 0.02, 63);
    let few = screen(DType::Q4_0, shape, &numbers);
    assert_eq!(few, Err(Undefined::TooFew { what: "numbers other than zero", needed: 10_000, got: 4096 }));
    let some = screen(DType::Q4_0, [64, 256], &gaussian(64 * 256, 0.02, 65)).unwrap();
    assert!(matches!(some.ratio, Err(Undefined::TooFew { needed: 1000, .. })), "{some:?}");
    assert_eq!((some.conspicuous(), some.excess_share()), (None, None));
    let (stored, published) = (encode(DType::Q4_0, &numbers), bytes(&numbers));
    let source = Source::plain(view(DType::F32, &shape, &published));
    let blind = screen_of(&view(DType::Q4_0, &shape, &stored), &source, false);
    assert_eq!(blind, Err(Undefined::NeedsEncoder { name: "Q4_0" }));
    let plain = screen_of(&view(DType::F32, &shape, &published), &source, false);
    assert_eq!(plain, Err(Undefined::TypeNotTested { name: "F32" }));
}

#[test]
fn the_same_seed_gives_the_same_screen_on_any_number_of_threads() {
    let shape = [512, 512];
    let numbers = gaussian(512 * 512, 0.02, 64);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| screen(DType::Q4K, shape, &numbers)).unwrap()
    };
    assert_eq!(run(1), run(4));
}
