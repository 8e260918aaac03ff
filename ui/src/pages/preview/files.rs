//! The files that would leave: a list, and the content of the chosen one as plain text.

use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::PreviewFile;
use parallax_words::visible;

use crate::say::{count, name, say, text};

/// Bytes of a file that are drawn at once: laying out more would hold the window up.
const PART: usize = 60_000;
/// Where the evidence lies: one file for each text and each finding.
const EVIDENCE: &str = "data/evidence/";
/// What a person should look at first, in this order.
const READ_FIRST: [&str; 4] =
    ["data/report.en.txt", "data/report.en.html", "data/consent.json", "data/annotations.jsonl"];

/// All files, the report in words first.
#[component]
pub(super) fn Files(files: Arc<Vec<PreviewFile>>) -> impl IntoView {
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|&index| rank(&files[index].path));
    let total: u64 = files.iter().map(|file| file.size).sum();
    let chosen = RwSignal::new(order.first().copied().unwrap_or_default());
    let button = |index: usize| {
        let file = &files[index];
        let here = move || (chosen.get() == index).then_some("true");
        view! {
            <li>
                <button
                    type="button"
                    data-path=file.path.clone()
                    aria-current=here
                    on:click=move |_| chosen.set(index)
                >
                    <span>{text(called(&file.path))}</span>
                    <span class="code quiet">{file.path.clone()}</span>
                    <span class="size quiet small">{bytes(file.size)}</span>
                </button>
            </li>
        }
        .into_any()
    };
    let is_evidence = |index: &usize| files[*index].path.starts_with(EVIDENCE);
    let evidence: Vec<usize> = order.iter().copied().filter(is_evidence).collect();
    let evidence_size: u64 = evidence.iter().map(|&index| files[index].size).sum();
    let mut list: Vec<AnyView> = order.iter().filter(|index| !is_evidence(index)).map(|&index| button(index)).collect();
    if !evidence.is_empty() {
        // One file for each text and each finding would bury the few that everybody should look at.
        let words = say("window-seal-evidence", [("n", count(evidence.len())), ("size", name(bytes(evidence_size)))]);
        let inside = evidence.into_iter().map(button).collect_view();
        let group = view! {
            <li>
                <details>
                    <summary>{words}</summary>
                    <ul>{inside}</ul>
                </details>
            </li>
        };
        list.insert(list.len().min(READ_FIRST.len()), group.into_any());
    }
    let sum = say("window-seal-files", [("n", count(files.len())), ("size", name(bytes(total)))]);
    let shown = Arc::clone(&files);
    view! {
        <section class="preview" id="preview">
            <div class="stack">
                <h2 class="sum">{sum}</h2>
                <ul class="files" id="preview-files">{list}</ul>
            </div>
            {move || view! { <Content files=Arc::clone(&shown) index=chosen.get() /> }}
        </section>
        <section class="note-box">
            <h2>{text("window-seal-not-inside")}</h2>
            <p>{text("window-seal-not-inside-meaning")}</p>
            <p>{text("contest-before-export")}</p>
        </section>
    }
}

