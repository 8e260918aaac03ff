//! What else the files say: parts without a counterpart, settings, traces of an earlier rounding, and remarks.

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::{FileNote, FilesOverview, LatticeRow, PreflightStatus, Role, SettingRow, UnmatchedTensor};
use parallax_words::visible;

use crate::parts::{SideMark, StatusChip};
use crate::say::{count, name, said, say, text};

/// Parts without a counterpart that are listed at once.
const MOST_UNMATCHED: usize = 200;

/// The last sections of the page.
#[component]
pub(super) fn Rest(files: Arc<FilesOverview>) -> impl IntoView {
    let report = &files.report;
    view! {
        {(!report.unmatched.is_empty()).then(|| view! { <Unmatched tensors=report.unmatched.clone() /> })}
        {(!report.settings.is_empty())
            .then(|| {
                view! {
                    <section class="card" id="file-settings">
                        <h2>{text("window-files-settings")}</h2>
                        <Settings rows=report.settings.clone() same=text("window-files-settings-same") />
                    </section>
                }
            })}
        <Lattice rows=report.lattice.clone() />
        {(!report.notes.is_empty()).then(|| view! { <Remarks notes=report.notes.clone() /> })}
        <p class="quiet small">
            {say("window-files-cost", [("seconds", name(format!("{:.1}", report.cost.seconds)))])}
        </p>
    }
}

/// One of the two models by its sign and its word.
#[component]
fn Side(side: Role) -> impl IntoView {
    match side {
        Role::Nominal => {
            view! { <span class="nominal"><SideMark filled=false />{text("report-side-published")}</span> }
        }
        Role::Operative => {
            view! { <span class="operative"><SideMark filled=true />{text("report-side-deployed")}</span> }
        }
    }
}

/// Parts that one of the two models has alone; what has no known reason comes first.
#[component]
fn Unmatched(mut tensors: Vec<UnmatchedTensor>) -> impl IntoView {
    tensors.sort_by_key(|tensor| tensor.reason != "unknown");
    let more = tensors.len().saturating_sub(MOST_UNMATCHED);
    let rows = tensors
        .into_iter()
        .take(MOST_UNMATCHED)
        .map(|tensor| {
            let shape = tensor.shape.iter().map(u64::to_string).collect::<Vec<_>>().join(" × ");
            let unknown = tensor.reason == "unknown";
            view! {
                <tr data-reason=tensor.reason.clone()>
                    <th scope="row" class="code">
                        {visible(&tensor.name).into_owned()} " "
                        <span class="quiet">{format!("{} {shape}", tensor.stored_type)}</span>
                    </th>
                    <td><Side side=tensor.side /></td>
                    <td class:operative=unknown>{text(&format!("unmatched-{}", tensor.reason))}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card" id="unmatched">
            <header>
                <h2>{text("weights-unmatched")}</h2>
                <p class="quiet small">{text("window-files-unmatched-lead")}</p>
            </header>
            <div class="scroll">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{text("window-files-name")}</th>
                            <th scope="col">{text("window-files-side")}</th>
                            <th scope="col">{text("window-files-why")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {(more > 0)
                .then(|| view! { <p class="quiet small">{say("weights-more", [("count", count(more))])}</p> })}
        </section>
    }
}

/// Settings of both models side by side: those that differ or are not said at once, the others for who asks.
#[component]
pub(crate) fn Settings(rows: Vec<SettingRow>, #[prop(into)] same: String) -> impl IntoView {
    let (alike, other): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.status == PreflightStatus::Same);
    let n = alike.len();
    view! {
        {if other.is_empty() {
            view! { <p>{same}</p> }.into_any()
        } else {
            view! { <SettingTable rows=other /> }.into_any()
        }}
        {(n > 0)
            .then(|| {
                view! {
                    <details>
                        <summary>{say("window-pieces-settings-same", [("count", count(n))])}</summary>
                        <SettingTable rows=alike />
                    </details>
                }
            })}
    }
}

#[component]
fn SettingTable(rows: Vec<SettingRow>) -> impl IntoView {
    let value = |value: &Option<String>| match value {
        Some(value) => view! { <span class="code" dir="auto">{visible(value).into_owned()}</span> }.into_any(),
        None => view! { <span class="quiet">{text("weights-setting-unset")}</span> }.into_any(),
    };
    let rows = rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row" class="code">{visible(&row.setting).into_owned()}</th>
                    <td><StatusChip status=row.status /></td>
                    <td>{value(&row.nominal)}</td>
                    <td>{value(&row.operative)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="scroll">
            <table class="settings">
                <thead>
                    <tr>
                        <th scope="col">{text("window-files-setting")}</th>
                        <th scope="col">{text("report-preflight-status")}</th>
                        <th scope="col">
                            <span class="nominal"><SideMark filled=false />{text("report-side-published")}</span>
                        </th>
                        <th scope="col">
                            <span class="operative"><SideMark filled=true />{text("report-side-deployed")}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// Whether the published file was rounded before.
#[component]
fn Lattice(rows: Vec<LatticeRow>) -> impl IntoView {
    let flagged: Vec<&LatticeRow> = rows.iter().filter(|row| row.flagged).collect();
    let sentence = match said(|words| words.weights_lattice(&rows)) {
        Ok(sentence) => sentence.unwrap_or_else(|| text("window-files-lattice-none")),
        Err(missing) => missing,
    };
    let names = flagged
        .iter()
        .map(|row| view! { <li class="code">{visible(&row.name).into_owned()} " (" {row.stored_type.clone()} ")"</li> })
        .collect_view();
    view! {
        <section class="card" id="lattice">
            <h2>{text("window-files-lattice")}</h2>
            <p>{sentence}</p>
            {(!flagged.is_empty())
                .then(|| {
                    view! {
                        <details>
                            <summary>{text("window-files-tensors")}</summary>
                            <ul class="small">{names}</ul>
                        </details>
                    }
                })}
        </section>
    }
}

/// Remarks that do not stop the reading of a file.
#[component]
fn Remarks(notes: Vec<FileNote>) -> impl IntoView {
    let notes = notes
        .into_iter()
        .map(|note| {
            view! {
                <li>
                    <span class="row small">
                        <Side side=note.side /> <span class="code">{visible(&note.file).into_owned()}</span>
                    </span>
                    {visible(&note.detail).into_owned()}
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card" id="file-notes">
            <h2>{text("window-files-notes")}</h2>
            <ul class="plain-list">{notes}</ul>
        </section>
    }
}
