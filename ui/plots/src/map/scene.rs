//! What one frame of the map shows: a painted picture of all items, and over it those that are pointed at or selected.

use std::ops::{Range, RangeInclusive};

use egui::{Color32, Context, Id, Pos2, Rect, Shape, Stroke, TextureHandle, TextureOptions, Ui, Vec2, pos2, vec2};
use egui_plot::{PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotTransform};

use super::look::{CLASSES, Class, Look, OUTLINE, class, look};
use super::raster::{Raster, Stamp};
use super::{MapInput, MapState, Plane, is_placed};

/// How far a mark that is pointed at or selected is set off from the others, in points.
const GAP: f32 = 2.0;
/// Width of the halo round the item that is pointed at, and round the selected one, in points.
const HALO: [f32; 2] = [2.0, 3.0];

/// All items of a map, as one item of the plot.
pub(super) struct Scene<'a> {
    base: PlotItemBase,
    /// Tells the pictures of several maps apart.
    id: Id,
    input: MapInput<'a>,
    looks: [Look; 3],
    zoom: f64,
    selected: Option<usize>,
    hovered: Option<usize>,
}

impl PlotItem for Scene<'_> {
    fn shapes(&self, ui: &Ui, transform: &PlotTransform, shapes: &mut Vec<Shape>) {
        let frame = *transform.frame();
        let bounds = transform.bounds();
        let plane = Plane::from_bounds(frame.size().into(), bounds.min(), bounds.max());
        let texture = self.picture(ui.ctx(), frame.size(), &plane);
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        shapes.push(Shape::image(texture.id(), frame, whole, Color32::WHITE));
        let palette = self.input.palette;
        // The selected item stays on top, also while another one is pointed at.
        let hovered = self.hovered.filter(|item| self.selected != Some(*item));
        for (item, halo, width) in [(hovered, palette.hover, HALO[0]), (self.selected, palette.select, HALO[1])] {
            if let Some(item) = item {
                self.lift(item, &plane, frame.min.to_vec2(), Stroke::new(width, halo), shapes);
            }
        }
    }

    fn initialize(&mut self, _x_range: RangeInclusive<f64>) {}

    fn color(&self) -> Color32 {
        self.input.palette.strong
    }

    fn allow_hover(&self) -> bool {
        false
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        PlotGeometry::None
    }

    fn bounds(&self) -> PlotBounds {
        PlotBounds::NOTHING
    }

    fn base(&self) -> &PlotItemBase {
        &self.base
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        &mut self.base
    }
}

/// Items from which on a picture is painted coarsely first, and finely band by band in the frames after: a page must
/// answer a person within a tenth of a second, also while it moves.
const MANY: usize = 4_000;
/// Bands of such a picture.
const BANDS: usize = 4;

/// The picture of the last frame, with what it was painted from.
#[derive(Clone)]
struct Painted {
    key: u64,
    texture: TextureHandle,
    /// Bands that are painted finely, from the top.
    fine: usize,
}

impl<'a> Scene<'a> {
    pub(super) fn new(id: Id, input: MapInput<'a>, looks: [Look; 3], state: &MapState, hovered: Option<usize>) -> Self {
        let base = PlotItemBase::new("items".to_owned());
        Self { base, id, input, looks, zoom: state.zoom(), selected: state.selected, hovered }
    }

    /// The picture of all items, which is painted when something in it has changed since the last frame.
    fn picture(&self, context: &Context, size: Vec2, plane: &Plane) -> TextureHandle {
        let pixels_per_point = context.pixels_per_point();
        let most = context.input(|input| input.max_texture_side);
        let pixels = [size.x, size.y].map(|length| ((length * pixels_per_point).round() as usize).clamp(1, most));
        let key = self.key(pixels, plane);
        let id = self.id.with("picture");
        let kept: Option<Painted> = context.data(|data| data.get_temp(id));
        let same = kept.as_ref().is_some_and(|painted| painted.key == key);
        let painted = match kept {
            Some(painted) if same && painted.fine == BANDS => return painted.texture,
            Some(mut painted) if same => {
                let rows = pixels[1] * painted.fine / BANDS..pixels[1] * (painted.fine + 1) / BANDS;
                let band = self.paint(pixels[0], rows.clone(), pixels_per_point, plane);
                painted.texture.set_partial([0, rows.start], band, TextureOptions::NEAREST);
                Painted { fine: painted.fine + 1, ..painted }
            }
            kept => {
                let many = self.input.points.len() > MANY;
                let image = if many {
                    self.paint_coarsely(pixels, pixels_per_point, plane)
                } else {
                    self.paint(pixels[0], 0..pixels[1], pixels_per_point, plane)
                };
                let texture = match kept.map(|painted| painted.texture) {
                    Some(mut texture) => {
                        texture.set(image, TextureOptions::NEAREST);
                        texture
                    }
                    None => context.load_texture("map", image, TextureOptions::NEAREST),
                };
                Painted { key, texture, fine: if many { 0 } else { BANDS } }
            }
        };
        if painted.fine < BANDS {
            context.request_repaint();
        }
        context.data_mut(|data| data.insert_temp(id, painted.clone()));
        painted.texture
    }

