//! A chart as a figure: a canvas with numbers beside it where one can be drawn, and a picture otherwise.

use leptos::ev::MouseEvent;
use leptos::html::Div;
use leptos::prelude::*;
use parallax_plots::{Axes, Palette};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::canvas::{ChartCanvas, ChartNews};
use crate::dom;
use crate::parts::{palette, width_of};
use crate::session::session;

/// Height of a chart in points, and of its numbers below.
const HEIGHT: f32 = 190.0;
/// Narrowest chart in points; below, it scrolls.
const NARROWEST: f32 = 280.0;

/// What a figure is drawn from: the same data as a picture, on a canvas, and as numbers beside that.
pub(super) trait Chart: Clone + PartialEq + Send + Sync + 'static {
    /// The picture, `size` in points, with `hovered` brought out.
    fn picture(&self, size: [f32; 2], hovered: Option<usize>, palette: &Palette) -> String;
    /// What is under a place of such a picture, in points from its left edge.
    fn met(&self, size: [f32; 2], x: f32) -> Option<usize>;
    /// Draws it on a canvas; what is under the pointer.
    fn draw(&self, ui: &mut egui::Ui, palette: &Palette) -> Option<usize>;
    /// The numbers beside a canvas of so many points across.
    fn axes(&self, width: f32) -> Axes;
    /// Name and description of what can be seen.
    fn words(&self) -> (String, String);
}

/// The figure; `hovered` is told what is under the pointer.
#[component]
pub(super) fn Figure<C: Chart>(chart: Memo<Option<C>>, hovered: RwSignal<Option<usize>>) -> impl IntoView {
    let moving = RwSignal::new(dom::may_draw());
    // Another chart has nothing under the pointer yet.
    Effect::new(move |_| {
        chart.track();
        hovered.set(None);
    });
    move || {
        if moving.get() {
            view! { <Moving chart hovered failed=move || { moving.try_set(false); } /> }.into_any()
        } else {
            view! { <Still chart hovered /> }.into_any()
        }
    }
}

/// The canvas with its numbers.
#[component]
fn Moving<C: Chart>(
    chart: Memo<Option<C>>,
    hovered: RwSignal<Option<usize>>,
    failed: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let session = session();
    let holder = NodeRef::<Div>::new();
    let width = width_of(holder);
    let canvas = StoredValue::new_local(None::<ChartCanvas>);
    Effect::new(move |_| {
        let Some(holder) = holder.get() else { return };
        let Some(chart) = chart.get() else { return };
        let palette = palette(&session.theme.get());
        let draw = move |ui: &mut egui::Ui| chart.draw(ui, &palette);
        if canvas.with_value(Option::is_some) {
            canvas.with_value(|canvas| {
                if let Some(canvas) = canvas {
                    canvas.change(draw);
                }
            });
            return;
        }
        let holder: HtmlElement = holder.unchecked_into();
        let tell = move |news| match news {
            ChartNews::Hovered(now) => {
                hovered.try_set(now);
            }
            ChartNews::NoCanvas => failed(),
        };
        match ChartCanvas::start(&holder, draw, tell) {
            Ok(started) => canvas.set_value(Some(started)),
            Err(_) => failed(),
        }
    });
    let axes = Memo::new(move |_| {
        let width = width.get()?;
        chart.with(|chart| chart.as_ref().map(|chart| chart.axes(width)))
    });
    let up = move || {
        let axes = axes.get().unwrap_or_default();
        let number = |tick: parallax_plots::Tick| {
            view! { <span style:bottom=format!("{:.2}%", tick.at * 100.0)>{tick.text}</span> }
        };
        axes.up.into_iter().map(number).collect_view()
    };
    let across = move || {
        let axes = axes.get().unwrap_or_default();
        let number = |tick: parallax_plots::Tick| {
            view! { <span style:left=format!("{:.2}%", tick.at * 100.0)>{tick.text}</span> }
        };
        axes.across.into_iter().map(number).collect_view()
    };
    let words = move || chart.with(|chart| chart.as_ref().map(Chart::words)).unwrap_or_default();
    view! {
        <div class="chart">
            <div class="chart-up" aria-hidden="true">{up}</div>
            <div
                class="chart-canvas"
                node_ref=holder
                role="img"
                aria-label=move || {
                    let (title, description) = words();
                    format!("{title} {description}")
                }
                style:height=format!("{:.0}px", HEIGHT - 32.0)
            ></div>
            <div class="chart-across" aria-hidden="true">{across}</div>
        </div>
    }
}

/// The picture.
#[component]
fn Still<C: Chart>(chart: Memo<Option<C>>, hovered: RwSignal<Option<usize>>) -> impl IntoView {
    let session = session();
    let frame = NodeRef::<Div>::new();
    let width = width_of(frame);
    let size = move || width.get().map(|width| [width.max(NARROWEST), HEIGHT]);
    let svg = Memo::new(move |_| {
        let (size, palette) = (size()?, palette(&session.theme.get()));
        chart.with(|chart| chart.as_ref().map(|chart| chart.picture(size, hovered.get(), &palette)))
    });
    let point = move |event: &MouseEvent| {
        let element = frame.get_untracked()?;
        let edge = element.get_bounding_client_rect();
        let x = event.client_x() as f32 - edge.left() as f32 + element.scroll_left() as f32;
        let size = untrack(size)?;
        chart.with_untracked(|chart| chart.as_ref()?.met(size, x))
    };
    view! {
        <div
            class="plot-frame"
            node_ref=frame
            inner_html=move || svg.get().unwrap_or_default()
            on:mousemove=move |event| hovered.set(point(&event))
            on:mouseleave=move |_| hovered.set(None)
        ></div>
    }
}
