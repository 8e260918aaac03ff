//! What a map of many items shows from frame to frame, while it is painted and while it moves.

use std::collections::HashMap;
use std::time::Duration;

use egui::{Color32, ColorImage, Context, Event, PointerButton, Pos2, Rect, Shape, TextureId, Vec2};
use parallax_plots::map::{MapInput, MapState, map_ui};
use parallax_wire::MapPoint;

use super::{LIGHT, SIZE, point, scattered};

/// A canvas with what a graphics card would hold of it.
#[derive(Default)]
struct Screen {
    context: Context,
    state: MapState,
    textures: HashMap<TextureId, ColorImage>,
    /// The picture of all items in the last frame, and where it lay.
    shown: Option<(TextureId, Rect)>,
}

/// What one frame did.
struct Frame {
    /// Whether room for a picture was made.
    made: bool,
    /// Rows that were put into a picture which is there already.
    rows: usize,
    /// Whether another frame was asked for at once.
    goes_on: bool,
}

impl Screen {
    fn frame(&mut self, points: &[MapPoint], emphasis: Option<&[bool]>, events: Vec<Event>) -> Frame {
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, SIZE.into()));
        let input = MapInput { points, emphasis, palette: &LIGHT };
        let raw = egui::RawInput { screen_rect, events, ..Default::default() };
        let mut output = self.context.run_ui(raw, |ui| {
            map_ui(ui, &input, &mut self.state);
        });
        let (mut made, mut rows) = (false, 0);
        let set = output.textures_delta.set.drain();
        let all: Vec<_> = set.flat_map(|(id, deltas)| deltas.into_iter().map(move |delta| (id, delta))).collect();
        for (id, delta) in all {
            let egui::ImageData::Color(image) = delta.image;
            let image = ColorImage::clone(&image);
            match delta.pos {
                None => {
                    made |= image.width() == SIZE[0] as usize;
                    self.textures.insert(id, image);
                }
                Some([left, top]) => {
                    rows += image.height();
                    let whole = self.textures.get_mut(&id).expect("only what is there is changed in part");
                    for (row, pixels) in image.pixels.chunks(image.width()).enumerate() {
                        let at = (top + row) * whole.width() + left;
                        whole.pixels[at..at + pixels.len()].copy_from_slice(pixels);
                    }
                }
            }
        }
        output.textures_delta.clear();
        self.shown = output.shapes.iter().find_map(|clipped| match &clipped.shape {
            Shape::Mesh(mesh) => Some((mesh.texture_id, mesh.calc_bounds())),
            _ => None,
        });
        let delay = output.viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        Frame { made, rows, goes_on: delay == Duration::ZERO }
    }

    /// Draws until no more frame is asked for, and counts them.
    fn rest(&mut self, points: &[MapPoint], emphasis: Option<&[bool]>) -> usize {
        let goes_on = |_: &usize| self.frame(points, emphasis, Vec::new()).goes_on;
        (1..200).take_while(goes_on).count() + 1
    }

    /// The colour that is seen at a place, in points.
    fn colour(&self, at: [f32; 2]) -> Color32 {
        let (id, rect) = self.shown.expect("a picture is shown");
        let image = &self.textures[&id];
        let share = (Pos2::from(at) - rect.min) / rect.size();
        let pixel = |share: f32, length: usize| (share * length as f32) as usize;
        image.pixels[pixel(share.y, image.height()) * image.width() + pixel(share.x, image.width())]
    }

    fn picture(&self) -> &ColorImage {
        &self.textures[&self.shown.expect("a picture is shown").0]
    }
}

/// Many items, and after them one flip that lies alone.
fn many() -> Vec<MapPoint> {
    let mut points = scattered(20_000);
    points.push(point([18.0, 15.0], [18.4, 15.2], Some(1), Some(2)));
    points
}

fn zoom(by: f32) -> Vec<Event> {
    zoom_at([400.0, 150.0], by)
}

fn zoom_at(at: [f32; 2], by: f32) -> Vec<Event> {
    let pos = Pos2::from(at);
    vec![Event::PointerMoved(pos), Event::Zoom(by)]
}

#[test]
fn many_items_are_painted_in_parts_and_each_part_once() {
    let (mut screen, points) = (Screen::default(), many());
    let mut parts = Vec::new();
    loop {
        let frame = screen.frame(&points, None, Vec::new());
        parts.push(frame.rows);
        assert_eq!(frame.made, parts.len() == 1, "room is made once, with the first rows in it");
        if !frame.goes_on {
            break;
        }
    }
    assert!((4..20).contains(&parts.len()), "{parts:?}");
    assert!(parts.iter().all(|rows| *rows < SIZE[1] as usize / 2), "{parts:?}");
    let after = screen.frame(&points, None, Vec::new());
    assert!(!after.made && after.rows == 0, "and then nothing more");

    let few = &scattered(900)[..];
    let mut screen = Screen::default();
    assert!(screen.frame(few, None, Vec::new()).made && !screen.picture().pixels.contains(&Color32::TRANSPARENT));
    let whole = screen.picture().clone();
    screen.rest(few, None);
    assert_eq!(*screen.picture(), whole, "few items are painted at once");
}

