//! The searches for a group's scale and codes: least squares over a few trial scales, or by single steps.
//!
//! `Lanes` lay several groups side by side, so that one vector instruction serves all of them while each group's sums
//! keep the order in which ggml adds them up. The functions are named after what they fit; ggml's names stand beside.

/// Numbers of `W` groups of `N` elements: `[element][group]`.
pub(super) type Lanes<T, const W: usize, const N: usize> = [[T; W]; N];

/// A group whose numbers are all smaller counts as zero (`GROUP_MAX_EPS`).
pub(super) const NOTHING: f32 = 1e-15;

/// The nearest whole number, halves to the even one, for numbers up to 2^22 in magnitude (ggml's `nearest_int`).
/// Beyond that it gives what ggml's trick with the mantissa gives.
#[inline(always)]
pub(super) fn nearest(value: f32) -> i32 {
    const ROUND: f32 = 12_582_912.0;
    ((value + ROUND).to_bits() & 0x007f_ffff) as i32 - 0x0040_0000
}

#[inline(always)]
pub(super) fn clamped(value: f32, low: i32, high: i32) -> i32 {
    nearest(value).min(high).max(low)
}

/// The number of the greatest magnitude in each group, with its sign, and that magnitude.
#[inline(always)]
fn extremes<const W: usize, const N: usize>(x: &Lanes<f32, W, N>) -> ([f32; W], [f32; W]) {
    let (mut extreme, mut magnitude) = ([0.0; W], [0.0; W]);
    for x in x {
        for g in 0..W {
            let size = x[g].abs();
            let greater = size > magnitude[g];
            magnitude[g] = if greater { size } else { magnitude[g] };
            extreme[g] = if greater { x[g] } else { extreme[g] };
        }
    }
    (extreme, magnitude)
}

/// Scales without a minimum, over 19 trial scales (`make_qx_quants` with squares or given weights).
/// Codes come out in 0 to 2 x `top` - 1 and stand for `code - top`; those of a group of zeros are 0.
#[inline(always)]
pub(super) fn symmetric<const W: usize, const N: usize>(
    x: &Lanes<f32, W, N>,
    weights: &Lanes<f32, W, N>,
    top: i32,
    codes: &mut Lanes<i32, W, N>,
) -> [f32; W] {
    let (extreme, magnitude) = extremes(x);
    let (mut scale, mut best) = ([0.0; W], [0.0; W]);
    for trial in std::iter::once(0).chain(-9..=-1).chain(1..=9) {
        let mut inverse = [0.0; W];
        for g in 0..W {
            inverse[g] = -(top as f32 + 0.1 * trial as f32) / extreme[g];
        }
        let (mut sum_lx, mut sum_l2, mut tried) = ([0.0f32; W], [0.0f32; W], [[0i32; W]; N]);
        for ((x, w), tried) in x.iter().zip(weights).zip(&mut tried) {
            for g in 0..W {
                let code = clamped(inverse[g] * x[g], -top, top - 1);
                tried[g] = code + top;
                let l = code as f32;
                sum_lx[g] += w[g] * x[g] * l;
                sum_l2[g] += w[g] * l * l;
            }
        }
        let mut better = [0i32; W];
        for g in 0..W {
            let fits = sum_l2[g] > 0.0 && sum_lx[g] * sum_lx[g] > best[g] * sum_l2[g];
            better[g] = i32::from(trial == 0 || fits);
            let fitted = if sum_l2[g] != 0.0 { sum_lx[g] / sum_l2[g] } else { 0.0 };
            scale[g] = if better[g] == 1 { fitted } else { scale[g] };
            best[g] = if better[g] == 1 { fitted * sum_lx[g] } else { best[g] };
        }
        keep(&better, &tried, codes);
    }
    let nothing = magnitude.map(|magnitude| i32::from(magnitude < NOTHING));
    keep(&nothing, &[[0; W]; N], codes);
    for g in 0..W {
        scale[g] = if nothing[g] == 1 { 0.0 } else { scale[g] };
    }
    scale
}

/// Takes over the codes of the groups that are marked with 1.
#[inline(always)]
pub(super) fn keep<const W: usize, const N: usize>(
    marked: &[i32; W],
    tried: &Lanes<i32, W, N>,
    codes: &mut Lanes<i32, W, N>,
) {
    if *marked == [0; W] {
        return;
    }
    for (tried, codes) in tried.iter().zip(codes) {
        for g in 0..W {
            codes[g] = if marked[g] == 1 { tried[g] } else { codes[g] };
        }
    }
}

