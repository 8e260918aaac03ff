//! The strongest directions of what remains, beside those of honest rounding.

use parallax_plots::spectrum::{Series, SpectrumInput, key_svg, spectrum_axes, spectrum_svg, spectrum_table};
use parallax_plots::{Palette, Words};

use super::LIGHT;

const WORDS: Words<'_> = Words { id: "spectrum", title: "Strongest directions", description: "Eight stand out." };
const SIZE: [f32; 2] = [420.0, 180.0];

fn spectrum<'a>(values: &'a [f64], null: &'a [f64]) -> SpectrumInput<'a> {
    SpectrumInput { values, null, edge: Some(1.0), hovered: None, palette: &LIGHT }
}

/// An addition of rank 3 over rounding, and rounding alone.
fn planted() -> (Vec<f64>, Vec<f64>) {
    let noise = |at: usize| 0.99 - 0.004 * at as f64;
    let values = (0..12).map(|at| if at < 3 { 2.4 - 0.5 * at as f64 } else { noise(at) }).collect();
    (values, (0..12).map(noise).collect())
}

#[test]
fn what_stands_above_the_edge_is_seen_beside_what_rounding_gives() {
    let (values, null) = planted();
    let mut input = spectrum(&values, &null);
    input.hovered = Some(1);
    let picture = spectrum_svg(&input, SIZE, &WORDS);
    insta::assert_snapshot!("spectrum", picture.svg);
    let table = spectrum_table(&input);
    assert_eq!(table.len(), 12);
    assert_eq!((table[0].direction, table[0].value, table[0].null), (1, Some(2.4), Some(0.99)));
}

#[test]
fn the_lines_differ_without_colour() {
    let lines = [Series::Remains, Series::StoredAgain, Series::Edge];
    let keys = lines.map(|line| key_svg(line, &LIGHT));
    insta::assert_snapshot!("spectrum-key", keys.concat());
    let dashes: std::collections::BTreeSet<_> = keys
        .iter()
        .map(|key| key.split_once("stroke-dasharray").map(|(_, rest)| rest.split('"').nth(1).map(str::to_owned)))
        .collect();
    assert_eq!(dashes.len(), 3);
}

#[test]
fn a_side_that_is_shorter_or_not_there_leaves_nothing_behind() {
    let (values, null) = planted();
    let alone = spectrum_svg(&spectrum(&values, &[]), SIZE, &WORDS).svg;
    assert_eq!(alone.matches("<circle").count(), 12, "one side, and no empty marks");
    let shorter = spectrum(&values[..2], &null);
    assert_eq!(spectrum_table(&shorter)[5].value, None);
    assert_eq!(spectrum_svg(&shorter, SIZE, &WORDS).svg.matches("<circle").count(), 14);
    let empty = spectrum_svg(&spectrum(&[], &[]), SIZE, &WORDS).svg;
    assert!(!empty.contains("<circle") && !empty.contains("NaN") && empty.ends_with("</svg>\n"));
}

#[test]
fn numbers_that_are_none_are_not_drawn() {
    let values = [2.0, f64::NAN, 1.0, f64::INFINITY, 0.5];
    let mut input = spectrum(&values, &[]);
    input.edge = Some(f64::NAN);
    let svg = spectrum_svg(&input, SIZE, &WORDS).svg;
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
    assert_eq!(svg.matches("<circle").count(), 3);
    assert_eq!(spectrum_table(&input)[1].value, None, "and the table says so");
}

#[test]
fn the_pointer_meets_the_direction_that_is_drawn_there() {
    let (values, null) = planted();
    let picture = spectrum_svg(&spectrum(&values, &null), SIZE, &WORDS);
    for direction in 0..12 {
        let middle = picture.left + (direction as f32 + 0.5) * picture.step_width;
        assert_eq!(picture.direction_at(middle, 12), Some(direction));
    }
    assert_eq!(picture.direction_at(picture.left - 1.0, 12), None);
    assert_eq!(picture.direction_at(SIZE[0], 12), None);
}

#[test]
fn numbers_under_the_axis_do_not_collide_and_dark_is_dark() {
    let values: Vec<f64> = (0..64).map(|at| 1.0 - 0.002 * at as f64).collect();
    let dark = Palette::dark();
    let svg = spectrum_svg(&SpectrumInput { palette: &dark, ..spectrum(&values, &[]) }, SIZE, &WORDS).svg;
    assert!((5..16).contains(&svg.matches("text-anchor=\"middle\"").count()));
    assert!(svg.contains("#ffa657") && !svg.contains("#b8480a"));
}

#[test]
fn the_numbers_beside_a_canvas_stand_where_its_values_lie() {
    let (values, null) = planted();
    let axes = spectrum_axes(&spectrum(&values, &null), 360.0);
    let up: Vec<_> = axes.up.iter().map(|tick| (tick.at, tick.text.as_str())).collect();
    assert_eq!(up, [(0.0, "0"), (0.5, "2"), (1.0, "4")], "between round numbers");
    assert_eq!(axes.across.first().map(|tick| (tick.at * 24.0, tick.text.clone())), Some((1.0, "1".to_owned())));
    assert!(axes.across.windows(2).all(|pair| pair[1].at - pair[0].at >= 26.0 / 360.0), "{:?}", axes.across);
    assert_eq!(spectrum_axes(&spectrum(&[], &[]), 360.0), parallax_plots::Axes::default());
}