    /// A number that changes when anything in the picture does.
    fn key(&self, pixels: [usize; 2], plane: &Plane) -> u64 {
        // A multiplication for each 64 bits, as in FNV-1a: nobody attacks a picture, and every frame waits for this.
        let mut key = 0xcbf2_9ce4_8422_2325_u64;
        let mut add = |bits: u64| key = (key ^ bits).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(29);
        let pair = |one: f32, other: f32| u64::from(one.to_bits()) << 32 | u64::from(other.to_bits());
        for point in self.input.points {
            add(pair(point.nominal_at[0], point.nominal_at[1]));
            add(pair(point.operative_at[0], point.operative_at[1]));
            let category = |index: Option<u16>| index.map_or(u64::MAX >> 32, u64::from);
            add(category(point.nominal) << 32 | category(point.operative));
        }
        for item in 0..self.input.emphasis.map_or(0, <[bool]>::len) {
            add(u64::from(self.input.kept(item)));
        }
        let palette = self.input.palette;
        for colour in [palette.background, palette.context, palette.faint, palette.strong] {
            add(u64::from(u32::from_le_bytes(colour.to_array())));
        }
        pixels.into_iter().for_each(|length| add(length as u64));
        plane.bits().into_iter().for_each(&mut add);
        add(self.zoom.to_bits());
        key
    }

    /// The picture in half as many pixels each way, a quarter of the work.
    fn paint_coarsely(&self, pixels: [usize; 2], pixels_per_point: f32, plane: &Plane) -> egui::ColorImage {
        let half = pixels.map(|length| length.div_ceil(2));
        let image = self.paint(half[0], 0..half[1], pixels_per_point / 2.0, plane);
        let at = |pixel: usize| pixel / pixels[0] / 2 * half[0] + pixel % pixels[0] / 2;
        egui::ColorImage::new(pixels, (0..pixels[0] * pixels[1]).map(|pixel| image.pixels[at(pixel)]).collect())
    }

    /// Some rows of the picture.
    fn paint(&self, width: usize, rows: Range<usize>, pixels_per_point: f32, plane: &Plane) -> egui::ColorImage {
        let pixels = [width, rows.len()];
        let mut raster = Raster::new(pixels, self.input.palette.background);
        let place = |at: [f32; 2]| {
            let [across, down] = plane.place(at).map(|place| place * pixels_per_point);
            [across, down - rows.start as f32]
        };
        let looks = self.looks.map(|look| look.magnified(pixels_per_point));
        let mut placed: [Vec<Placed>; 3] = Default::default();
        for (item, point) in self.input.points.iter().enumerate() {
            if let Some(class) = class(item, point, &self.input) {
                let item = Placed { nominal: place(point.nominal_at), operative: place(point.operative_at) };
                if item.touches(pixels, looks[class as usize].reach()) {
                    placed[class as usize].push(item);
                }
            }
        }
        for class in CLASSES {
            let (look, placed) = (&looks[class as usize], &placed[class as usize]);
            // Of what a filter left out, only where it is stays.
            for placed in placed.iter().filter(|_| class != Class::Faint) {
                if let Some(start) = look.line_start(placed.nominal, placed.operative) {
                    raster.line(start, placed.operative, look.from, look.to, look.line);
                }
            }
            if placed.is_empty() {
                continue;
            }
            let (disc, ring) = (Stamp::disc(look.radius), Stamp::ring(look.radius, OUTLINE * look.radius));
            let hole = raster.brush(&disc, self.input.palette.background);
            let (disc, ring) = (raster.brush(&disc, look.mark), raster.brush(&ring, look.mark));
            for placed in placed.iter().filter(|placed| look.shows_both(placed.nominal, placed.operative)) {
                if class == Class::Flip {
                    raster.mark(placed.nominal, &hole);
                }
                raster.mark(placed.nominal, &ring);
            }
            placed.iter().for_each(|placed| raster.mark(placed.operative, &disc));
        }
        raster.finish()
    }

