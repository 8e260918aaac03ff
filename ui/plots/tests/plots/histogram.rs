//! How errors are spread.

use parallax_plots::Words;
use parallax_plots::histogram::{HistogramInput, histogram_axes, histogram_svg, histogram_table};
use proptest::prelude::*;

use super::LIGHT;

const WORDS: Words<'_> = Words { id: "errors", title: "Errors", description: "Most are small." };
const SIZE: [f32; 2] = [420.0, 180.0];

fn histogram<'a>(edges: &'a [f64], counts: &'a [u64]) -> HistogramInput<'a> {
    HistogramInput { edges, counts, hovered: None, palette: &LIGHT }
}

#[test]
fn bars_are_as_high_as_their_share_and_the_outer_ones_are_hollow() {
    let edges = [-1.5, -0.5, 0.5, 1.5];
    let counts = [2, 20, 50, 20, 8];
    let mut input = histogram(&edges, &counts);
    input.hovered = Some(1);
    let picture = histogram_svg(&input, SIZE, &WORDS);
    insta::assert_snapshot!("histogram", picture.svg);
    let table = histogram_table(&input);
    assert_eq!(
        (table[0].from, table[0].to, table[0].share),
        (None, Some(-1.5), 0.02),
        "everything below the first edge"
    );
    assert_eq!((table[4].from, table[4].to, table[4].count), (Some(1.5), None, 8));
    assert_eq!(table[2].share, 0.5);
}

#[test]
fn with_an_edge_more_than_counts_every_bin_has_both_ends() {
    let table = histogram_table(&histogram(&[0.0, 1.0, 3.0], &[1, 3]));
    assert_eq!(
        table.iter().map(|bin| (bin.from, bin.to)).collect::<Vec<_>>(),
        [(Some(0.0), Some(1.0)), (Some(1.0), Some(3.0))]
    );
}

#[test]
fn edges_that_do_not_belong_to_the_counts_are_drawn_as_nothing() {
    for (edges, counts) in [
        (&[0.0, 1.0][..], &[1, 2, 3, 4][..]),
        (&[], &[]),
        (&[0.0], &[]),
        (&[0.0, 0.0], &[1]),
        (&[1.0, 0.0], &[1]),
        (&[0.0, f64::NAN], &[1]),
        (&[f64::NEG_INFINITY, 0.0], &[1]),
    ] {
        let input = histogram(edges, counts);
        assert!(histogram_table(&input).is_empty(), "{edges:?} with {counts:?}");
        let picture = histogram_svg(&input, SIZE, &WORDS);
        assert!(picture.bins.is_empty() && picture.svg.ends_with("</svg>\n") && !picture.svg.contains("NaN"));
    }
}

#[test]
fn no_errors_at_all_are_flat_and_a_single_one_among_many_is_seen() {
    let edges = [0.0, 1.0, 2.0];
    let flat = histogram_svg(&histogram(&edges, &[0, 0]), SIZE, &WORDS).svg;
    assert_eq!(flat.matches("<rect").count(), 1, "the background alone: {flat}");
    let rare = histogram_svg(&histogram(&edges, &[u64::MAX / 2, 1]), SIZE, &WORDS).svg;
    assert_eq!(rare.matches("<rect").count(), 3);
}

#[test]
fn the_pointer_meets_the_bin_that_is_drawn_there() {
    let edges: Vec<f64> = (0..36).map(|edge| f64::from(edge) * 0.25 - 4.375).collect();
    let counts: Vec<u64> = (0..35).collect();
    let picture = histogram_svg(&histogram(&edges, &counts), SIZE, &WORDS);
    for (index, [from, to]) in picture.bins.iter().enumerate() {
        assert_eq!(picture.bin_at((from + to) / 2.0), Some(index));
    }
    assert_eq!(picture.bin_at(1.0), None);
}

#[test]
fn the_numbers_beside_a_canvas_stand_where_the_bins_lie() {
    let axes = histogram_axes(&histogram(&[-1.0, 0.0, 1.0], &[5, 10, 10, 0]));
    let across: Vec<_> = axes.across.iter().map(|tick| (tick.at, tick.text.as_str())).collect();
    assert_eq!(across.iter().filter(|(at, _)| *at == 0.5).count(), 1, "nothing differs in the middle: {across:?}");
    assert!(across.contains(&(0.5, "0")), "{across:?}");
    assert_eq!(axes.up.iter().map(|tick| tick.text.as_str()).collect::<Vec<_>>(), ["0", "20", "40"]);
    assert_eq!(histogram_axes(&histogram(&[], &[])), parallax_plots::Axes::default());
}

proptest! {
    #[test]
    fn shares_add_up_to_one_and_bins_join(
        widths in prop::collection::vec(0.01f64..5.0, 1..40), counts in prop::collection::vec(0u64..1_000_000, 40),
    ) {
        let edges: Vec<f64> = widths.iter().scan(-3.0, |at, width| { *at += width; Some(*at) }).collect();
        let counts = &counts[..edges.len() + 1];
        let table = histogram_table(&histogram(&edges, counts));
        prop_assert_eq!(table.len(), counts.len());
        let all: f64 = table.iter().map(|bin| bin.share).sum();
        prop_assert!((all - 1.0).abs() < 1e-9 || counts.iter().all(|count| *count == 0));
        let picture = histogram_svg(&histogram(&edges, counts), SIZE, &WORDS);
        for pair in picture.bins.windows(2) {
            prop_assert!((pair[0][1] - pair[1][0]).abs() < 1e-3);
        }
    }
}
