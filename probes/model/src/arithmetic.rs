//! What happens to rows between two matrix products: bias, activation, normalisation.
//!
//! Plain loops over slices, compiled once per instruction set by `pulp`; no tensors and no threads.
//! Products and sums are never contracted, so every instruction set gives the same bits.

use parallax_artifact::Activation;
use pulp::Arch;

/// Partial sums kept side by side so that a reduction can use vector registers.
const LANES: usize = 16;

/// Gain, offset and epsilon of a layer normalisation over rows of `gain.len()` values.
#[derive(Clone, Debug)]
pub(crate) struct Norm {
    pub(crate) gain: Vec<f32>,
    pub(crate) offset: Vec<f32>,
    pub(crate) epsilon: f32,
}

/// e^x for x <= 0, to about one unit in the last place.
///
/// The argument is reduced by multiples of ln 2 in two parts (Cody and Waite, "Software Manual for
/// the Elementary Functions", 1980, chapter 6); the rest is its Taylor series to the seventh power.
#[inline(always)]
pub(crate) fn exp_of_non_positive(x: f32) -> f32 {
    /// Adding it rounds to the nearest whole number, which then stands in the low mantissa bits.
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_145_75;
    const LN_2_LOW: f32 = 1.428_606_8e-6;
    let x = if x < -87.0 { -87.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let series = 1.0 / 5040.0;
    let series = series * r + 1.0 / 720.0;
    let series = series * r + 1.0 / 120.0;
    let series = series * r + 1.0 / 24.0;
    let series = series * r + 1.0 / 6.0;
    let series = series * r + 0.5;
    let series = series * r + 1.0;
    let series = series * r + 1.0;
    let power_of_two = f32::from_bits(shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23);
    series * power_of_two
}

/// The error function within 4e-7 absolute.
///
/// `x P(x^2) / Q(x^2)` with P and Q of degree 5, fitted for this crate on Chebyshev nodes of
/// [0, 3.92] by iteratively re-weighted least squares (error of the fit itself 1.7e-8); beyond
/// 3.92 the function differs from one by less than 3e-8.
#[inline(always)]
fn erf(x: f32) -> f32 {
    const LIMIT: f32 = 3.92;
    let x = if x > LIMIT { LIMIT } else { x };
    let x = if x < -LIMIT { -LIMIT } else { x };
    let t = x * x;
    let p = 2.034_849_3e-6;
    let p = p * t + 2.874_689_8e-4;
    let p = p * t + 3.867_798e-3;
    let p = p * t + 5.305_885_5e-2;
    let p = p * t + 1.927_514_7e-1;
    let p = p * t + std::f32::consts::FRAC_2_SQRT_PI;
    let q = 3.807_128_8e-5;
    let q = q * t + 1.187_989_6e-3;
    let q = q * t + 1.517_123_6e-2;
    let q = q * t + 1.150_794_5e-1;
    let q = q * t + 5.041_532e-1;
    let q = q * t + 1.0;
    x * p / q
}

/// `x * Phi(x)` (Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2).
#[inline(always)]
fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2))
}

#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    let e = exp_of_non_positive(-x.abs());
    if x >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) }
}

/// The tanh form of the same paper, with `0.5 x (1 + tanh(y))` written as `x sigmoid(2 y)`.
#[inline(always)]
fn gelu_tanh(x: f32) -> f32 {
    const SQRT_2_OVER_PI: f32 = 0.797_884_6;
    x * sigmoid(2.0 * SQRT_2_OVER_PI * (x + 0.044_715 * x * x * x))
}

#[inline(always)]
fn map_rows(rows: &[f32], bias: &[f32], out: &mut Vec<f32>, f: impl Fn(f32) -> f32) {
    out.resize(rows.len(), 0.0);
    for (row, out) in rows.chunks_exact(bias.len()).zip(out.chunks_exact_mut(bias.len())) {
        for ((value, bias), out) in row.iter().zip(bias).zip(out) {
            *out = f(value + bias);
        }
    }
}

/// `activation(row + bias)` for rows of `bias.len()` values.
pub(crate) fn activate(arch: Arch, rows: &[f32], bias: &[f32], activation: Activation) -> Vec<f32> {
    let mut out = Vec::new();
    arch.dispatch(|| match activation {
        Activation::GeluErf => map_rows(rows, bias, &mut out, gelu),
        Activation::GeluTanh => map_rows(rows, bias, &mut out, gelu_tanh),
        Activation::Relu => map_rows(rows, bias, &mut out, |x| if x > 0.0 { x } else { 0.0 }),
    });
    out
}

