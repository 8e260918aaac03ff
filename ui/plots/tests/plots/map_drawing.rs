//! What a map shows, on the canvas and as an SVG.

use egui::{ColorImage, Shape};
use parallax_plots::map::{MOST_CONTEXT, MapInput, MapState, key_svg, map_svg, map_ui};
use parallax_plots::{Palette, Words};
use parallax_wire::MapPoint;

use super::{LIGHT, SIZE, input, point, scattered};

const WORDS: Words<'_> =
    Words { id: "map", title: "Map of 12 items", description: "1 item is sorted <differently> & \"moved\"." };

/// One frame of a canvas: its shapes, and the picture of all items.
fn frame(size: [f32; 2], input: &MapInput<'_>, state: &mut MapState) -> (Vec<Shape>, Option<ColorImage>) {
    let context = egui::Context::default();
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
    let raw = egui::RawInput { screen_rect: Some(screen), ..Default::default() };
    let mut output = context.run_ui(raw, |ui| {
        map_ui(ui, input, state);
    });
    let textures = &mut output.textures_delta;
    let sized = |image: &ColorImage| image.size == size.map(|length| length as usize);
    let picture = textures.set.values().flatten().find_map(|delta| {
        let egui::ImageData::Color(image) = &delta.image;
        sized(image).then(|| ColorImage::clone(image))
    });
    textures.clear();
    (output.shapes.into_iter().map(|clipped| clipped.shape).collect(), picture)
}

/// How many pixels of a picture have a colour other than the background.
fn painted(picture: Option<ColorImage>) -> usize {
    let picture = picture.expect("there is a picture");
    picture.pixels.iter().filter(|pixel| **pixel != LIGHT.background).count()
}

#[test]
fn twenty_thousand_items_are_a_handful_of_shapes_without_text() {
    let points = scattered(20_000);
    let mut state = MapState::default();
    state.selected = Some(4);
    let (shapes, picture) = frame(SIZE, &input(&points), &mut state);
    assert!(shapes.len() <= 12, "{} shapes", shapes.len());
    assert!(picture.is_some(), "the items are one picture");
    let words = shapes.iter().filter(|shape| matches!(shape, Shape::Text(_))).count();
    assert_eq!(words, 0, "egui cannot shape every script, so that words are the page's");
}

#[test]
fn every_item_is_drawn_and_a_filter_takes_none_away() {
    // Far enough apart not to cover each other.
    let at = |item: usize| [(item % 8) as f32, (item / 8) as f32];
    let points: Vec<MapPoint> = (0..48).map(|item| point(at(item), at(item), Some(0), Some(0))).collect();
    let all = painted(frame(SIZE, &input(&points), &mut MapState::default()).1);
    for left_out in [0, 20, 47] {
        let mut fewer = points.clone();
        fewer[left_out].operative_at = [f32::NAN; 2];
        let fewer = painted(frame(SIZE, &input(&fewer), &mut MapState::default()).1);
        assert!(fewer + 12 < all, "without item {left_out}, {fewer} pixels of {all}");
    }
    let none = [false; 48];
    let mut filtered = input(&points);
    filtered.emphasis = Some(&none);
    let (_, picture) = frame(SIZE, &filtered, &mut MapState::default());
    let picture = picture.expect("there is a picture");
    assert!(!picture.pixels.contains(&LIGHT.context), "all are fainter");
    assert_eq!(painted(Some(picture)), all, "and each is still there");
}

#[test]
fn the_picture_is_painted_again_when_what_it_shows_changes_and_only_then() {
    let context = egui::Context::default();
    let mut points = scattered(40);
    let mut state = MapState::default();
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, SIZE.into());
    let repainted = |points: &[MapPoint], kept: Option<&[bool]>, palette: &Palette, state: &mut MapState| {
        let raw = egui::RawInput { screen_rect: Some(screen), ..Default::default() };
        let input = MapInput { points, emphasis: kept, palette };
        let mut output = context.run_ui(raw, |ui| {
            map_ui(ui, &input, state);
        });
        let pictures =
            output.textures_delta.set.values().flatten().filter(|delta| delta.image.size()[0] == 640).count();
        output.textures_delta.clear();
        pictures > 0
    };
    assert!(repainted(&points, None, &LIGHT, &mut state), "the first frame");
    assert!(!repainted(&points, None, &LIGHT, &mut state), "nothing changed");
    state.selected = Some(3);
    assert!(!repainted(&points, None, &LIGHT, &mut state), "the selection lies over the picture");
    points[39].operative_at[1] += 0.5;
    assert!(repainted(&points, None, &LIGHT, &mut state), "an item moved");
    points[0].operative = Some(3);
    assert!(repainted(&points, None, &LIGHT, &mut state), "an item changed its category");
    let mut kept = [true; 40];
    assert!(!repainted(&points, Some(&kept[..0]), &LIGHT, &mut state), "all are kept");
    kept[7] = false;
    assert!(repainted(&points, Some(&kept), &LIGHT, &mut state), "an item was filtered out");
    assert!(repainted(&points, Some(&kept), &Palette::dark(), &mut state), "the page turned dark");
    state.zoom_by(1.5, [200.0, 100.0], &MapInput { points: &points, emphasis: None, palette: &LIGHT }, SIZE);
    assert!(repainted(&points, Some(&kept), &Palette::dark(), &mut state), "the view changed");
}

