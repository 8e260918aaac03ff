//! How one text is sorted: for each suite and reader, first in words and then with numbers.

use std::collections::BTreeSet;

use leptos::prelude::*;
use parallax_wire::{ReadText, ScoredCategory, SortedBy, SortedWords};

use crate::pages::matrix::reader_id;
use crate::pages::words::reading::Reading;
use crate::parts::{Category, ItemText, SideMark, percent};
use crate::say::{count, name, say, text};
use crate::session::{Session, session};

/// The reader that is the model's own decision.
const OWN: &str = "head";

/// Categories that are shown of each side.
const FIRST: usize = 3;

/// How one text is sorted and read, below the text itself where `quoted`.
#[component]
pub(super) fn SortedView(sorted: SortedWords, quoted: bool) -> impl IntoView {
    let language = sorted.language.clone();
    // Where both sides agree everywhere, there is nothing that rounding could explain.
    let moved = sorted.sorted.iter().any(|by| first_of(&by.nominal) != first_of(&by.operative));
    let none = sorted.sorted.is_empty();
    let mut shown: Vec<&SortedBy> = Vec::new();
    for by in &sorted.sorted {
        // A model's own decision knows no suites, so each suite brings the same one along.
        if by.reader != OWN || !shown.iter().any(|other| other.reader == OWN && same_decision(other, by)) {
            shown.push(by);
        }
    }
    let suites: BTreeSet<&str> = sorted.sorted.iter().map(|by| by.suite.as_str()).collect();
    let several = suites.len() > 1;
    let blocks = shown.into_iter().map(|by| view! { <Block by=by.clone() language=language.clone() /> }).collect_view();
    let said = sorted.text.clone();
    view! {
        {quoted.then(|| view! { <blockquote class="own-text"><ItemText text=said language /></blockquote> })}
        {unread(&sorted.nominal, "window-words-unread-published")}
        {unread(&sorted.operative, "window-words-unread-deployed")}
        {none.then(|| view! { <p class="note-box unsure">{text("window-words-no-reader")}</p> })}
        {several.then(|| view! { <p class="quiet">{text("window-words-lists")}</p> })}
        <div class="sorted-blocks">{blocks}</div>
        {(!none)
            .then(|| {
                view! {
                    <div class="note-box small">
                        <p>{text("window-words-limit")}</p>
                        {moved.then(|| view! { <p>{text("window-words-rounding")}</p> })}
                    </div>
                }
            })}
        <Reading sorted />
    }
}

/// Says that a variant cannot read the text, by the same bound at which an audit calls a language untestable.
fn unread(read: &ReadText, sentence: &str) -> Option<impl IntoView + use<>> {
    let (k, n) = (read.unknown_words, read.words);
    (k * 5 > n).then(|| view! { <p class="note-box unsure">{say(sentence, [("k", count(k)), ("n", count(n))])}</p> })
}

/// Whether two readings give the same categories the same scores, up to the order in which they were summed.
fn same_decision(one: &SortedBy, other: &SortedBy) -> bool {
    let alike = |one: &[ScoredCategory], other: &[ScoredCategory]| {
        one.len() == other.len()
            && one.iter().zip(other).all(|(one, other)| (one.score - other.score).abs() < 1e-6)
            && first_of(one) == first_of(other)
    };
    alike(&one.nominal, &other.nominal) && alike(&one.operative, &other.operative)
}

fn first_of(scored: &[ScoredCategory]) -> Option<&str> {
    scored.first().map(|first| first.category.as_str())
}