/// Sum of `f` over a row, in a fixed order that does not depend on the instruction set.
#[inline(always)]
fn sum_of(row: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let mut chunks = row.chunks_exact(LANES);
    for chunk in &mut chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += f(*value);
        }
    }
    for (lane, value) in lanes.iter_mut().zip(chunks.remainder()) {
        *lane += f(*value);
    }
    lanes.iter().sum()
}

#[inline(always)]
fn normalise_row(row: &mut [f32], norm: &Norm) {
    let n = row.len() as f32;
    let mean = sum_of(row, |value| value) / n;
    let variance = sum_of(row, |value| (value - mean) * (value - mean)) / n;
    let scale = 1.0 / (variance + norm.epsilon).sqrt();
    for ((value, gain), offset) in row.iter_mut().zip(&norm.gain).zip(&norm.offset) {
        *value = (*value - mean) * scale * gain + offset;
    }
}

/// Layer normalisation of every row, in place (Ba et al. 2016, arXiv:1607.06450, equation 4).
pub(crate) fn normalise(arch: Arch, rows: &mut [f32], norm: &Norm) {
    arch.dispatch(|| {
        for row in rows.chunks_exact_mut(norm.gain.len()) {
            normalise_row(row, norm);
        }
    });
}

/// Layer normalisation of `rows + bias + residual`.
pub(crate) fn add_and_normalise(arch: Arch, rows: &[f32], bias: &[f32], residual: &[f32], norm: &Norm) -> Vec<f32> {
    let dim = bias.len();
    let mut out = vec![0.0; rows.len()];
    arch.dispatch(|| {
        for ((row, residual), out) in
            rows.chunks_exact(dim).zip(residual.chunks_exact(dim)).zip(out.chunks_exact_mut(dim))
        {
            for (((value, bias), residual), out) in row.iter().zip(bias).zip(residual).zip(out.iter_mut()) {
                *out = (value + bias) + residual;
            }
            normalise_row(out, norm);
        }
    });
    out
}

/// Mean of rows of `out.len()` values.
pub(crate) fn mean_of_rows(arch: Arch, rows: &[f32], out: &mut [f32]) {
    arch.dispatch(|| {
        out.fill(0.0);
        for row in rows.chunks_exact(out.len()) {
            for (sum, value) in out.iter_mut().zip(row) {
                *sum += value;
            }
        }
        let n = (rows.len() / out.len()) as f32;
        for sum in out.iter_mut() {
            *sum /= n;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(low: f32, high: f32) -> impl Iterator<Item = f32> {
        (0..=100_000).map(move |i| low + (high - low) * i as f32 / 100_000.0)
    }

    #[test]
    fn the_error_function_is_exact_to_4e_7() {
        for x in grid(-6.0, 6.0) {
            let error = (f64::from(erf(x)) - candle_core::cpu::erf::erf_f64(f64::from(x))).abs();
            assert!(error < 4e-7, "erf({x}) is off by {error}");
        }
    }

    #[test]
    fn the_exponential_is_exact_to_two_units_in_the_last_place() {
        for x in grid(-86.0, 0.0) {
            let exact = f64::from(x).exp();
            let error = (f64::from(exp_of_non_positive(x)) - exact).abs() / exact;
            assert!(error < 2.4e-7, "exp({x}) is off by {error} relative");
        }
        assert!(exp_of_non_positive(f32::NEG_INFINITY) < 1e-37, "far below zero nothing is left");
        assert_eq!(exp_of_non_positive(0.0), 1.0, "the largest score has weight one before the division");
    }

    #[test]
    fn activations_agree_with_their_definitions() {
        let rows: Vec<f32> = grid(-8.0, 8.0).collect();
        let bias = vec![0.0; rows.len()];
        let check = |activation, exact: &dyn Fn(f64) -> f64| {
            for (x, got) in rows.iter().zip(activate(Arch::new(), &rows, &bias, activation)) {
                let error = (f64::from(got) - exact(f64::from(*x))).abs();
                assert!(error < 2e-6, "{activation:?}({x}) is off by {error}");
            }
        };
        check(Activation::GeluErf, &|x| 0.5 * x * (1.0 + candle_core::cpu::erf::erf_f64(x / 2f64.sqrt())));
        check(Activation::GeluTanh, &|x| {
            0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh())
        });
        check(Activation::Relu, &|x| x.max(0.0));
    }

    #[test]
    fn normalised_rows_have_mean_zero_and_deviation_one() {
        let norm = Norm { gain: vec![1.0; 37], offset: vec![0.0; 37], epsilon: 1e-12 };
        let mut rows: Vec<f32> = (0..74).map(|i| ((i * i) % 41) as f32 - 7.0).collect();
        normalise(Arch::new(), &mut rows, &norm);
        for row in rows.chunks(37) {
            let mean = row.iter().sum::<f32>() / 37.0;
            let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / 37.0;
            assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-5, "mean {mean}, variance {variance}");
        }
    }
}
