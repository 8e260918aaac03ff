//! One measure step by step.

use parallax_plots::strip::{Beyond, Line, StripInput, StripStep, key_svg, strip_svg, strip_table};
use parallax_plots::{Palette, Words};
use proptest::prelude::*;

use super::LIGHT;

const WORDS: Words<'_> = Words { id: "strip", title: "Similarity step by step", description: "It falls at step 4." };
const SIZE: [f32; 2] = [560.0, 180.0];

fn strip(steps: &[StripStep]) -> StripInput<'_> {
    StripInput { steps, selected: None, palette: &LIGHT }
}

fn deployed(values: &[f64]) -> Vec<StripStep> {
    values.iter().map(|value| StripStep { deployed: Some(*value), ..StripStep::default() }).collect()
}

#[test]
fn lines_intervals_and_gaps_are_drawn_as_they_were_measured() {
    let mut steps: Vec<StripStep> = [0.999, 0.996, 0.99, 0.97, 0.91, 0.84, 0.8]
        .into_iter()
        .map(|value| StripStep {
            deployed: Some(value),
            interval: Some([value - 0.02, (value + 0.01_f64).min(1.0)]),
            rounding: Some(value.sqrt()),
            floor: Some(0.9999),
            chance: Some(0.62),
        })
        .collect();
    steps[2] = StripStep { floor: Some(0.9999), ..StripStep::default() };
    steps[5].rounding = Some(f64::NAN);
    steps[6].interval = Some([0.9, 0.1]);
    let mut input = strip(&steps);
    input.selected = Some(4);
    let picture = strip_svg(&input, SIZE, &WORDS);
    assert_eq!(picture.range.chance, None, "a chance value that leaves the lines their shape is shown");
    insta::assert_snapshot!("strip", picture.svg);

    let table = strip_table(&input);
    assert_eq!(table.len(), 7);
    assert_eq!(table[2].values.deployed, None, "an undefined value stays undefined");
    assert_eq!((table[5].values.rounding, table[6].values.interval), (None, None), "and so is what cannot be drawn");
    assert_eq!(table[4].values, steps[4]);
}

#[test]
fn the_keys_show_four_lines_that_differ_without_colour() {
    let lines = [Line::Deployed, Line::Rounding, Line::Floor, Line::Chance];
    insta::assert_snapshot!("strip-key", lines.map(|line| key_svg(line, &LIGHT)).concat());
    let dashes = lines.map(|line| {
        let svg = key_svg(line, &LIGHT);
        svg.split_once("stroke-dasharray").map(|(_, rest)| rest.split('"').nth(1).unwrap_or_default().to_owned())
    });
    let different: std::collections::BTreeSet<_> = dashes.iter().collect();
    assert_eq!(different.len(), 4, "{dashes:?}");
}

#[test]
fn a_chance_value_that_would_flatten_the_lines_is_left_out_and_said() {
    let mut steps = deployed(&[0.99, 0.97, 0.95]);
    steps.iter_mut().for_each(|step| step.chance = Some(0.0));
    let picture = strip_svg(&strip(&steps), SIZE, &WORDS);
    assert_eq!(picture.range.chance, Some(Beyond::Below));
    assert!(picture.range.lowest > 0.5, "the lines keep their shape: {:?}", picture.range);

    steps.iter_mut().for_each(|step| step.chance = Some(2.0));
    assert_eq!(strip_svg(&strip(&steps), SIZE, &WORDS).range.chance, Some(Beyond::Above));
    steps.iter_mut().for_each(|step| step.chance = Some(0.9));
    assert_eq!(strip_svg(&strip(&steps), SIZE, &WORDS).range.chance, None);
}

#[test]
fn a_change_that_is_tiny_looks_tiny() {
    let range = strip_svg(&strip(&deployed(&[0.999_999, 1.0, 0.999_998])), SIZE, &WORDS).range;
    assert_eq!((range.lowest, range.highest), (0.98, 1.0), "noise in the last digits does not fill the picture");
    let range = strip_svg(&strip(&deployed(&[0.0, 0.0])), SIZE, &WORDS).range;
    assert_eq!((range.lowest, range.highest), (0.0, 1.0));
}

#[test]
fn nothing_measured_is_an_empty_picture_and_a_lone_step_is_seen() {
    let empty = [StripStep::default(); 3];
    assert!(!strip_svg(&strip(&empty), SIZE, &WORDS).svg.contains("<circle"));
    assert!(strip_svg(&strip(&[]), SIZE, &WORDS).svg.ends_with("</svg>\n"));

    let mut steps = [StripStep::default(); 3];
    steps[1] = StripStep {
        deployed: Some(0.5),
        interval: Some([0.4, 0.6]),
        rounding: Some(0.7),
        floor: Some(0.9),
        chance: Some(0.2),
    };
    let svg = strip_svg(&strip(&steps), SIZE, &WORDS).svg;
    assert_eq!(svg.matches("<circle").count(), 1);
    assert_eq!(svg.matches("stroke-linecap").count(), 4, "each line is a short stroke there: {svg}");
}

#[test]
fn steps_lie_where_the_page_lays_its_buttons_and_numbers_do_not_collide() {
    let steps = deployed(&[0.5; 49]);
    let picture = strip_svg(&strip(&steps), SIZE, &WORDS);
    let right = picture.left + picture.step_width * 49.0;
    assert!(right <= SIZE[0] && right > SIZE[0] - 20.0, "{right}");
    let first: f32 =
        picture.svg.split("cx=\"").nth(1).and_then(|rest| rest.split('"').next()?.parse().ok()).expect("dots");
    assert!((first - picture.left - picture.step_width / 2.0).abs() < 0.06, "in the middle of its button: {first}");
    let numbers = picture.svg.matches("text-anchor=\"middle\"").count();
    assert!((10..25).contains(&numbers), "{numbers} step numbers on {} points", SIZE[0]);
}

#[test]
fn the_dark_strip_uses_the_dark_colours() {
    let steps = deployed(&[0.5, 0.6]);
    let palette = Palette::dark();
    let svg = strip_svg(&StripInput { palette: &palette, ..strip(&steps) }, SIZE, &WORDS).svg;
    assert!(svg.contains("#ffa657") && !svg.contains("#b8480a"));
}

proptest! {
    #[test]
    fn the_axis_takes_in_every_value_between_three_round_numbers(
        values in prop::collection::vec(-1e4f64..1e4, 1..30), scale in -8i32..8,
    ) {
        let values: Vec<f64> = values.into_iter().map(|value| value * 10f64.powi(scale)).collect();
        let range = strip_svg(&strip(&deployed(&values)), SIZE, &WORDS).range;
        let height = range.highest - range.lowest;
        prop_assert!(height > 0.0);
        for value in &values {
            prop_assert!(*value >= range.lowest - 1e-6 * height && *value <= range.highest + 1e-6 * height);
        }
        let reached = values.iter().fold(f64::INFINITY, |low, value| low.min(*value));
        let highest = values.iter().fold(f64::NEG_INFINITY, |high, value| high.max(*value));
        let largest = reached.abs().max(highest.abs());
        prop_assert!(highest - reached >= 0.2 * height || height <= 0.11 * largest, "the picture is used: {range:?}");
    }
}