#[test]
fn while_a_map_moves_its_marks_are_shown_where_they_are() {
    let (mut screen, points) = (Screen::default(), many());
    screen.rest(&points, None);
    let last = points.len() - 1;
    let place = |screen: &Screen| {
        let input = MapInput { points: &points, emphasis: None, palette: &LIGHT };
        screen.state.plane(&input, SIZE).place(points[last].operative_at)
    };
    let turns = || [1.02; 60].into_iter().chain([1.0 / 1.02; 60]).enumerate();
    let mut seen = 0;
    let mut look = |screen: &Screen, turn: usize| {
        let at = place(screen);
        let inside = (0.0..SIZE[0]).contains(&at[0]) && (0.0..SIZE[1]).contains(&at[1]);
        let (_, rect) = screen.shown.expect("a picture is shown");
        if inside && rect.contains(at.into()) {
            seen += 1;
            assert_eq!(screen.colour(at), LIGHT.strong, "turn {turn}: the mark is not at {at:?}");
        }
    };
    for (turn, by) in turns() {
        let frame = screen.frame(&points, None, zoom(by));
        assert!(frame.rows < SIZE[1] as usize / 2, "turn {turn} painted {} rows", frame.rows);
        look(&screen, turn);
    }
    // Once more beside the mark, so that it moves and stays in view.
    let [x, y] = place(&screen);
    for (turn, by) in turns() {
        screen.frame(&points, None, zoom_at([x + 8.0, y - 6.0], by));
        look(&screen, turn);
    }
    assert!(seen >= 100, "the mark was seen {seen} times");
    let zoomed = (0..20).fold(false, |_, _| screen.frame(&points, None, zoom(1.01)).goes_on);
    assert!(zoomed, "a view that moves is not painted to its end");
    screen.rest(&points, None);
    let (_, rect) = screen.shown.expect("a picture is shown");
    assert_eq!((rect.min, rect.size()), (Pos2::ZERO, Vec2::from(SIZE)), "at rest the picture is of this view");

    let mut fresh = Screen { state: screen.state, ..Screen::default() };
    fresh.rest(&points, None);
    assert_eq!(screen.picture(), fresh.picture(), "and the one that a new canvas shows");
}

#[test]
fn a_view_that_moves_gets_new_pictures_all_the_same() {
    let (mut screen, points) = (Screen::default(), many());
    screen.rest(&points, None);
    let (before, _) = screen.shown.expect("a picture is shown");
    let drag = |at: f32| Event::PointerMoved(Pos2::new(at, 200.0));
    let button = |at: f32, pressed| Event::PointerButton {
        pos: Pos2::new(at, 200.0),
        button: PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    screen.frame(&points, None, zoom(2.0));
    screen.frame(&points, None, vec![drag(300.0), button(300.0, true)]);
    let mut pictures = Vec::new();
    for step in 0..60 {
        screen.frame(&points, None, vec![drag(300.0 - 2.0 * step as f32)]);
        pictures.push(screen.shown.expect("a picture is shown").0);
    }
    pictures.dedup();
    assert!(pictures.len() >= 3 && pictures.contains(&before), "{} pictures", pictures.len());
    screen.frame(&points, None, vec![button(180.0, false)]);
    screen.rest(&points, None);
}

#[test]
fn a_filter_shows_when_it_is_painted_whole_and_other_items_never_under_old_ones() {
    let (mut screen, points) = (Screen::default(), many());
    screen.rest(&points, None);
    let all = screen.picture().clone();
    let none = vec![false; points.len()];
    let frame = screen.frame(&points, Some(&none), Vec::new());
    assert!(frame.goes_on, "it is not whole yet");
    assert_eq!(*screen.picture(), all, "until then the picture before is seen");
    screen.rest(&points, Some(&none));
    assert!(!screen.picture().pixels.contains(&LIGHT.strong), "all are faint");

    let mut others = points.clone();
    others.iter_mut().for_each(|point| point.operative = point.nominal);
    screen.frame(&others, None, Vec::new());
    let lowest = &screen.picture().pixels[all.pixels.len() - all.width() * 40..];
    assert!(lowest.iter().all(|pixel| *pixel == LIGHT.background), "what is not painted yet is empty");
}
