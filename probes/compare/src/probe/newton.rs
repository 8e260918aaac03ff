//! Trust-region Newton method with conjugate gradients inside. Knows the objective only by its value and derivatives.
//!
//! Lin, Weng and Keerthi 2008, "Trust Region Newton Method for Large-Scale Logistic Regression", algorithm 1 with the
//! constants of section 3, and algorithm 2 (Steihaug's truncated conjugate gradients) for each step. One departure:
//! the inner tolerance shrinks with the gradient, which makes the last steps superlinear (Nocedal and Wright 2006,
//! "Numerical Optimization", equation 7.3).

use ndarray::Array2;

use super::objective::{Objective, Point};

/// Where the solver stopped.
pub(crate) struct Solution {
    pub(crate) point: Point,
    pub(crate) iterations: usize,
    /// Largest absolute entry of the gradient.
    pub(crate) gradient_norm: f64,
}

fn dot(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Largest absolute entry.
pub(crate) fn largest(values: &Array2<f64>) -> f64 {
    values.iter().fold(0.0, |largest: f64, value| if value.is_nan() { f64::NAN } else { largest.max(value.abs()) })
}

/// A step of Steihaug's method, and what is left of the residual.
fn truncated_step(
    objective: &Objective<'_>,
    point: &Point,
    gradient: &Array2<f64>,
    radius: f64,
    tolerance: f64,
) -> (Array2<f64>, Array2<f64>) {
    let mut step = Array2::zeros(gradient.raw_dim());
    let mut residual = gradient.mapv(|value| -value);
    let mut direction = residual.clone();
    let mut residual_norm2 = dot(&residual, &residual);
    let most = gradient.len().max(10);
    for _ in 0..most {
        if residual_norm2.sqrt() <= tolerance {
            break;
        }
        let curved = objective.curvature(point, direction.view());
        let curvature = dot(&direction, &curved);
        if curvature <= 0.0 {
            // Convex, so only rounding gets here: what has been found so far is the step.
            break;
        }
        let length = residual_norm2 / curvature;
        step.scaled_add(length, &direction);
        if dot(&step, &step).sqrt() > radius {
            // Back to the last point inside, then on to the boundary.
            step.scaled_add(-length, &direction);
            let (sd, ss, dd) = (dot(&step, &direction), dot(&step, &step), dot(&direction, &direction));
            let room = (radius * radius - ss).max(0.0);
            let root = (sd * sd + dd * room).sqrt();
            let to_boundary = if sd >= 0.0 { room / (sd + root) } else { (root - sd) / dd };
            step.scaled_add(to_boundary, &direction);
            residual.scaled_add(-to_boundary, &curved);
            break;
        }
        residual.scaled_add(-length, &curved);
        let next_norm2 = dot(&residual, &residual);
        let share = next_norm2 / residual_norm2;
        residual_norm2 = next_norm2;
        direction.zip_mut_with(&residual, |direction, residual| *direction = share * *direction + residual);
    }
    (step, residual)
}

/// Minimises from `start` until no entry of the gradient is larger than `tolerance`, or `most_iterations` are used up.
pub(crate) fn minimise(
    objective: &Objective<'_>,
    start: Array2<f64>,
    tolerance: f64,
    most_iterations: usize,
) -> Solution {
    let mut point = objective.at(start);
    let mut gradient = objective.gradient(&point);
    let first_norm = dot(&gradient, &gradient).sqrt();
    let mut radius = first_norm;
    let mut iterations = 0;
    while iterations < most_iterations {
        let gradient_norm = dot(&gradient, &gradient).sqrt();
        if largest(&gradient) <= tolerance || !gradient_norm.is_finite() {
            break;
        }
        iterations += 1;
        let forcing = (gradient_norm / first_norm).sqrt().min(0.3);
        let (step, residual) = truncated_step(objective, &point, &gradient, radius, forcing * gradient_norm);
        let slope = dot(&gradient, &step);
        // The quadratic model's fall: -(g's + s'Hs/2) with Hs = -g - residual.
        let predicted = -0.5 * (slope - dot(&step, &residual));
        let candidate = objective.at(&point.parameters + &step);
        let fall = point.value - candidate.value;
        let step_norm = dot(&step, &step).sqrt();
        if iterations == 1 {
            radius = radius.min(step_norm);
        }
        // How much longer the step should have been, from a parabola through value, slope and new value.
        let overshoot = -fall - slope;
        let stretch = if overshoot <= 0.0 { 4.0 } else { (-0.5 * slope / overshoot).max(0.25) };
        // Close to the optimum both falls drown in the rounding of the value; the model is exact there.
        let noise = 1e-12 * point.value.abs().max(f64::MIN_POSITIVE);
        let at_rounding = predicted.abs() <= noise && fall.abs() <= noise;
        let agreement = if at_rounding { 1.0 } else { fall / predicted };
        radius = if agreement < 1e-4 {
            (stretch * step_norm).min(0.5 * radius)
        } else if agreement < 0.25 {
            (0.25 * radius).max((stretch * step_norm).min(0.5 * radius))
        } else if agreement < 0.75 {
            (0.25 * radius).max((stretch * step_norm).min(4.0 * radius))
        } else {
            radius.max((stretch * step_norm).min(4.0 * radius))
        };
        if agreement > 1e-4 {
            point = candidate;
            gradient = objective.gradient(&point);
        }
    }
    Solution { gradient_norm: largest(&gradient), point, iterations }
}
