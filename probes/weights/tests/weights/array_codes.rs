//! Whole-number codes as ONNX Runtime's tool makes them.

use parallax_weights::array_codes::{ArrayCodes, Channel, Codes, Rule, array_codes};
use parallax_weights::residual::Undecided;

use crate::matrices::{Matrix, SQUARE};

/// Written out after `compute_scale_zp` and `quantize_nparray`, for one channel.
fn quantize(values: &[f32], (first, last): (i32, i32), symmetric: bool) -> (f32, i32, Vec<i32>) {
    let least = values.iter().copied().fold(0.0f32, f32::min);
    let largest = values.iter().copied().fold(0.0f32, f32::max);
    let (low, high) = if symmetric {
        let most = largest.max(-least);
        (-most, most)
    } else {
        (least, largest)
    };
    let wide = (f64::from(high) - f64::from(low)) / f64::from(last - first);
    let zero = if symmetric { f64::from(first + last) / 2.0 } else { f64::from(first) - f64::from(low) / wide };
    let (scale, zero) = (wide as f32, zero.round_ties_even() as i32);
    let codes =
        values.iter().map(|value| ((value / scale).round_ties_even() as i32 + zero).clamp(first, last)).collect();
    (scale, zero, codes)
}

fn signed(codes: &[i32]) -> Vec<i8> {
    codes.iter().map(|&code| i8::try_from(code).unwrap()).collect()
}

fn unsigned(codes: &[i32]) -> Vec<u8> {
    codes.iter().map(|&code| u8::try_from(code).unwrap()).collect()
}

#[test]
fn a_tensor_with_one_scale_is_reproduced_under_each_rule() {
    let Some(source) = Matrix::real(SQUARE) else { return };
    for (range, rule) in [
        ((-127, 127), Rule { symmetric: true, reduced: false }),
        ((-128, 127), Rule { symmetric: false, reduced: false }),
        ((-64, 64), Rule { symmetric: true, reduced: true }),
        ((-64, 64), Rule { symmetric: false, reduced: true }),
    ] {
        let (scale, zero, codes) = quantize(&source.values, range, rule.symmetric);
        let codes = signed(&codes);
        let zero_points = if zero == 0 { vec![] } else { vec![zero] };
        let (codes, scales) = (Codes::I8(&codes), &[scale]);
        let deployed = ArrayCodes { codes, scales, zero_points: &zero_points, channel: Channel::Tensor };
        let found = array_codes(&deployed, &source).unwrap();
        assert!(found.reproduced(), "{rule:?}: {} different", found.different);
        assert_eq!((found.rule, found.equal), (rule, found.codes));
    }
    for (range, rule) in [
        ((0, 255), Rule { symmetric: true, reduced: false }),
        ((0, 255), Rule { symmetric: false, reduced: false }),
        ((0, 127), Rule { symmetric: false, reduced: true }),
    ] {
        let (scale, zero, codes) = quantize(&source.values, range, rule.symmetric);
        let codes = unsigned(&codes);
        let (codes, scales) = (Codes::U8(&codes), &[scale]);
        let deployed = ArrayCodes { codes, scales, zero_points: &[zero], channel: Channel::Tensor };
        let found = array_codes(&deployed, &source).unwrap();
        assert!(found.reproduced() && found.rule == rule, "{rule:?}: {:?}", found.rule);
    }
}

#[test]
fn channels_are_rows_or_columns() {
    let Some(source) = Matrix::real(SQUARE) else { return };
    let rows: Vec<(f32, i32, Vec<i32>)> =
        (0..source.rows).map(|row| quantize(source.row(row), (-127, 127), true)).collect();
    let codes: Vec<i8> = rows.iter().flat_map(|row| signed(&row.2)).collect();
    let scales: Vec<f32> = rows.iter().map(|row| row.0).collect();
    let by_rows = ArrayCodes { codes: Codes::I8(&codes), scales: &scales, zero_points: &[], channel: Channel::Row };
    let found = array_codes(&by_rows, &source).unwrap();
    assert!(found.reproduced() && found.channels == 384);
    // The same tensor stored input by output.
    let turned = source.transposed();
    let codes: Vec<i8> = (0..codes.len()).map(|index| codes[index % 384 * 384 + index / 384]).collect();
    let by_columns =
        ArrayCodes { codes: Codes::I8(&codes), scales: &scales, zero_points: &[], channel: Channel::Column };
    assert!(array_codes(&by_columns, &turned).unwrap().reproduced());
}

