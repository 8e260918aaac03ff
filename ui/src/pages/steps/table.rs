//! The numbers of a strip as a table.

use std::sync::Arc;

use leptos::prelude::*;

use crate::parts::number;
use crate::say::text;

use super::drawn::Drawn;

/// All steps of measure `index`.
#[component]
pub(super) fn StepsTable(drawn: Arc<Drawn>, index: usize, chosen: Memo<usize>) -> impl IntoView {
    let measure = &drawn.measures[index];
    let cell = |value: Option<f64>| value.map_or_else(|| text("report-not-measured"), number);
    let rows = drawn
        .taps
        .iter()
        .zip(&measure.values)
        .enumerate()
        .map(|(step, (tap, value))| {
            let value = value.as_ref();
            let deployed = match measure.value(step) {
                Ok(value) => number(value),
                Err(reason) => reason,
            };
            let interval = value.and_then(|value| value.interval);
            let interval = interval.map_or_else(
                || text("report-not-measured"),
                |(low, high)| format!("{} – {}", number(low), number(high)),
            );
            view! {
                <tr class:chosen=move || chosen.get() == step>
                    <th scope="row" class="number">{*tap}</th>
                    <td class="number">{deployed}</td>
                    <td class="number">{interval}</td>
                    <td class="number">{cell(value.and_then(|value| value.rounding))}</td>
                    <td class="number">{cell(value.and_then(|value| value.floor))}</td>
                    <td class="number">{cell(value.and_then(|value| value.chance))}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="scroll">
            <table class="numbers">
                <thead>
                    <tr>
                        <th scope="col" class="number">{text("window-step-step")}</th>
                        <th scope="col" class="number">{text("series-deployed")}</th>
                        <th scope="col" class="number">{text("report-number-interval")}</th>
                        <th scope="col" class="number">{text("series-rounding")}</th>
                        <th scope="col" class="number">{text("series-floor")}</th>
                        <th scope="col" class="number">{text("series-chance")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
