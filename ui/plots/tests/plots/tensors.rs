//! Which tensors are listed, where they lie in the model, and which rows of a long list are drawn.

use parallax_plots::tensors::{Column, Grid, Order, Rows, TensorQuery, UNEXPLAINED, common_kind, listed};
use parallax_wire::{TensorRow, Verdict};
use proptest::prelude::*;

fn row(name: &str, verdict: Verdict, relative_error: Option<f64>) -> TensorRow {
    TensorRow {
        name: name.to_owned(),
        nominal_name: format!("model.{name}"),
        layer: Some(0),
        kind: "experts.3.up".to_owned(),
        parameters: 4,
        nominal_type: "F32".to_owned(),
        stored_type: "Q4_0".to_owned(),
        expected_type: None,
        verdict,
        relative_error,
    }
}

fn rows() -> Vec<TensorRow> {
    vec![
        row("blk.10.a", Verdict::Reproduced, Some(0.1)),
        row("blk.2.a", Verdict::Replaced, None),
        row("blk.2.b", Verdict::Reproduced, Some(0.3)),
    ]
}

fn query(order: &str) -> TensorQuery {
    TensorQuery { order: Some(order.to_owned()), ..TensorQuery::default() }
}

#[test]
fn the_least_explained_comes_first_and_numbers_in_names_count_as_numbers() {
    assert_eq!(listed(&rows(), &TensorQuery::default()), [1, 0, 2], "the order of the file decides among equals");
    assert_eq!(listed(&rows(), &query("name")), [1, 2, 0]);
    assert_eq!(listed(&rows(), &query("-name")), [0, 2, 1]);
    assert_eq!(listed(&rows(), &query("error")), [2, 0, 1], "what is not known comes last");
    assert_eq!(listed(&rows(), &query("nonsense")), [1, 0, 2]);
}

#[test]
fn filters_are_all_to_hold() {
    let wanted = |change: &dyn Fn(&mut TensorQuery)| {
        let mut query = TensorQuery::default();
        change(&mut query);
        listed(&rows(), &query)
    };
    assert_eq!(wanted(&|query| query.verdict = Some(UNEXPLAINED.to_owned())), [1]);
    assert_eq!(wanted(&|query| query.verdict = Some("reproduced".to_owned())), [0, 2]);
    assert_eq!(wanted(&|query| query.search = Some("MODEL.BLK.2".to_owned())), [1, 2]);
    assert_eq!(wanted(&|query| query.kind = Some("experts.*.up".to_owned())), [1, 0, 2]);
    assert_eq!(wanted(&|query| query.layer = Some(1)), [0_usize; 0]);
    assert_eq!(wanted(&|query| query.stored_type = Some("Q8_0".to_owned())), [0_usize; 0]);
}

#[test]
fn a_second_click_on_a_column_turns_it_round() {
    let order = Order::of(&TensorQuery::default());
    assert_eq!(order.clicked(Column::Error).as_deref(), Some("error"));
    assert_eq!(order.clicked(Column::Verdict).as_deref(), Some("-verdict"));
    let turned = Order::of(&query("-verdict"));
    assert_eq!(turned.clicked(Column::Verdict), None, "back to how the list begins");
}

#[test]
fn numbers_inside_a_kind_are_one_kind() {
    assert_eq!(common_kind("mlp.experts.17.up_proj.weight"), "mlp.experts.*.up_proj.weight");
    assert_eq!(common_kind("attn_q.weight"), "attn_q.weight");
    assert_eq!(common_kind("conv1d.2b"), "conv1d.2b", "a number is a part of its own");
    assert_eq!(common_kind(""), "");
}

fn in_layer(name: &str, layer: Option<u32>, kind: &str, verdict: Verdict) -> TensorRow {
    TensorRow { layer, kind: kind.to_owned(), ..row(name, verdict, None) }
}