    /// Draws an item over all others, with a halo round both its marks.
    fn lift(&self, item: usize, plane: &Plane, offset: Vec2, halo: Stroke, shapes: &mut Vec<Shape>) {
        let Some(point) = self.input.points.get(item).filter(|point| is_placed(point)) else { return };
        let place = |at: [f32; 2]| Pos2::from(plane.place(at)) + offset;
        let (nominal, operative) = (place(point.nominal_at), place(point.operative_at));
        // What a filter left out is seen like the rest while it is pointed at.
        let class = class(item, point, &self.input).unwrap_or(Class::Context).max(Class::Context);
        let palette = self.input.palette;
        let look = self.looks[class as usize].lifted(&look(class, 1, self.zoom, palette));
        let start = look.line_start(nominal.into(), operative.into()).map(Pos2::from);
        if let Some(start) = start {
            shapes.push(wedge(start, operative, look.from + 4.0, look.to + 4.0, palette.background));
        }
        for at in [nominal, operative] {
            shapes.push(Shape::circle_filled(at, look.radius + GAP + halo.width, halo.color));
            shapes.push(Shape::circle_filled(at, look.radius + GAP, palette.background));
        }
        if let Some(start) = start {
            shapes.push(wedge(start, operative, look.from, look.to, look.mark));
        }
        if look.shows_both(nominal.into(), operative.into()) {
            let outline = OUTLINE * look.radius;
            shapes.push(Shape::circle_stroke(nominal, look.radius - outline / 2.0, Stroke::new(outline, look.mark)));
        }
        shapes.push(Shape::circle_filled(operative, look.radius, look.mark));
    }
}

/// An item on its way to the picture, in pixels.
struct Placed {
    nominal: [f32; 2],
    operative: [f32; 2],
}

impl Placed {
    /// Whether any of it may lie within a picture of so many pixels, when it reaches so far.
    fn touches(&self, pixels: [usize; 2], reach: f32) -> bool {
        [0, 1].into_iter().all(|axis| {
            let (one, other) = (self.nominal[axis], self.operative[axis]);
            one.max(other) >= -reach && one.min(other) <= pixels[axis] as f32 + reach
        })
    }
}

/// A line that is `from` wide at its start and `to` at its end.
fn wedge(start: Pos2, end: Pos2, from: f32, to: f32, colour: Color32) -> Shape {
    let along = (end - start).normalized();
    let across = vec2(-along.y, along.x);
    let corners = [(start, -from), (end, -to), (end, to), (start, from)].map(|(at, width)| at + across * (width / 2.0));
    Shape::convex_polygon(corners.to_vec(), colour, Stroke::NONE)
}

impl Look {
    /// The same, large enough to be found among all others.
    fn lifted(self, usual: &Self) -> Self {
        Self { radius: self.radius.max(usual.radius), from: self.from.max(1.2), to: self.to.max(2.4), ..self }
    }
}

#[cfg(test)]
mod tests {
    use parallax_wire::MapPoint;

    use super::*;
    use crate::Palette;
    use crate::map::look::looks;

    #[test]
    fn the_bands_of_a_picture_are_the_picture() {
        let points: Vec<MapPoint> = (0..500u16)
            .map(|item| {
                let angle = f32::from(item) * 0.7;
                let at = [angle.cos() * f32::from(item), angle.sin() * f32::from(item)];
                let operative_at = [at[0] + 20.0, at[1] - 9.0];
                MapPoint {
                    nominal_at: at,
                    operative_at,
                    nominal: Some(item % 3),
                    operative: Some(item % 4),
                    language: 0,
                }
            })
            .collect();
        let palette = Palette::light();
        let input = MapInput { points: &points, emphasis: None, palette: &palette };
        let (state, pixels) = (MapState::default(), [211, 157]);
        let plane = state.plane(&input, [211.0, 157.0]);
        let scene = Scene::new(Id::unique("map"), input, looks(&input, 1.0), &state, None);
        let whole = scene.paint(pixels[0], 0..pixels[1], 1.0, &plane).pixels;
        assert!(whole.iter().any(|pixel| *pixel != palette.background), "something is painted");
        let rows = |band: usize| pixels[1] * band / BANDS..pixels[1] * (band + 1) / BANDS;
        let bands: Vec<_> =
            (0..BANDS).flat_map(|band| scene.paint(pixels[0], rows(band), 1.0, &plane).pixels).collect();
        assert_eq!(bands.len(), whole.len());
        // A place that is counted from another row is rounded otherwise.
        let near = |one: &Color32, other: &Color32| {
            one.to_array().iter().zip(other.to_array()).all(|(one, other)| one.abs_diff(other) <= 2)
        };
        let far = whole.iter().zip(&bands).filter(|(one, other)| !near(one, other)).count();
        assert!(far * 200 < whole.len(), "{far} of {} pixels differ", whole.len());
    }
}
