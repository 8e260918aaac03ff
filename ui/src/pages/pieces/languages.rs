//! Each language on both sides: pieces per word, and beside that how many words cannot be read at all.

use std::sync::Arc;

use leptos::prelude::*;
use parallax_wire::{LanguageTokens, ReadingCost, TokensReport};
use parallax_words::percent_text;

use crate::parts::SideMark;
use crate::say::{count, language, name, say, text};

/// The table of languages.
#[component]
pub(super) fn Languages(tokens: Arc<TokensReport>) -> impl IntoView {
    if tokens.languages.is_empty() {
        return view! { <p class="card">{text("window-pieces-none-language")}</p> }.into_any();
    }
    let rows = tokens.languages.iter().map(row).collect_view();
    view! {
        <section class="card">
            <header>
                <h2>{text("window-pieces-languages")}</h2>
                <p class="quiet small">{text("tokens-unknown-beside")}</p>
            </header>
            <div class="scroll">
                <table class="pieces-languages" id="pieces-languages">
                    <thead>
                        <tr>
                            <th scope="col" rowspan="2">{text("report-language")}</th>
                            <th scope="col" rowspan="2" class="number">{text("window-pieces-words")}</th>
                            <th scope="colgroup" colspan="2">{text("tokens-column-pieces")}</th>
                            <th scope="colgroup" colspan="2">{text("tokens-column-unknown")}</th>
                            <th scope="col" rowspan="2" class="number">{text("tokens-column-differ")}</th>
                        </tr>
                        <tr>{sides()} {sides()}</tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// The two sides as headings of columns.
fn sides() -> impl IntoView {
    view! {
        <th scope="col" class="nominal number"><SideMark filled=false />{text("window-side-published")}</th>
        <th scope="col" class="operative number"><SideMark filled=true />{text("window-side-deployed")}</th>
    }
}

fn row(row: &LanguageTokens) -> impl IntoView + use<> {
    let number = |number: u64| say("window-files-number", [("n", count(number))]);
    let per_word = |side: &ReadingCost| {
        let pieces = side.pieces_per_word.map_or_else(|| text("report-not-measured"), |value| format!("{value:.2}"));
        let bytes = side.byte_share.filter(|share| *share > 0.0).map(|share| {
            let bytes = say("window-pieces-bytes", [("percent", name(percent_text(share)))]);
            view! { <span class="quiet small also">{bytes}</span> }
        });
        view! { {pieces} {bytes} }
    };
    let unknown = |side: &ReadingCost| {
        let unknown = side.unknown_share.map_or_else(
            || text("report-not-measured"),
            |share| {
                let percent = ("percent", name(percent_text(share)));
                say("window-pieces-unknown-share", [("k", count(side.unknown_words)), percent])
            },
        );
        let lost = (side.lost_words > 0).then(|| {
            view! { <span class="small also">{say("window-pieces-lost", [("count", count(side.lost_words))])}</span> }
        });
        view! { {unknown} {lost} }
    };
    let strong = |side: &ReadingCost| side.unknown_words > 0 || side.lost_words > 0;
    view! {
        <tr data-language=row.language.clone()>
            <th scope="row">{language(&row.language)}</th>
            <td class="number">{number(row.words)}</td>
            <td class="number">{per_word(&row.nominal)}</td>
            <td class="number">{per_word(&row.operative)}</td>
            <td class="number" class:unread=strong(&row.nominal)>{unknown(&row.nominal)}</td>
            <td class="number" class:unread=strong(&row.operative)>{unknown(&row.operative)}</td>
            <td class="number">{say("window-pieces-share", [("k", count(row.words_differ)), ("n", count(row.words))])}</td>
        </tr>
    }
}
