//! The language of what a person writes: chosen from a list, and told from the letters until one is chosen.

use leptos::prelude::*;

use crate::parts::note::WRITTEN;
use crate::say::language;
use crate::session::Session;

/// Letters of a script, first and last, and languages that are written with it, the likeliest first.
const SCRIPTS: [(char, char, &[&str]); 12] = [
    ('\u{0600}', '\u{06FF}', &["ur", "ar", "fa", "sd", "ks"]),
    ('\u{0900}', '\u{097F}', &["hi", "mr", "ne", "sa", "kok", "mai", "doi", "brx"]),
    ('\u{0980}', '\u{09FF}', &["bn", "as", "mni"]),
    ('\u{0A00}', '\u{0A7F}', &["pa"]),
    ('\u{0A80}', '\u{0AFF}', &["gu"]),
    ('\u{0B00}', '\u{0B7F}', &["or"]),
    ('\u{0B80}', '\u{0BFF}', &["ta"]),
    ('\u{0C00}', '\u{0C7F}', &["te"]),
    ('\u{0C80}', '\u{0CFF}', &["kn"]),
    ('\u{0D00}', '\u{0D7F}', &["ml"]),
    ('\u{0D80}', '\u{0DFF}', &["si"]),
    ('a', 'z', &["en", "es", "fr", "pt", "de", "sw", "id"]),
];

/// Languages of the case's items, the one with most items first.
pub(crate) fn item_languages(session: Session) -> Vec<String> {
    let mut counted: Vec<(String, u64)> = session.overview.with_untracked(|state| {
        let overview = state.ready();
        overview.map(|overview| overview.summary.languages.clone().into_iter().collect()).unwrap_or_default()
    });
    counted.sort_by_key(|(_, items)| std::cmp::Reverse(*items));
    counted.into_iter().map(|(tag, _)| tag).collect()
}

/// The language that a text is more likely in than in `now`, by its letters; one of `known` where one fits.
pub(crate) fn likelier_language(text: &str, now: &str, known: &[String]) -> Option<String> {
    let script = |letter: char| {
        let letter = letter.to_ascii_lowercase();
        SCRIPTS.iter().position(|(first, last, _)| (*first..=*last).contains(&letter))
    };
    let mut letters = [0_usize; SCRIPTS.len()];
    for found in text.chars().filter_map(script) {
        letters[found] += 1;
    }
    let (most, found) = letters.iter().zip(SCRIPTS).max_by_key(|(count, _)| **count)?;
    let (_, _, fitting) = found;
    if *most == 0 || fitting.contains(&now) {
        return None;
    }
    let of_case = known.iter().find(|tag| fitting.contains(&tag.as_str())).cloned();
    of_case.or_else(|| fitting.first().map(|tag| (*tag).to_owned()))
}

/// Chooses a language: those of the items first, then the others that people here write.
#[component]
pub(crate) fn LanguageChoice(
    name: &'static str,
    #[prop(into)] chosen: Signal<String>,
    /// Languages that cannot be chosen, because a text in them is there already.
    #[prop(optional, into)]
    taken: Signal<Vec<String>>,
    /// Runs when the person chooses one.
    #[prop(into)]
    changed: Callback<String>,
) -> impl IntoView {
    let mut tags = item_languages(crate::session::session());
    let others = WRITTEN.iter().map(|tag| (*tag).to_owned());
    for tag in others.chain([chosen.get_untracked()]) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    let option = move |tag: String| {
        let shown = language(&tag);
        let (value, this, other) = (tag.clone(), tag.clone(), tag);
        let selected = move || chosen.with(|chosen| *chosen == this);
        let disabled = move || taken.with(|taken| taken.contains(&other)) && chosen.with(|chosen| *chosen != other);
        view! { <option value=value prop:selected=selected disabled=disabled>{shown}</option> }
    };
    view! {
        <select name=name on:change:target=move |event| changed.run(event.target().value())>
            {tags.into_iter().map(option).collect_view()}
        </select>
    }
}
