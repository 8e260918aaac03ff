//! How each variant sorts an item, reader by reader.

use leptos::prelude::*;
use parallax_wire::{Decision, ItemRecord};

use crate::pages::reader_id;
use crate::parts::{Category, SideMark, Term, number};
use crate::say::text;

/// The decisions on an item.
#[component]
pub(crate) fn Decisions(item: ItemRecord) -> impl IntoView {
    if item.decisions.is_empty() {
        return view! { <p>{text("report-example-no-decision")}</p> }.into_any();
    }
    let rows = item.decisions.iter().map(|decision| line(&item, decision)).collect_view();
    view! {
        <section class="stack">
            <h3>{text("window-item-sorted")}</h3>
            <table class="decisions">
                <thead>
                    <tr>
                        <th scope="col" class="nominal"><SideMark filled=false />{text("report-side-published")}</th>
                        <th scope="col" class="operative"><SideMark filled=true />{text("report-side-deployed")}</th>
                    </tr>
                </thead>
                {rows}
            </table>
            <p class="quiet small">{text("window-item-lead-meaning")}</p>
        </section>
    }
    .into_any()
}

/// One reader: its name over both sides, so that a narrow panel has room for them.
fn line(item: &ItemRecord, decision: &Decision) -> impl IntoView + use<> {
    let moved = decision.nominal != decision.operative;
    let (class, sign, id) =
        if moved { ("chip differs", "≠", "window-item-moved") } else { ("chip same", "=", "window-item-stayed") };
    // Other scores have no natural largest lead; there the two sides can only be held against each other.
    let natural = if matches!(decision.reader.as_str(), "head" | "probe" | "prototype") { 1.0 } else { 0.0 };
    let most = [decision.nominal_margin, decision.operative_margin].into_iter().flatten().fold(natural, f64::max);
    let side = |category: &str, lead: Option<f64>, side: &'static str| {
        let (suite, id) = (item.suite.clone(), category.to_owned());
        view! {
            <td>
                <strong><Category suite id /></strong>
                {lead.map(|lead| view! { <Lead lead most side /> })}
            </td>
        }
    };
    view! {
        <tbody class:moved=moved>
            <tr>
                <th scope="rowgroup" colspan="2">
                    <span class="row small">
                        <Reader id=decision.reader.clone() />
                        <span class=class><span aria-hidden="true">{sign}</span>{text(id)}</span>
                    </span>
                </th>
            </tr>
            <tr>
                {side(&decision.nominal, decision.nominal_margin, "ahead nominal")}
                {side(&decision.operative, decision.operative_margin, "ahead operative")}
            </tr>
        </tbody>
    }
}

/// The name of a reader, with its explanation where the glossary has one.
#[component]
fn Reader(#[prop(into)] id: String) -> impl IntoView {
    let shown = text(&reader_id("reader", &id));
    match id.as_str() {
        "head" => view! { <Term id="head" shown /> }.into_any(),
        "prototype" => view! { <Term id="prototype" shown /> }.into_any(),
        "probe" => view! { <Term id="probe" shown /> }.into_any(),
        _ => shown.into_any(),
    }
}

/// How far a category is ahead of the next one: a bar with its number.
#[component]
fn Lead(lead: f64, most: f64, side: &'static str) -> impl IntoView {
    let share = if most > 0.0 { (lead / most).clamp(0.0, 1.0) } else { 0.0 };
    view! {
        <span class=side title=text("window-item-lead")>
            <span class="bar" aria-hidden="true"><span style:width=format!("{:.1}%", share * 100.0)></span></span>
            <span class="unseen">{text("window-item-lead")}" "</span>
            {number(lead)}
        </span>
    }
}
