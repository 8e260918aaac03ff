//! `parallax tokens`: how two variants cut texts into pieces, and what each cannot read.

use parallax_commands::run_tokens;
use parallax_wire::{LanguageTokens, PreflightStatus, ReadingCost, TokenizerRow, TokensReport, TokensRequest};
use parallax_words::Words;

use crate::args::TokensArguments;
use crate::exit;
use crate::job::{Running, path_text};
use crate::say::{self, Page, count, text};

/// Holds the tokenizers of two variants against each other.
pub(crate) fn tokens(arguments: &TokensArguments, json: bool) -> anyhow::Result<u8> {
    let request = TokensRequest {
        nominal: path_text(&arguments.nominal)?,
        operative: path_text(&arguments.operative)?,
        texts: arguments.texts.as_deref().map(path_text).transpose()?,
    };
    let running = Running::new()?;
    let mut report = running.run(|executable, observe, cancel| run_tokens(executable, request, observe, cancel))?;
    running.add_cost(&mut report.cost);
    if json {
        say::json(&report)?;
        return Ok(exit::DONE);
    }
    let mut page = Page::new();
    summary(&mut page, &report)?;
    page.print()?;
    Ok(exit::DONE)
}

fn summary(page: &mut Page, report: &TokensReport) -> anyhow::Result<()> {
    page.say(
        "tokens-compared",
        [
            ("nominal", text(&report.nominal)),
            ("operative", text(&report.operative)),
            ("nominal_mode", text(&report.nominal_mode)),
            ("operative_mode", text(&report.operative_mode)),
        ],
    )?;
    page.gap();
    let differ: Vec<_> = report.rows.iter().filter(|row| row.status != PreflightStatus::Same).collect();
    page.say("tokens-rows", [("differ", count(differ.len())), ("total", count(report.rows.len()))])?;
    for row in differ {
        tokenizer_row(page, row)?;
    }
    if !report.template.is_empty() {
        page.gap();
        page.say("tokens-template", [])?;
        for line in &report.template {
            page.line(&format!("  {line}"));
        }
    }
    if let Some(reason) = &report.not_read {
        page.gap();
        page.say("tokens-not-read", [("reason", text(reason))])?;
    }
    if !report.languages.is_empty() {
        page.gap();
        page.say("tokens-languages", [])?;
        languages(page, &report.languages)?;
    }
    Ok(())
}

fn tokenizer_row(page: &mut Page, row: &TokenizerRow) -> anyhow::Result<()> {
    let status = page.sentence(
        match row.status {
            PreflightStatus::Unknown => "status-unknown",
            _ => "status-differs",
        },
        [],
    )?;
    let unset = page.sentence("weights-setting-unset", [])?;
    let shown = |value: &Option<String>| text(value.clone().unwrap_or_else(|| unset.clone()));
    let line = page.sentence(
        "weights-setting-row",
        [("setting", text(&row.part)), ("nominal", shown(&row.nominal)), ("operative", shown(&row.operative))],
    )?;
    page.line(&format!("  {status:<12} {line}"));
    for example in &row.examples {
        page.line(&format!("      {example}"));
    }
    Ok(())
}

/// The per-language table, then the first text of each language that is read differently.
fn languages(page: &mut Page, languages: &[LanguageTokens]) -> anyhow::Result<()> {
    let words = Words::english();
    let heading = |id: &str| page.sentence(id, []);
    let (language, pieces, unknown, differ) = (
        heading("tokens-column-language")?,
        heading("tokens-column-pieces")?,
        heading("tokens-column-unknown")?,
        heading("tokens-column-differ")?,
    );
    page.line(&format!("  {language:<18} {pieces:>22} {unknown:>22} {differ:>16}"));
    for row in languages {
        let name = words.language_name(&row.language);
        let pair = |number: fn(&ReadingCost) -> Option<f64>, percent: bool| {
            let side = |cost: &ReadingCost| match number(cost) {
                None => "-".to_owned(),
                Some(share) if percent => format!("{:.1}%", share * 100.0),
                Some(value) => format!("{value:.2}"),
            };
            format!("{} / {}", side(&row.nominal), side(&row.operative))
        };
        let pieces = pair(|cost| cost.pieces_per_word, false);
        let unknown = pair(|cost| cost.unknown_share, true);
        let share = if row.words == 0 { 0.0 } else { row.words_differ as f64 / row.words as f64 * 100.0 };
        page.line(&format!("  {name:<18} {pieces:>22} {unknown:>22} {:>16}", format!("{share:.1}%")));
    }
    page.say("tokens-unknown-beside", [])?;
    for row in languages {
        let Some(first) = &row.first else { continue };
        page.say(
            "tokens-first",
            [
                ("language", text(&row.language)),
                ("item", text(&first.item)),
                ("word", text(&first.word)),
                ("nominal", text(first.nominal.join(" "))),
                ("operative", text(first.operative.join(" "))),
            ],
        )?;
    }
    Ok(())
}
