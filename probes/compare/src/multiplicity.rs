//! Corrections for testing many hypotheses. Knows only p-values, and the smallest each could have been.

/// A hypothesis with a discrete test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DiscreteP {
    /// Its p-value.
    pub p: f64,
    /// The smallest p-value its test could have given on this data's ancillary part.
    pub smallest_p: f64,
}

/// Indices in ascending order of p, ties in their own order.
fn ascending(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    order
}

/// Adjusted p-values of Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure": rejecting those at
/// or below a level keeps the chance of any false rejection at or below it, whatever the dependence.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![1.0; p.len()];
    let mut largest = 0.0_f64;
    for (rank, &index) in ascending(p).iter().enumerate() {
        largest = largest.max((p[index] * (p.len() - rank) as f64).min(1.0));
        adjusted[index] = largest;
    }
    adjusted
}

/// Adjusted p-values of Benjamini and Hochberg 1995, "Controlling the False Discovery Rate": for exploring a grid
/// of independent or positively dependent tests, never for a primary family.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![1.0; p.len()];
    let mut smallest = 1.0_f64;
    for (rank, &index) in ascending(p).iter().enumerate().rev() {
        smallest = smallest.min(p[index] * p.len() as f64 / (rank + 1) as f64);
        adjusted[index] = smallest;
    }
    adjusted
}

/// Adjusted p-values of Holm's procedure with Tarone's modification for discrete tests.
///
/// A hypothesis whose smallest attainable p-value lies above a threshold cannot be rejected there, and so does not
/// count among those that could be rejected falsely (Tarone 1990, "A Modified Bonferroni Method for Discrete
/// Data"). With `m_S(t)` the number of hypotheses of a set S with `smallest_p <= t`, the chance of a false
/// rejection among the true hypotheses of S at threshold t is at most `t m_S(t)`, which grows with t; so
/// `p m_S(p)` is an adjusted p-value, consistent in the level as Tarone's own rule is not (Hommel and Krummenauer
/// 1998, "Improvements and Modifications of Tarone's Multiple Test Procedure for Discrete Data"). Stepping down as
/// Holm does, S is what is left after smaller p-values; `m_S` only shrinks with S, which is what sequential
/// rejection needs to keep the family-wise rate (Goeman and Solari 2010, "The Sequential Rejection Principle of
/// Familywise Error Control", conditions 1 and 2).
pub fn holm_tarone(tests: &[DiscreteP]) -> Vec<f64> {
    let p: Vec<f64> = tests.iter().map(|test| test.p).collect();
    let order = ascending(&p);
    let mut adjusted = vec![1.0; tests.len()];
    let mut largest = 0.0_f64;
    for (rank, &index) in order.iter().enumerate() {
        let attainable = order[rank..].iter().filter(|&&left| tests[left].smallest_p <= p[index]).count();
        largest = largest.max((p[index] * attainable as f64).min(1.0));
        adjusted[index] = largest;
    }
    adjusted
}

/// How many hypotheses count at `alpha`: Tarone's smallest K such that at most K of them could reach `alpha / K`.
/// At least 1, so that it can divide a level.
pub fn tarone_family(tests: &[DiscreteP], alpha: f64) -> usize {
    (1..=tests.len())
        .find(|&k| tests.iter().filter(|test| test.smallest_p <= alpha / k as f64).count() <= k)
        .unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: &[f64], expected: &[f64]) {
        for (got, expected) in got.iter().zip(expected) {
            assert!((got - expected).abs() < 1e-12, "got {got}, expected {expected}");
        }
    }

    #[test]
    fn holm_and_benjamini_hochberg_give_hand_computed_values() {
        close(&holm(&[0.01, 0.04, 0.03, 0.005]), &[0.03, 0.06, 0.06, 0.02]);
        close(&benjamini_hochberg(&[0.01, 0.04, 0.03, 0.005]), &[0.02, 0.04, 0.04, 0.02]);
    }

    #[test]
    fn hypotheses_that_could_not_be_rejected_do_not_count() {
        let hopeless = DiscreteP { p: 0.5, smallest_p: 0.5 };
        let mut tests = vec![DiscreteP { p: 1.0 / 128.0, smallest_p: 1.0 / 128.0 }];
        tests.extend([hopeless; 100]);
        assert!((holm_tarone(&tests)[0] - 1.0 / 128.0).abs() < 1e-15, "only one could have reached it");
        assert_eq!(tarone_family(&tests, 0.05), 1, "only one counts");
    }

    proptest::proptest! {
        #[test]
        fn tarone_is_monotone_and_never_above_holm(
            exponents in proptest::collection::vec((1_i32..12, 1.0_f64..40.0), 1..30)
        ) {
            let tests: Vec<DiscreteP> = exponents
                .iter()
                .map(|(exponent, factor)| {
                    let smallest_p = 0.5_f64.powi(*exponent);
                    DiscreteP { p: (smallest_p * factor).min(1.0), smallest_p }
                })
                .collect();
            let p: Vec<f64> = tests.iter().map(|test| test.p).collect();
            let (tarone, holm) = (holm_tarone(&tests), holm(&p));
            for i in 0..p.len() {
                proptest::prop_assert!(tarone[i] <= holm[i] + 1e-15 && tarone[i] + 1e-15 >= p[i]);
                for j in 0..p.len() {
                    proptest::prop_assert!(p[i] > p[j] || tarone[i] <= tarone[j], "order is kept");
                }
            }
        }
    }
}
