//! One measure over the steps: a picture, a button for each step, and the chosen step in words.

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;
use parallax_plots::Words;
use parallax_plots::strip::{Beyond, Line, StripInput, key_svg, strip_svg};

use crate::parts::{palette, width_of};
use crate::say::{count, say, text};
use crate::session::session;

use super::drawn::Drawn;
use super::table::StepsTable;

/// Height of the picture in points.
const HEIGHT: f32 = 230.0;
/// Narrowest picture in points; below, it scrolls.
const NARROWEST: f32 = 320.0;

/// The strip of measure `index`.
#[component]
pub(super) fn Strip(
    drawn: Arc<Drawn>,
    index: usize,
    /// Place of the chosen step among the taps.
    chosen: Memo<usize>,
    choose: Callback<usize>,
) -> impl IntoView {
    let session = session();
    let frame = NodeRef::<Div>::new();
    let width = width_of(frame);
    let measure = &drawn.measures[index];
    let (title, steps) = (measure.title(), measure.steps());
    let description = say(&measure.id("description"), [("n", count(drawn.n))]);
    let picture = {
        let (title, word) = (title.clone(), measure.word);
        Memo::new(move |_| {
            let width = width.get()?.max(NARROWEST);
            let palette = palette(&session.theme.get());
            let input = StripInput { steps: &steps, selected: Some(chosen.get()), palette: &palette };
            let id = format!("strip-{word}");
            let words = Words { id: &id, title: &title, description: &description };
            Some(strip_svg(&input, [width, HEIGHT], &words))
        })
    };
    let svg = move || picture.get().map(|picture| picture.svg).unwrap_or_default();
    let place = move |pick: fn(&parallax_plots::strip::StripPicture) -> f32| {
        picture.with(|picture| picture.as_ref().map_or_else(String::new, |picture| format!("{:.1}px", pick(picture))))
    };
    let last = drawn.last();
    let buttons = drawn
        .taps
        .iter()
        .enumerate()
        .map(|(step, tap)| {
            let tap = *tap;
            view! {
                <button
                    type="button"
                    class="pick"
                    data-step=tap.to_string()
                    aria-label=say("window-step-of", [("step", count(tap)), ("last", count(last))])
                    aria-pressed=move || (chosen.get() == step).to_string()
                    style:width=move || place(|picture| picture.step_width)
                    on:click=move |_| choose.run(step)
                >
                    <span>{tap}</span>
                </button>
            }
        })
        .collect_view();
    // A line that would lie far off is left out of the picture, and the page says so.
    let beyond = move || {
        let beyond = picture.with(|picture| picture.as_ref()?.range.chance)?;
        let id = match beyond {
            Beyond::Below => "window-step-chance-below",
            Beyond::Above => "window-step-chance-above",
        };
        Some(view! { <p class="quiet small">{text(id)}</p> })
    };
    view! {
        <section class="card strip-card">
            <header>
                <h2>{title} " " <span class="quiet code">{measure.name.clone()}</span></h2>
                <p class="quiet small">{text(&measure.id("how"))}</p>
            </header>
            <div class="strip">
                <div class="strip-picture">
                    <p class="quiet small axis">{text(&measure.id("axis"))}</p>
                    <div class="strip-frame" node_ref=frame>
                        <div class="strip-svg" inner_html=svg></div>
                        <div
                            class="strip-steps"
                            role="group"
                            aria-label=text("plot-steps-axis")
                            style:padding-left=move || place(|picture| picture.left)
                        >
                            {buttons}
                        </div>
                    </div>
                    <p class="quiet small axis-under">{text("plot-steps-axis")}</p>
                </div>
                <Said drawn=Arc::clone(&drawn) index chosen />
            </div>
            {beyond}
            <details>
                <summary>{text("report-as-table")}</summary>
                <StepsTable drawn=Arc::clone(&drawn) index chosen />
            </details>
        </section>
    }
}

/// The chosen step in words, which is also what the lines mean.
#[component]
fn Said(drawn: Arc<Drawn>, index: usize, chosen: Memo<usize>) -> impl IntoView {
    let session = session();
    let last = drawn.last();
    let step = {
        let drawn = Arc::clone(&drawn);
        move || {
            let tap = drawn.taps.get(chosen.get()).copied().unwrap_or_default();
            say("window-step-of", [("step", count(tap)), ("last", count(last))])
        }
    };
    let rows = move || {
        let palette = palette(&session.theme.get());
        let measure = &drawn.measures[index];
        let step = chosen.get();
        let value = measure.values.get(step).cloned().flatten();
        let said = |value: Option<f64>| value.map(|value| measure.said(value));
        let reason = match measure.value(step) {
            Ok(value) => measure.said(value),
            Err(reason) => reason,
        };
        let interval = value
            .as_ref()
            .and_then(|value| value.interval)
            .map(|(low, high)| format!("{} – {}", measure.short(low), measure.short(high)));
        let row = |line: Line, id: &str, value: Option<String>| {
            value.map(|value| {
                view! {
                    <div>
                        <dt><span class="key" inner_html=key_svg(line, &palette)></span>{text(id)}</dt>
                        <dd>{value}</dd>
                    </div>
                }
            })
        };
        let value = value.as_ref();
        view! {
            {row(Line::Deployed, "series-deployed", Some(reason))}
            {interval
                .map(|interval| {
                    view! {
                        <div class="quiet small">
                            <dt>{text("report-number-interval")}</dt>
                            <dd>{interval}</dd>
                        </div>
                    }
                })}
            {row(Line::Rounding, "series-rounding", said(value.and_then(|value| value.rounding)))}
            {row(Line::Floor, "series-floor", said(value.and_then(|value| value.floor)))}
            {row(Line::Chance, "series-chance", said(value.and_then(|value| value.chance)))}
        }
    };
    view! {
        <div class="strip-said" aria-live="polite">
            <h3>{step}</h3>
            <dl>{rows}</dl>
        </div>
    }
}