#[test]
fn a_cell_shows_the_least_explained_of_its_tensors_and_how_many_there_are() {
    let rows = [
        in_layer("embd", None, "token_embd.weight", Verdict::Identical),
        in_layer("a", Some(7), "attn_q.weight", Verdict::Reproduced),
        in_layer("b", Some(2), "experts.0.up", Verdict::Reproduced),
        in_layer("c", Some(2), "experts.1.up", Verdict::ResidualLowrank),
        in_layer("d", Some(2), "experts.2.up", Verdict::ResidualLowrank),
        in_layer("e", Some(2), "attn_q.weight", Verdict::Identical),
    ];
    let grid = Grid::of(&rows);
    assert_eq!(
        (grid.layers.as_slice(), grid.kinds.as_slice()),
        ([2, 7].as_slice(), ["attn_q.weight".to_owned(), "experts.*.up".to_owned()].as_slice())
    );
    let experts = grid.cells[&(1, 0)];
    assert_eq!((experts.tensor, experts.verdict, experts.tensors), (3, Verdict::ResidualLowrank, 3));
    assert!(!grid.cells.contains_key(&(1, 1)), "layer 7 has no experts");
    assert_eq!((grid.outside.len(), grid.outside[0].cell.tensors), (1, 1));
    assert_eq!(grid.place(&rows[4]), Some((1, 0)));
    assert_eq!(grid.place(&rows[0]), None, "outside the layers");
}

#[test]
fn the_keyboard_goes_over_gaps_and_stops_at_the_edges() {
    let cell = |layer: u32, kind: &str| in_layer("x", Some(layer), kind, Verdict::Identical);
    let grid = Grid::of(&[cell(0, "a"), cell(2, "a"), cell(1, "b"), cell(0, "c")]);
    assert_eq!(grid.first(), Some((0, 0)));
    assert_eq!(grid.next((0, 0), (0, 1)), Some((0, 2)), "layer 1 has no such tensor");
    assert_eq!(grid.next((0, 0), (1, 0)), Some((2, 0)));
    assert_eq!(grid.next((0, 2), (0, 1)), None);
    assert_eq!(grid.next((0, 0), (-1, 0)), None);
    assert_eq!(grid.next((0, 0), (0, 0)), Some((0, 0)));
    assert_eq!(Grid::of(&[]), Grid::default());
}

const ROWS: Rows = Rows { count: 10_000, height: 40.0, head: 40.0, view: 480.0 };

#[test]
fn of_ten_thousand_rows_only_those_in_view_are_drawn() {
    assert_eq!(ROWS.drawn(0.0), 0..17);
    assert_eq!(ROWS.drawn(200_000.0), 4_996..5_017);
    assert_eq!(ROWS.drawn(399_990.0), 9_995..10_000);
    assert_eq!(ROWS.drawn(1e9), 10_000..10_000, "beyond the end there is nothing");
    assert_eq!(Rows { count: 0, ..ROWS }.drawn(0.0), 0..0);
    assert_eq!(ROWS.page(), 10);
}

#[test]
fn a_row_in_view_does_not_move_the_list() {
    assert_eq!(ROWS.to_see(5, 0.0), 0.0);
    assert_eq!(ROWS.to_see(3, 400.0), 120.0, "up to a row above");
    assert_eq!(ROWS.to_see(30, 0.0), 31.0 * 40.0 - 440.0, "down until it is whole");
    assert_eq!(ROWS.to_see(1_000_000, 0.0), 400_000.0 - 440.0, "and never beyond the last");
}

proptest! {
    #[test]
    fn whatever_is_scrolled_to_is_drawn_and_few_are(
        count in 1usize..20_000, row in 0usize..20_000, view in 100.0f64..2_000.0, scrolled in 0.0f64..1e6,
    ) {
        let rows = Rows { count, height: 40.0, head: 40.0, view };
        let row = row.min(count - 1);
        let drawn = rows.drawn(rows.to_see(row, scrolled.min(count as f64 * 40.0)));
        prop_assert!(drawn.contains(&row), "{row} of {count} in {drawn:?}");
        prop_assert!(drawn.len() <= 70);
    }

    #[test]
    fn every_tensor_is_in_the_list_once_whatever_the_order(
        verdicts in prop::collection::vec(0usize..12, 0..40), order in 0usize..5, turned in any::<bool>(),
    ) {
        let rows: Vec<TensorRow> =
            verdicts.iter().map(|verdict| row(&format!("t{verdict}"), Verdict::ALL[*verdict], Some(*verdict as f64))).collect();
        let word = format!("{}{}", if turned { "-" } else { "" }, Column::ALL[order].word());
        let mut found = listed(&rows, &query(&word));
        found.sort_unstable();
        prop_assert_eq!(found, (0..rows.len()).collect::<Vec<_>>());
    }
}
