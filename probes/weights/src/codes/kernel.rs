//! The inner loop of the code test: groups of 16 or 32 without a branch, and a second look at those that differ.
//!
//! The loops are compiled once per instruction set by `pulp`. Sums and quotients are those of ggml's encoders, in f32
//! and never contracted, so that every instruction set gives the same bits.

use pulp::Arch;

use super::row::CodeRow;

/// Adding and taking off 1.5 x 2^23 rounds to the nearest whole number, ties to even (`nearest_int` of `ggml-quants.c`).
const ROUND: f32 = 12_582_912.0;

/// Units in the last place within which a quotient counts as lying on the border between two codes.
pub(crate) const TIE_ULPS: f64 = 8.0;

/// The whole number nearest to `t`, ties to even, for magnitudes up to 2^22.
#[inline(always)]
pub(crate) fn nearest(t: f32) -> f32 {
    (t + ROUND) - ROUND
}

/// `t`, but at least `low` and at most `high`; NaN stays.
#[inline(always)]
pub(crate) fn clamp(t: f32, low: f32, high: f32) -> f32 {
    let t = if t < low { low } else { t };
    if t > high { high } else { t }
}

/// How codes of a type are computed from stored scales, and how exactly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    /// The smallest code.
    pub(crate) low: f32,
    /// The largest code.
    pub(crate) high: f32,
    /// The largest whole multiple of the superblock's scale that a group's can be; 1 without superblocks.
    pub(crate) multiple: f32,
    /// Whether the stored f16 scale and offset are roundings of what the codes were computed with.
    pub(crate) rounded_later: bool,
}

/// What became of the elements of some rows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) tested: u64,
    pub(crate) skipped: u64,
    pub(crate) dead_codes: u64,
    pub(crate) silenced: u64,
    pub(crate) not_finite: u64,
    pub(crate) mismatches: u64,
    pub(crate) ties: u64,
}

impl Tally {
    pub(crate) fn add(self, other: Tally) -> Tally {
        Tally {
            tested: self.tested + other.tested,
            skipped: self.skipped + other.skipped,
            dead_codes: self.dead_codes + other.dead_codes,
            silenced: self.silenced + other.silenced,
            not_finite: self.not_finite + other.not_finite,
            mismatches: self.mismatches + other.mismatches,
            ties: self.ties + other.ties,
        }
    }
}

/// Holds the codes of one row against its numbers; `mismatch` is called with the column of each that differs.
pub(crate) fn test_row(
    arch: Arch,
    rule: Rule,
    x: &[f32],
    stored: &[u8],
    row: &mut CodeRow,
    mismatch: &mut dyn FnMut(usize),
) -> Tally {
    let mut tally = Tally::default();
    arch.dispatch(|| {
        row.read(stored);
        if row.group == 16 {
            groups::<16>(rule, x, row, &mut tally, mismatch);
        } else {
            groups::<32>(rule, x, row, &mut tally, mismatch);
        }
    });
    tally
}

#[inline(always)]
fn groups<const GROUP: usize>(
    rule: Rule,
    x: &[f32],
    row: &CodeRow,
    tally: &mut Tally,
    mismatch: &mut dyn FnMut(usize),
) {
    let scales = row.scale.iter().zip(&row.offset);
    let groups = x.chunks_exact(GROUP).zip(row.codes.chunks_exact(GROUP)).zip(scales);
    for (index, ((x, codes), (&scale, &offset))) in groups.enumerate() {
        if scale == 0.0 {
            look_at_dead(rule, x, codes, row.step[index], offset, tally);
        } else if !(scale.is_finite() && offset.is_finite()) {
            tally.not_finite += GROUP as u64;
        } else if differs(rule, x, codes, scale, offset) {
            let group = Group { x, codes, scale, offset };
            group.look_again(rule, tally, &mut |lane| mismatch(index * GROUP + lane));
        } else {
            tally.tested += GROUP as u64;
        }
    }
}

/// Whether any code differs from what its number rounds to, or any number is not finite.
#[inline(always)]
fn differs(rule: Rule, x: &[f32], codes: &[i8], scale: f32, offset: f32) -> bool {
    let mut differs = 0;
    for (&x, &code) in x.iter().zip(codes) {
        let t = clamp((x + offset) / scale, rule.low, rule.high);
        // Clamping would hide an infinity.
        differs |= i32::from(nearest(t) != f32::from(code)) | i32::from(!x.is_finite());
    }
    differs != 0
}