/// Scales without a minimum by five rounds of single steps, weighted by squares (`make_q3_quants`).
/// Codes come out in 0 to 2 x `top` - 1 and stand for `code - top`; those of a group of zeros are 0.
#[inline(always)]
pub(super) fn stepwise<const W: usize, const N: usize>(
    x: &Lanes<f32, W, N>,
    top: i32,
    codes: &mut Lanes<i32, W, N>,
) -> [f32; W] {
    let (extreme, magnitude) = extremes(x);
    let (mut sum_lx, mut sum_l2, mut inverse) = ([0.0f32; W], [0.0f32; W], [0.0f32; W]);
    for g in 0..W {
        inverse[g] = -top as f32 / extreme[g];
    }
    for (x, codes) in x.iter().zip(codes.iter_mut()) {
        for g in 0..W {
            codes[g] = clamped(inverse[g] * x[g], -top, top - 1);
            let (w, l) = (x[g] * x[g], codes[g] as f32);
            sum_lx[g] += w * x[g] * l;
            sum_l2[g] += w * l * l;
        }
    }
    for _ in 0..5 {
        // A group without a change in one round has none in the next.
        let mut changed = 0;
        for (x, codes) in x.iter().zip(codes.iter_mut()) {
            for g in 0..W {
                let (w, old) = (x[g] * x[g], codes[g] as f32);
                let rest_lx = sum_lx[g] - w * x[g] * old;
                let rest_l2 = sum_l2[g] - w * old * old;
                let new = clamped(x[g] * rest_l2 / rest_lx, -top, top - 1);
                let lx = rest_lx + w * x[g] * new as f32;
                let l2 = rest_l2 + w * new as f32 * new as f32;
                let better =
                    rest_lx > 0.0 && new != codes[g] && l2 > 0.0 && lx * lx * sum_l2[g] > sum_lx[g] * sum_lx[g] * l2;
                changed |= i32::from(better);
                codes[g] = if better { new } else { codes[g] };
                sum_lx[g] = if better { lx } else { sum_lx[g] };
                sum_l2[g] = if better { l2 } else { sum_l2[g] };
            }
        }
        if changed == 0 {
            break;
        }
    }
    let mut scale = [0.0; W];
    let nothing = magnitude.map(|magnitude| magnitude < NOTHING);
    for codes in codes.iter_mut() {
        for g in 0..W {
            codes[g] = if nothing[g] { 0 } else { codes[g] + top };
        }
    }
    for g in 0..W {
        scale[g] = if !nothing[g] && sum_l2[g] > 0.0 { sum_lx[g] / sum_l2[g] } else { 0.0 };
    }
    scale
}

/// A scale for numbers that are not negative, which are themselves scales or minima of groups: nine trial scales, then
/// five rounds of single steps (`make_qp_quants`). Codes wrap as bytes do.
pub(super) fn positive(x: &[f32], weights: &[f32], top: i32, codes: &mut [u8]) -> f32 {
    let max = x.iter().fold(0.0, |max, &x| if max > x { max } else { x });
    if max < NOTHING {
        codes.fill(0);
        return 0.0;
    }
    let mut inverse = top as f32 / max;
    for (code, x) in codes.iter_mut().zip(x) {
        *code = nearest(inverse * x) as u8;
    }
    let misfit = |scale: f32, code: &dyn Fn(usize) -> f32| {
        let mut sum = 0.0;
        for (index, (x, w)) in x.iter().zip(weights).enumerate() {
            let difference = x - scale * code(index);
            sum += w * difference * difference;
        }
        sum
    };
    let mut best: f32 = misfit(1.0 / inverse, &|index| f32::from(codes[index]));
    for trial in (-4..=-1).chain(1..=4) {
        let tried = (0.1 * trial as f32 + top as f32) / max;
        let misfit = misfit(1.0 / tried, &|index| nearest(tried * x[index]).min(top) as f32);
        if misfit < best {
            (best, inverse) = (misfit, tried);
        }
    }
    let (mut sum_lx, mut sum_l2) = (0.0f32, 0.0f32);
    for ((code, x), w) in codes.iter_mut().zip(x).zip(weights) {
        let new = nearest(inverse * x).min(top);
        *code = new as u8;
        sum_lx += w * x * new as f32;
        sum_l2 += w * new as f32 * new as f32;
    }
    for _ in 0..5 {
        let mut changed = false;
        for ((code, x), w) in codes.iter_mut().zip(x).zip(weights) {
            let old = f32::from(*code);
            let (mut lx, mut l2) = (sum_lx - w * x * old, sum_l2 - w * old * old);
            if !(lx > 0.0 && l2 > 0.0) {
                continue;
            }
            let new = nearest(x * l2 / lx).min(top);
            if new == i32::from(*code) {
                continue;
            }
            lx += w * x * new as f32;
            l2 += w * new as f32 * new as f32;
            if lx * lx * sum_l2 > sum_lx * sum_lx * l2 {
                (*code, sum_lx, sum_l2) = (new as u8, lx, l2);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    if sum_l2 > 0.0 { sum_lx / sum_l2 } else { 0.0 }
}

/// The sum of squares in the order of the numbers.
pub(super) fn sum_of_squares(x: &[f32]) -> f32 {
    let mut sum = 0.0;
    for x in x {
        sum += x * x;
    }
    sum
}