#[test]
fn a_dense_screen_gets_a_dense_picture() {
    let context = egui::Context::default();
    let mut raw = egui::RawInput {
        screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, SIZE.into())),
        ..Default::default()
    };
    raw.viewports.entry(egui::ViewportId::ROOT).or_default().native_pixels_per_point = Some(1.5);
    let points = scattered(20);
    let mut output = context.run_ui(raw, |ui| {
        map_ui(ui, &input(&points), &mut MapState::default());
    });
    let sizes: Vec<_> = output.textures_delta.set.values().flatten().map(|delta| delta.image.size()).collect();
    output.textures_delta.clear();
    assert!(sizes.contains(&[960, 630]), "{sizes:?}");
}

#[test]
fn a_canvas_without_a_size_or_without_items_draws_no_items() {
    let mut points = scattered(3);
    points[1].operative_at = [f32::NAN, 0.0];
    let (_, some) = frame(SIZE, &input(&points), &mut MapState::default());
    let mut state = MapState::default();
    state.selected = Some(99);
    let (_, none) = frame(SIZE, &input(&[]), &mut state);
    assert!(painted(some) > 0, "an item without a place is passed over");
    assert_eq!(painted(none), 0, "and so is a selection that is not there");
    assert_eq!(frame([0.5, 0.0], &input(&points), &mut MapState::default()).0.len(), 0);
}

fn few() -> Vec<MapPoint> {
    let mut points = vec![
        point([0.0, 0.0], [6.0, 4.0], Some(0), Some(1)),
        point([1.0, 3.0], [1.4, 3.1], Some(0), Some(0)),
        point([5.0, 1.0], [7.5, 0.0], Some(1), Some(1)),
        point([8.0, 4.0], [8.0, 4.0], Some(1), Some(2)),
    ];
    points.extend((0..8).map(|item| point([item as f32, 2.0], [item as f32, 2.2], Some(0), Some(0))));
    points
}

#[test]
fn the_static_map_shows_what_the_canvas_shows() {
    let points = few();
    let kept: Vec<bool> = (0..12).map(|item| item != 11).collect();
    let mut filtered = input(&points);
    filtered.emphasis = Some(&kept);
    let mut state = MapState::default();
    state.selected = Some(2);
    let picture = map_svg(&filtered, &state, [320.0, 200.0], &WORDS);
    assert_eq!(picture.left_out, 0);
    insta::assert_snapshot!("map", picture.svg);
}

#[test]
fn the_keys_show_a_flip_and_an_item_that_is_none() {
    insta::assert_snapshot!("map-key", [true, false].map(|flip| key_svg(flip, &LIGHT)).concat());
    assert_ne!(key_svg(true, &LIGHT), key_svg(true, &Palette::dark()));
}

/// How many filled marks a static map has.
fn marks(svg: &str) -> usize {
    svg.matches("h0").count()
}

#[test]
fn a_static_map_of_too_many_items_says_how_many_it_leaves_out_and_keeps_every_flip() {
    let points = scattered(20_000);
    let flips = points.iter().filter(|item| item.nominal != item.operative).count();
    let picture = map_svg(&input(&points), &MapState::default(), SIZE, &WORDS);
    assert_eq!(picture.left_out, 20_000 - flips - MOST_CONTEXT);
    assert_eq!(marks(&picture.svg), flips + MOST_CONTEXT, "what is not left out is drawn");
    assert_eq!(picture, map_svg(&input(&points), &MapState::default(), SIZE, &WORDS), "and is the same each time");

    let mut state = MapState::default();
    state.selected = Some(19_999);
    let with = map_svg(&input(&points), &state, SIZE, &WORDS);
    assert!(with.svg.contains("stroke-width=\"3\""), "the selected item is drawn, whether it was left out or not");
    assert!(picture.svg.len() < 2_000_000, "{} bytes", picture.svg.len());
}

#[test]
fn what_is_left_out_has_nothing_to_do_with_the_order_of_languages() {
    let mut points = scattered(12_000);
    for (item, point) in points.iter_mut().enumerate() {
        point.operative = point.nominal;
        point.operative_at = point.nominal_at;
        // One language on the left and one on the right, in turns, as suites list translations.
        point.nominal_at[0] = if item % 2 == 0 { -5.0 } else { 5.0 };
        point.operative_at[0] = point.nominal_at[0];
    }
    let input = input(&points);
    let picture = map_svg(&input, &MapState::default(), SIZE, &WORDS);
    let [x, _] = MapState::default().plane(&input, SIZE).place([-5.0, 0.0]);
    let first = format!("M{} ", format!("{x:.1}").trim_end_matches(".0"));
    let share = picture.svg.matches(&first).count() as f64 / MOST_CONTEXT as f64;
    assert!((0.47..0.53).contains(&share), "{share} of the drawn items have the first language");
}