/// The content of one file.
#[component]
fn Content(files: Arc<Vec<PreviewFile>>, index: usize) -> impl IntoView {
    let Some(file) = files.get(index) else { return ().into_any() };
    let parts = StoredValue::new(parts(&file.content));
    let n = parts.with_value(Vec::len);
    let drawn = RwSignal::new(n.min(1));
    let title = say("window-seal-content", [("path", name(&file.path))]);
    let (source, empty) = (file.path.ends_with(".html"), file.content.is_empty());
    let held = Arc::clone(&files);
    let part = move |number: usize| {
        let range = parts.with_value(|parts| parts.get(number).cloned()).unwrap_or_default();
        held.get(index).and_then(|file| file.content.get(range)).map(written_out).unwrap_or_default()
    };
    let left = move || {
        let rest: usize = parts.with_value(|parts| parts.iter().skip(drawn.get()).map(Range::len).sum());
        rest as u64
    };
    view! {
        <div class="content stack">
            <h2 id="content-title">{title}</h2>
            {source.then(|| view! { <p class="quiet small">{text("window-seal-source")}</p> })}
            {empty.then(|| view! { <p class="quiet">{text("window-seal-empty")}</p> })}
            <pre class:empty=empty tabindex="0" aria-labelledby="content-title" dir="auto">
                <For each=move || 0..drawn.get() key=|number| *number let:number>
                    <span>{part(number)}</span>
                </For>
            </pre>
            <Show when=move || drawn.get() < n>
                <div>
                    <button type="button" id="show-more" on:click=move |_| drawn.update(|drawn| *drawn += 1)>
                        {move || say("window-seal-more", [("size", name(bytes(left())))])}
                    </button>
                </div>
            </Show>
        </div>
    }
    .into_any()
}

/// Where a text is cut into parts: after a line where one ends near the bound, and never inside a character.
fn parts(content: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = 0;
    while from < content.len() {
        let mut to = (from + PART).min(content.len());
        while !content.is_char_boundary(to) {
            to += 1;
        }
        let line = content[from..to].rfind('\n').map(|line| from + line + 1);
        if to < content.len()
            && let Some(line) = line.filter(|line| to - line < PART / 10)
        {
            to = line;
        }
        parts.push(from..to);
        from = to;
    }
    parts
}

/// A text with every control written out, except the isolates that Parallax itself puts around names.
fn written_out(content: &str) -> String {
    const ISOLATES: [char; 2] = ['\u{2068}', '\u{2069}'];
    let mut shown = String::with_capacity(content.len());
    for piece in content.split_inclusive(ISOLATES) {
        let body = piece.trim_end_matches(ISOLATES);
        shown.push_str(&visible(body));
        shown.push_str(&piece[body.len()..]);
    }
    shown
}

/// The order in which a person would read.
fn rank(path: &str) -> (usize, String) {
    let place = READ_FIRST.iter().position(|first| path == *first).unwrap_or_else(|| {
        // What only lists or declares other files comes last.
        if path.starts_with("data/") { READ_FIRST.len() } else { READ_FIRST.len() + 1 }
    });
    (place, path.to_owned())
}

/// What a file is, by its place in the bundle.
fn called(path: &str) -> &'static str {
    match path {
        "data/report.en.txt" => "window-seal-file-words",
        "data/report.en.html" => "window-seal-file-page",
        "data/report.json" => "window-seal-file-report",
        "data/consent.json" => "window-seal-file-consent",
        "data/annotations.jsonl" => "window-seal-file-notes",
        "data/history.jsonl" => "window-seal-file-history",
        "data/subject/published.json" => "window-seal-file-published",
        "data/subject/deployed.json" => "window-seal-file-deployed",
        "data/reproduce/recipe.json" => "window-seal-file-recipe",
        "data/reproduce/HOWTO.en.txt" => "window-seal-file-howto",
        "manifest-sha256.txt" => "window-seal-file-list",
        "tagmanifest-sha256.txt" => "window-seal-file-signed",
        "bagit.txt" | "bag-info.txt" => "window-seal-file-kind",
        _ if path.starts_with("data/evidence/item-") && path.ends_with(".txt") => "window-seal-file-item-text",
        _ if path.starts_with("data/evidence/item-") => "window-seal-file-item",
        _ if path.starts_with("data/evidence/finding-") => "window-seal-file-finding",
        _ if path.starts_with("data/evidence/category-") => "window-seal-file-category",
        _ if path.starts_with("data/schema/") => "window-seal-file-schema",
        _ => "window-seal-file-other",
    }
}

/// A size as people read it, in decimal units as file managers show it.
fn bytes(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} B"),
        1_000..1_000_000 => format!("{:.1} kB", size as f64 / 1e3),
        _ => format!("{:.1} MB", size as f64 / 1e6),
    }
}
