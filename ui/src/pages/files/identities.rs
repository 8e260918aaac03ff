//! The files of both models, by name, size and code.

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::{FileIdentity, FilesOverview};
use parallax_words::visible;

use crate::pages::bytes;
use crate::parts::{SideMark, Term};
use crate::say::text;

/// The files on both sides.
#[component]
pub(super) fn Identities(files: Arc<FilesOverview>) -> impl IntoView {
    let found = &files.report.files;
    view! {
        <section class="card" id="file-identities">
            <header>
                <h2>{text("window-files-files")}</h2>
                <p class="quiet small">
                    {text("window-files-files-lead")} " " <Term id="hash" shown=text("window-what-is-this") />
                </p>
            </header>
            <Side name=files.report.nominal.clone() files=found.nominal.clone() filled=false />
            <Side name=files.report.operative.clone() files=found.operative.clone() filled=true />
        </section>
    }
}

/// The files of one model.
#[component]
fn Side(name: String, files: Vec<FileIdentity>, filled: bool) -> impl IntoView {
    let (label, colour) =
        if filled { ("report-side-deployed", "operative") } else { ("report-side-published", "nominal") };
    let rows = files
        .iter()
        .map(|file| {
            view! {
                <tr>
                    <th scope="row">{visible(&file.name).into_owned()}</th>
                    <td class="number">{bytes(file.size)}</td>
                    <td class="code">{file.sha256.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <h3 class=colour><SideMark filled />{text(label)} ": " {visible(&name).into_owned()}</h3>
        {if files.is_empty() {
            view! { <p class="quiet">{text("window-files-no-files")}</p> }.into_any()
        } else {
            view! {
                <div class="scroll">
                    <table class="files">
                        <thead>
                            <tr>
                                <th scope="col">{text("window-files-file")}</th>
                                <th scope="col" class="number">{text("window-files-size")}</th>
                                <th scope="col">{text("window-files-hash")}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
                .into_any()
        }}
    }
}