/// A group whose scale is zero stands for one number. Its codes mean nothing; encoders leave some there.
#[cold]
fn look_at_dead(rule: Rule, x: &[f32], codes: &[i8], step: f32, offset: f32, tally: &mut Tally) {
    /// Half the distance between the smallest f16 numbers: what a scale may be and yet be stored as 0.
    const UNDERFLOW: f32 = 2.980_232_2e-8;
    tally.skipped += x.len() as u64;
    let empty = |code: i8| code == 0 || f32::from(code) == rule.low;
    tally.dead_codes += codes.iter().filter(|&&code| !empty(code)).count() as u64;
    // A group's scale is stored as zero when it is below half a step. All levels together then span half as many
    // steps; twice that leaves room for searches that do not fit every number.
    let step = if step == 0.0 { UNDERFLOW * rule.multiple } else { step.abs() + UNDERFLOW };
    let reach = (rule.high - rule.low + 1.0) * step;
    let far = |x: f32| (x + offset).abs() > reach;
    tally.silenced += x.iter().filter(|&&x| far(x)).count() as u64;
    tally.not_finite += x.iter().filter(|x| !x.is_finite()).count() as u64;
}

struct Group<'a> {
    x: &'a [f32],
    codes: &'a [i8],
    scale: f32,
    offset: f32,
}

impl Group<'_> {
    #[cold]
    fn look_again(&self, rule: Rule, tally: &mut Tally, mismatch: &mut dyn FnMut(usize)) {
        for (lane, (&x, &code)) in self.x.iter().zip(self.codes).enumerate() {
            if !x.is_finite() {
                tally.not_finite += 1;
                continue;
            }
            tally.tested += 1;
            let t = (x + self.offset) / self.scale;
            let clamped = clamp(t, rule.low, rule.high);
            if nearest(clamped) == f32::from(code) {
                continue;
            }
            let slack = if rule.rounded_later { self.rounding(clamped) } else { 0.0 };
            if is_tie(clamped, code, slack) {
                tally.ties += 1;
            } else {
                tally.mismatches += 1;
                mismatch(lane);
            }
        }
    }

    /// How far the rounding of scale and offset to f16 can have moved a quotient, in codes.
    fn rounding(&self, t: f32) -> f64 {
        /// Relative rounding of a normal f16.
        const RELATIVE: f64 = 1.0 / 2048.0;
        /// Absolute rounding of a subnormal one.
        const ABSOLUTE: f64 = 1.0 / 33_554_432.0;
        let scale = f64::from(self.scale.abs());
        let error = |value: f64| (value.abs() * RELATIVE).max(ABSOLUTE);
        (f64::from(t.abs()) * error(scale) + if self.offset == 0.0 { 0.0 } else { error(f64::from(self.offset)) })
            / scale
    }
}

/// Whether `t`, already clamped, lies so near the border between `code` and a neighbour that the order of operations
/// decides. What was cut off by clamping has no part in it: far beyond the range there is no border.
pub(crate) fn is_tie(t: f32, code: i8, slack: f64) -> bool {
    let ulp = f64::from(t.abs().next_up()) - f64::from(t.abs());
    (f64::from(code) - f64::from(t)).abs() <= 0.5 + TIE_ULPS * ulp + slack
}

#[cfg(test)]
mod tests {
    use super::*;

    const Q4: Rule = Rule { low: 0.0, high: 15.0, multiple: 63.0, rounded_later: false };

    #[test]
    fn halves_go_to_even_and_their_neighbours_are_ties() {
        for (t, to) in [(0.5, 0.0), (1.5, 2.0), (2.5, 2.0), (-0.5, 0.0), (14.5, 14.0), (3.499_999, 3.0)] {
            assert_eq!(nearest(t), to, "{t}");
        }
        assert!(is_tie(2.5, 3, 0.0) && is_tie(2.5, 2, 0.0));
        assert!(!is_tie(2.5, 4, 0.0) && !is_tie(2.5, 1, 0.0), "only the two neighbours share a border");
        assert!(!is_tie(2.500_01, 2, 0.0), "far from the border by the measure of f32");
        assert!(!is_tie(15.0, 14, 0.0), "a code short of the top");
    }

    #[test]
    fn infinite_numbers_are_seen_even_where_clamping_would_hide_them() {
        let mut x = [15.0; 32];
        let codes = [15; 32];
        assert!(!differs(Q4, &x, &codes, 1.0, 0.0));
        x[7] = f32::INFINITY;
        assert!(differs(Q4, &x, &codes, 1.0, 0.0));
        let mut tally = Tally::default();
        Group { x: &x, codes: &codes, scale: 1.0, offset: 0.0 }
            .look_again(Q4, &mut tally, &mut |_| panic!("no mismatch"));
        assert_eq!((tally.tested, tally.not_finite), (31, 1));
    }
}
