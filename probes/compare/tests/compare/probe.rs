//! The solver: held to linfa-logistic, and honest about not having converged.

use linfa::dataset::DatasetBase;
use linfa::prelude::{Fit, Predict};
use linfa::{Dataset, ParamGuard};
use ndarray::{Array1, Array2};
use parallax_compare::Error;
use parallax_compare::probe::{FittedLogistic, LogisticParams, Solver, SparseRows};

use crate::draw::{clusters, noise, rng};

fn set(n: usize, dim: usize, n_categories: usize, spread: f64, seed: u64) -> DatasetBase<Array2<f64>, Array1<usize>> {
    let (states, labels, _) = clusters(n, dim, n_categories, 1, spread, &mut rng(seed));
    Dataset::new(states, Array1::from(labels))
}

fn ours(set: &DatasetBase<Array2<f64>, Array1<usize>>) -> FittedLogistic {
    LogisticParams::new(Solver::Ours).fit(set).expect("our solver converges")
}

#[test]
fn objectives_equal_those_of_linfa_logistic() {
    for (n_categories, spread) in [(2, 0.2), (5, 0.3), (12, 0.2)] {
        let set = set(300, 40, n_categories, spread, 1);
        let ours = ours(&set);
        let linfa = LogisticParams::new(Solver::Linfa).fit(&set).expect("linfa-logistic converges");
        let difference = (ours.objective - linfa.objective).abs() / linfa.objective;
        assert!(difference < 1e-4, "{n_categories} categories: {} and {}", ours.objective, linfa.objective);
        assert!(ours.objective <= linfa.objective * (1.0 + 1e-12), "ours is the lower one");
        assert!(ours.gradient_norm <= 1e-6, "gradient {}", ours.gradient_norm);
        assert!(linfa.iterations.is_none(), "linfa-logistic does not say how many iterations it took");
        let records = set.records().view();
        let ours_p = ours.probabilities(records).expect("one width");
        let linfa_p = linfa.probabilities(records).expect("one width");
        let furthest = (&ours_p - &linfa_p).iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        assert!(furthest < 1e-3, "{n_categories} categories: probabilities differ by {furthest}");
    }
}

#[test]
fn two_unequal_classes_keep_their_sides_in_both_solvers() {
    // linfa-logistic calls the more frequent class positive, whichever label it has.
    let (states, _, _) = clusters(90, 6, 2, 1, 0.0, &mut rng(2));
    for frequent in [3_usize, 7] {
        let labels: Array1<usize> = (0..90).map(|item| if item % 3 == 0 { 10 - frequent } else { frequent }).collect();
        let mut states = states.clone();
        for (mut row, &label) in states.rows_mut().into_iter().zip(&labels) {
            row[0] += if label == 7 { 2.0 } else { -2.0 };
        }
        let set = Dataset::new(states, labels);
        for solver in [Solver::Ours, Solver::Linfa] {
            let fitted = LogisticParams::new(solver).fit(&set).expect("converges");
            assert_eq!(fitted.classes, [3, 7], "{solver:?}: ascending");
            assert!(fitted.weights[[0, 0]] > 0.0, "{solver:?}: the first feature speaks for the larger label");
            let right = fitted.predict(set.records()).iter().zip(set.targets()).filter(|(a, b)| a == b).count();
            assert!(right > 80, "{solver:?}: {right} of 90 right with {frequent} the frequent label");
        }
    }
}

#[test]
fn a_hard_problem_converges_to_its_one_optimum_from_anywhere() {
    let (hard, easy) = (set(240, 200, 6, 0.0, 3), set(240, 200, 6, 0.5, 4));
    let from_zero = ours(&hard);
    let params = LogisticParams::new(Solver::Ours).check().expect("valid settings");
    let from_elsewhere = params.fit_near(&hard, &ours(&easy)).expect("converges");
    assert!((from_zero.objective - from_elsewhere.objective).abs() < 1e-9 * from_zero.objective, "one optimum");
    let furthest =
        (&from_zero.weights - &from_elsewhere.weights).iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    assert!(furthest < 1e-6, "weights differ by {furthest}");
}

#[test]
fn an_unfinished_fit_is_an_error() {
    let error = LogisticParams::new(Solver::Ours).max_iterations(1).fit(&set(300, 40, 5, 0.3, 5));
    match error {
        Err(Error::Unconverged { iterations, gradient_norm, tolerance }) => {
            assert_eq!((iterations, tolerance), (1, 1e-6), "what was allowed and asked");
            assert!(gradient_norm > tolerance, "gradient {gradient_norm}");
        }
        other => panic!("expected an unconverged fit, got {other:?}"),
    }
}

#[test]
fn settings_and_data_that_make_no_sense_are_refused() {
    let set = set(30, 4, 3, 1.0, 6);
    let new = || LogisticParams::new(Solver::Ours);
    assert!(matches!(new().penalty(0.0).fit(&set), Err(Error::InvalidPenalty { .. })), "no penalty");
    assert!(matches!(new().gradient_tolerance(-1.0).fit(&set), Err(Error::InvalidTolerance { .. })), "tolerance");
    assert!(matches!(new().max_iterations(0).fit(&set), Err(Error::InvalidIterations)), "iterations");
    let one = Dataset::new(set.records().clone(), Array1::from_elem(30, 2_usize));
    assert!(matches!(new().fit(&one), Err(Error::Undefined(_))), "one category");
    let mut records = set.records().clone();
    records[[3, 1]] = f64::INFINITY;
    let infinite = Dataset::new(records, set.targets().clone());
    assert!(matches!(new().fit(&infinite), Err(Error::Undefined(_))), "an infinity");
}

#[test]
fn sparse_rows_give_what_the_same_dense_rows_give() {
    let mut rng = rng(7);
    let dense = noise(60, 9, &mut rng).mapv(|value| if value.abs() < 1.0 { 0.0 } else { value });
    let labels: Vec<usize> = (0..60).map(|item| item % 3).collect();
    let rows = dense.rows().into_iter().map(|row| row.iter().copied().enumerate().filter(|(_, v)| *v != 0.0).collect());
    let sparse = SparseRows::new(rows.collect(), 9);
    let params = LogisticParams::new(Solver::Ours).check().expect("valid settings");
    let by_sparse = params.fit_sparse(&sparse, &labels).expect("converges");
    let by_dense = ours(&Dataset::new(dense.clone(), Array1::from(labels)));
    assert!((by_sparse.objective - by_dense.objective).abs() < 1e-9, "one objective");
    let furthest = (&by_sparse.probabilities_sparse(&sparse).expect("one width")
        - &by_dense.probabilities(dense.view()).expect("one width"))
        .iter()
        .fold(0.0_f64, |most, value| most.max(value.abs()));
    assert!(furthest < 1e-8, "probabilities differ by {furthest}");
}
