//! The search for a group's scale, minimum and codes: weighted least squares over a few trial scales.

use super::search::{Lanes, clamped, keep, nearest};

/// Which trial scales `affine` goes through, and how it measures the misfit.
#[derive(Clone, Copy)]
pub(super) struct Trials {
    /// The highest code.
    pub(super) top: i32,
    /// What the first trial adds to `top`.
    pub(super) first: f32,
    /// What each further trial adds to that.
    pub(super) step: f32,
    /// The number of the last trial, from 0.
    pub(super) last: i32,
    /// Whether the misfit is the weighted sum of magnitudes and not of squares.
    pub(super) absolute: bool,
    /// Whether numbers are held to the range of codes before they are rounded (`make_qkx3_quants`).
    pub(super) held: bool,
}

impl Trials {
    #[inline(always)]
    fn code(self, value: f32) -> i32 {
        if self.held {
            let top = self.top as f32;
            let held = if value < top { value } else { top };
            if value > 0.0 { nearest(held) } else { 0 }
        } else {
            clamped(value, 0, self.top)
        }
    }

    #[inline(always)]
    fn misfit(self, difference: f32) -> f32 {
        if self.absolute { difference.abs() } else { difference * difference }
    }
}

/// Scales with a minimum that is taken off (`make_qkx2_quants`, and `make_qkx3_quants` with given weights).
/// Gives the scales and what is taken off.
#[inline(always)]
pub(super) fn affine<const W: usize, const N: usize>(
    x: &Lanes<f32, W, N>,
    weights: &Lanes<f32, W, N>,
    trials: Trials,
    codes: &mut Lanes<i32, W, N>,
) -> ([f32; W], [f32; W]) {
    let (mut min, mut max, mut sum_w, mut sum_x) = (x[0], x[0], weights[0], x[0]);
    for g in 0..W {
        sum_x[g] = sum_w[g] * x[0][g];
    }
    for (x, w) in x.iter().zip(weights).skip(1) {
        for g in 0..W {
            min[g] = if x[g] < min[g] { x[g] } else { min[g] };
            max[g] = if x[g] > max[g] { x[g] } else { max[g] };
            sum_w[g] += w[g];
            sum_x[g] += w[g] * x[g];
        }
    }
    let (mut level, mut lowest) = ([0i32; W], min);
    for g in 0..W {
        lowest[g] = if min[g] > 0.0 { 0.0 } else { min[g] };
        level[g] = i32::from(if trials.held { max[g] <= lowest[g] } else { max[g] == lowest[g] });
    }
    min = lowest;
    let mut scale = [0.0; W];
    let mut inverse = [0.0; W];
    for g in 0..W {
        inverse[g] = trials.top as f32 / (max[g] - min[g]);
        scale[g] = 1.0 / inverse[g];
    }
    let mut best = [0.0f32; W];
    for ((x, w), codes) in x.iter().zip(weights).zip(codes.iter_mut()) {
        for g in 0..W {
            codes[g] = clamped(inverse[g] * (x[g] - min[g]), 0, trials.top);
            best[g] += w[g] * trials.misfit(scale[g] * codes[g] as f32 + min[g] - x[g]);
        }
    }
    let mut tried = [[0i32; W]; N];
    for trial in 0..=trials.last {
        let fit = fit_affine(x, weights, trials, trial, (&min, &max), (&sum_w, &sum_x), &mut tried);
        let mut better = [0i32; W];
        for g in 0..W {
            better[g] = i32::from(fit.misfit[g] < best[g]);
            best[g] = if better[g] == 1 { fit.misfit[g] } else { best[g] };
            scale[g] = if better[g] == 1 { fit.scale[g] } else { scale[g] };
            min[g] = if better[g] == 1 { fit.min[g] } else { min[g] };
        }
        keep(&better, &tried, codes);
    }
    keep(&level, &[[0; W]; N], codes);
    let mut taken_off = [0.0; W];
    for g in 0..W {
        scale[g] = if level[g] == 1 { 0.0 } else { scale[g] };
        taken_off[g] = -(if level[g] == 1 { lowest[g] } else { min[g] });
    }
    (scale, taken_off)
}

/// What one trial of `affine` gives for each group.
struct Fit<const W: usize> {
    scale: [f32; W],
    min: [f32; W],
    /// Infinite where no scale can be fitted.
    misfit: [f32; W],
}

/// One trial: codes from the trial scale and the best minimum so far, then scale and minimum by weighted least squares.
#[inline(always)]
fn fit_affine<const W: usize, const N: usize>(
    x: &Lanes<f32, W, N>,
    weights: &Lanes<f32, W, N>,
    trials: Trials,
    trial: i32,
    (min, max): (&[f32; W], &[f32; W]),
    (sum_w, sum_x): (&[f32; W], &[f32; W]),
    tried: &mut Lanes<i32, W, N>,
) -> Fit<W> {
    let mut inverse = [0.0; W];
    for g in 0..W {
        inverse[g] = (trials.first + trials.step * trial as f32 + trials.top as f32) / (max[g] - min[g]);
    }
    let (mut sum_l, mut sum_l2, mut sum_xl) = ([0.0f32; W], [0.0f32; W], [0.0f32; W]);
    for ((x, w), tried) in x.iter().zip(weights).zip(tried.iter_mut()) {
        for g in 0..W {
            tried[g] = trials.code(inverse[g] * (x[g] - min[g]));
            let l = tried[g] as f32;
            sum_l[g] += w[g] * l;
            sum_l2[g] += w[g] * l * l;
            sum_xl[g] += w[g] * l * x[g];
        }
    }
    let mut fit = Fit { scale: [0.0; W], min: [0.0; W], misfit: [0.0; W] };
    let mut determinant = [0.0f32; W];
    for g in 0..W {
        determinant[g] = sum_w[g] * sum_l2[g] - sum_l[g] * sum_l[g];
        let scale = (sum_w[g] * sum_xl[g] - sum_x[g] * sum_l[g]) / determinant[g];
        let min = (sum_l2[g] * sum_x[g] - sum_l[g] * sum_xl[g]) / determinant[g];
        fit.scale[g] = if min > 0.0 { sum_xl[g] / sum_l2[g] } else { scale };
        fit.min[g] = if min > 0.0 { 0.0 } else { min };
    }
    for ((x, w), tried) in x.iter().zip(weights).zip(tried.iter()) {
        for g in 0..W {
            fit.misfit[g] += w[g] * trials.misfit(fit.scale[g] * tried[g] as f32 + fit.min[g] - x[g]);
        }
    }
    for (misfit, determinant) in fit.misfit.iter_mut().zip(determinant) {
        *misfit = if determinant > 0.0 { *misfit } else { f32::INFINITY };
    }
    fit
}