#[test]
fn edited_rows_are_named_worst_first() {
    let Some(source) = Matrix::real(SQUARE) else { return };
    let (scale, _, codes) = quantize(&source.values, (-127, 127), true);
    let mut codes = signed(&codes);
    for column in 0..10 {
        codes[7 * 384 + column] = codes[7 * 384 + column].wrapping_add(3);
    }
    codes[100 * 384] = codes[100 * 384].wrapping_add(1);
    let deployed =
        ArrayCodes { codes: Codes::I8(&codes), scales: &[scale], zero_points: &[0], channel: Channel::Tensor };
    let found = array_codes(&deployed, &source).unwrap();
    assert!(!found.reproduced() && !found.codes_explained());
    assert_eq!((found.different, found.channels_explained), (11, 1));
    let worst: Vec<(usize, usize, u32)> =
        found.worst.iter().map(|row| (row.row, row.different, row.furthest)).collect();
    assert_eq!(worst, [(7, 10, 3), (100, 1, 1)]);
}

#[test]
fn a_scale_of_another_origin_leaves_the_codes_explained() {
    let Some(source) = Matrix::real(SQUARE) else { return };
    let (scale, _, _) = quantize(&source.values, (-127, 127), true);
    // A calibrated range cuts the outliers.
    let scale = scale * 0.8;
    let codes: Vec<i8> =
        source.values.iter().map(|value| (value / scale).round_ties_even().clamp(-128.0, 127.0) as i8).collect();
    let deployed =
        ArrayCodes { codes: Codes::I8(&codes), scales: &[scale], zero_points: &[], channel: Channel::Tensor };
    let found = array_codes(&deployed, &source).unwrap();
    assert!(found.codes_explained() && !found.reproduced());
    assert_eq!(found.channels_explained, 0);
}

#[test]
fn a_tie_may_go_to_either_side_and_nothing_else_may() {
    let source = Matrix { rows: 1, columns: 4, values: vec![127.0, 2.5, -3.5, 8.0] };
    let count = |codes: [i8; 4]| {
        let deployed =
            ArrayCodes { codes: Codes::I8(&codes), scales: &[1.0], zero_points: &[], channel: Channel::Tensor };
        let found = array_codes(&deployed, &source).unwrap();
        (found.equal, found.ties, found.different)
    };
    assert_eq!(count([127, 2, -4, 8]), (4, 0, 0), "half to even");
    assert_eq!(count([127, 3, -3, 8]), (2, 2, 0), "half up");
    assert_eq!(count([127, 1, -4, 9]), (2, 0, 2));
}

#[test]
fn arrays_of_other_lengths_are_refused() {
    let source = Matrix::normal(2, 2, 1);
    let check = |codes: &[i8], scales: &[f32], channel| {
        array_codes(&ArrayCodes { codes: Codes::I8(codes), scales, zero_points: &[], channel }, &source).err()
    };
    let length = |what, got, needed| Some(Undecided::Length { what, got, needed });
    assert_eq!(check(&[0; 3], &[1.0], Channel::Tensor), length("the array of codes", 3, 4));
    assert_eq!(check(&[0; 4], &[1.0], Channel::Row), length("the array of scales", 1, 2));
    assert_eq!(check(&[0; 4], &[0.0], Channel::Tensor), Some(Undecided::Scale { channel: 0, scale: 0.0 }));
}