/// What one reader reads.
#[component]
fn Block(by: SortedBy, language: String) -> impl IntoView {
    let session = session();
    let title = if by.reader == OWN {
        text("window-words-own-decision")
    } else {
        let reader = text(&reader_id("reader", &by.reader));
        say("report-reader-title", [("suite", name(session.suite_title(&by.suite))), ("reader", name(reader))])
    };
    let moved = first_of(&by.nominal) != first_of(&by.operative);
    let body = match (&by.undefined, first_of(&by.nominal), first_of(&by.operative)) {
        (None, Some(nominal), Some(operative)) => {
            let likeness = by.reader == "prototype" || by.reader == "label";
            let digits = digits(&[&by.nominal, &by.operative]);
            let show = move |score: f64| if likeness { format!("{score:.digits$}") } else { share(score) };
            let side = |scored: &[ScoredCategory], filled| side(session, &by.suite, &language, scored, filled, show);
            let meaning = if likeness { "window-words-likeness" } else { "window-words-certainty" };
            view! {
                {outcome(session, &by.suite, &language, nominal, operative)}
                <div class="ranking-pair">{side(&by.nominal, false)} {side(&by.operative, true)}</div>
                <p class="quiet small">{text(&reader_id("reader-meaning", &by.reader))} " " {text(meaning)}</p>
            }
            .into_any()
        }
        (reason, ..) => {
            let sentence = match reason {
                Some(reason) => say("window-words-undefined", [("reason", name(reason))]),
                None => text("window-words-no-reader"),
            };
            view! { <p class="note-box unsure">{sentence}</p> }.into_any()
        }
    };
    view! {
        <article class="card" data-suite=by.suite.clone() data-reader=by.reader.clone() data-moved=moved.to_string()>
            <h3 class="quiet small">{title}</h3>
            {body}
        </article>
    }
}

/// Where each side sorts the text, in words.
fn outcome(session: Session, suite: &str, language: &str, nominal: &str, operative: &str) -> AnyView {
    let called = |category: &str| {
        let suite = &suite_of(session, suite, category);
        let english = session.category_label(suite, category);
        match session.label_in(suite, category, language) {
            Some(own) if own != english => format!("{english} ({own})"),
            _ => english,
        }
    };
    if nominal == operative {
        let both = say("window-words-both", [("category", name(called(nominal)))]);
        return view! { <p class="outcome same"><span class="sign" aria-hidden="true">"="</span>{both}</p> }.into_any();
    }
    view! {
        <div class="outcome moved">
            <p class="nominal">
                <SideMark filled=false />
                {say("window-words-published", [("category", name(called(nominal)))])}
            </p>
            <p class="operative">
                <SideMark filled=true />
                {say("window-words-deployed", [("category", name(called(operative)))])}
            </p>
        </div>
    }
    .into_any()
}

/// The first categories of one side, each with a bar and its number.
fn side(
    session: Session,
    suite: &str,
    language: &str,
    scored: &[ScoredCategory],
    filled: bool,
    show: impl Fn(f64) -> String,
) -> AnyView {
    let (colour, label) =
        if filled { ("operative", "report-side-deployed") } else { ("nominal", "report-side-published") };
    let rows = scored
        .iter()
        .take(FIRST)
        .map(|scored| {
            let suite = suite_of(session, suite, &scored.category);
            let (id, language) = (scored.category.clone(), language.to_owned());
            let width = format!("{:.1}%", scored.score.clamp(0.0, 1.0) * 100.0);
            view! {
                <li>
                    <Category suite id language />
                    <span class="score">{show(scored.score)}</span>
                    <span class="score-bar" aria-hidden="true"><span class="fill" style:width=width></span></span>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class=format!("ranking {colour}")>
            <p class="small"><SideMark filled /><strong>{text(label)}</strong></p>
            <ol>{rows}</ol>
        </div>
    }
    .into_any()
}

/// The suite that names a category: a model's own decision may fall on one of another suite.
fn suite_of(session: Session, suite: &str, category: &str) -> String {
    let of_another = session.with_audit(|audit| {
        let has = |id: &str| {
            audit.suites.iter().any(|known| known.id == id && known.categories.iter().any(|c| c == category))
        };
        let first = audit.suites.iter().map(|known| known.id.as_str()).find(|id| has(id));
        if has(suite) { None } else { first.map(str::to_owned) }
    });
    of_another.flatten().unwrap_or_else(|| suite.to_owned())
}

/// A share as percent; what is there but rounds to nothing is not shown as nothing.
fn share(score: f64) -> String {
    match percent(score) {
        0 if score > 0.0 => "<1%".to_owned(),
        100 if score < 1.0 => ">99%".to_owned(),
        whole => format!("{whole}%"),
    }
}

/// Decimals at which no two neighbours among the shown numbers look the same; four at most.
fn digits(sides: &[&[ScoredCategory]]) -> usize {
    let alike = |digits: usize| {
        sides.iter().any(|scored| {
            let shown: Vec<String> = scored.iter().take(FIRST).map(|one| format!("{:.digits$}", one.score)).collect();
            shown.windows(2).any(|pair| pair[0] == pair[1])
        })
    };
    (2..4).find(|digits| !alike(*digits)).unwrap_or(4)
}
