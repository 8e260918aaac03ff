//! Tails of the normal distribution, and the correction for many tests at once.

/// The probability that a standard normal number exceeds `z`.
pub(crate) fn normal_upper_tail(z: f64) -> f64 {
    libm::erfc(z / std::f64::consts::SQRT_2) / 2.0
}

/// Density of the standard normal distribution at `z`.
pub(crate) fn normal_density(z: f64) -> f64 {
    (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// Adjusted p-values in the order of the given ones (Holm 1979, "A Simple Sequentially Rejective Multiple Test
/// Procedure"): the family-wise error rate holds whatever the tests have to do with one another.
pub(crate) fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]).then(a.cmp(&b)));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut most = 0.0f64;
    for (rank, &test) in order.iter().enumerate() {
        most = most.max((p_values[test] * (p_values.len() - rank) as f64).min(1.0));
        adjusted[test] = most;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_agree_with_tables() {
        for (z, expected) in [
            (0.0, 0.5),
            (1.0, 0.158_655_253_931_457),
            (-1.0, 0.841_344_746_068_543),
            (2.8, 0.002_555_130_330_427_9),
            (2.9, 0.001_865_813_300_384_04),
            (5.0, 2.866_515_718_791_94e-7),
            (10.0, 7.619_853_024_160_53e-24),
        ] {
            let tail = normal_upper_tail(z);
            assert!((tail / expected - 1.0).abs() < 1e-11, "{z}: {tail} is not {expected}");
        }
    }

    #[test]
    fn adjusted_values_follow_the_published_procedure() {
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (value, expected) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((value - expected).abs() < 1e-12, "{adjusted:?}");
        }
    }
}
