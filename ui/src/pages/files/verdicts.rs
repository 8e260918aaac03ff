//! Every verdict that occurs, with how much of the model has it and what it means.

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::{FilesOverview, VerdictShare};
use parallax_words::percent_text;

use crate::place::{FilesQuery, Place};
use crate::say::{count, name, say, text};

use super::see_list;
use super::sign::{Labelled, meaning};

/// The table of verdicts.
#[component]
pub(super) fn Verdicts(files: Arc<FilesOverview>) -> impl IntoView {
    let rows = files.report.summary.verdicts.iter().map(row).collect_view();
    view! {
        <section class="card">
            <header>
                <h2>{text("window-files-verdicts")}</h2>
                <p class="quiet small">{text("window-files-verdicts-lead")}</p>
            </header>
            <div class="scroll">
                <table class="verdicts" id="verdicts">
                    <thead>
                        <tr>
                            <th scope="col">{text("window-files-verdict")}</th>
                            <th scope="col" class="number">{text("window-files-tensors")}</th>
                            <th scope="col" class="number">{text("window-files-weights")}</th>
                            <th scope="col">{text("window-files-share")}</th>
                            <th scope="col">{text("window-files-meaning")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

fn row(row: &VerdictShare) -> impl IntoView + use<> {
    let number = |number: u64| say("window-files-number", [("n", count(number))]);
    let tensors = FilesQuery { verdict: Some(row.verdict.as_str().to_owned()), ..FilesQuery::default() };
    let show = say("window-files-show", [("tensors", count(row.tensors))]);
    view! {
        <tr data-verdict=row.verdict.as_str()>
            <th scope="row"><Labelled verdict=row.verdict /></th>
            <td class="number">
                <a
                    href=Place::Files(tensors).hash()
                    aria-label=show.clone()
                    title=show
                    on:click=|_| see_list()
                >
                    {number(row.tensors)}
                </a>
            </td>
            <td class="number">{number(row.parameters)}</td>
            <td>
                <span class="share">
                    <span class="bar" aria-hidden="true">
                        <span style:width=format!("{:.2}%", row.share.clamp(0.0, 1.0) * 100.0)></span>
                    </span>
                    {say("window-files-percent", [("percent", name(percent_text(row.share)))])}
                </span>
            </td>
            <td class="small">{meaning(row.verdict)}</td>
        </tr>
    }
}
