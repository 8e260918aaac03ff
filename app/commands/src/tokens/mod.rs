//! The comparison of tokenizers: what each is, where they differ, and what both make of texts. Writes no file.

mod rows;
mod side;
mod texts;

use std::path::Path;
use std::time::Instant;

use parallax_tokens::{
    Comparison, Examples, GenerationRow, LanguageCoverage, LineChange, Sample, SideCounts, TemplateRow,
    compare_generation, compare_on_texts, compare_templates, difference,
};
use parallax_wire::{
    Cost, Error, FirstDifference, LanguageTokens, PreflightStatus, Progress, ReadingCost, SettingRow, TOKENS_SCHEMA,
    TokensReport, TokensRequest,
};

use crate::error::Coded;
use side::Side;
use texts::Text;

/// Holds the tokenizers of two variants against each other; everything of it is computed in this process.
///
/// # Errors
/// When a variant cannot be read, has no tokenizer, or the texts cannot be read.
pub fn tokens(request: &TokensRequest, observe: &(dyn Fn(Progress) + Sync)) -> Result<TokensReport, Error> {
    let started = Instant::now();
    let step = |step: &str, fraction: f64| observe(Progress { step: step.to_owned(), fraction });
    step("open-nominal", 0.0);
    let nominal = Side::open(&request.nominal, true)?;
    step("open-operative", 0.2);
    let operative = Side::open(&request.operative, false)?;
    step("read-suites", 0.4);
    let texts = match &request.texts {
        Some(path) => texts::read(Path::new(path))?,
        None => texts::of_suites()?,
    };
    step("compare-tokens", 0.5);
    let (languages, not_read) = match (&nominal.tokenizer, &operative.tokenizer) {
        (Ok(left), Ok(right)) => {
            let samples: Vec<Sample<'_>> =
                texts.iter().map(|text| Sample { language: &text.language, text: &text.text }).collect();
            let read = compare_on_texts(left, right, &samples).internal()?;
            (read.iter().map(|row| language(row, &texts)).collect(), None)
        }
        (Err(reason), _) | (_, Err(reason)) => (Vec::new(), Some(reason.clone())),
    };
    let compared = difference(&nominal.description, &operative.description);
    Ok(TokensReport {
        schema: TOKENS_SCHEMA.to_owned(),
        nominal: nominal.name.clone(),
        operative: operative.name.clone(),
        nominal_mode: nominal.mode(),
        operative_mode: operative.mode(),
        rows: rows::rows(&compared),
        template: compare_templates(&nominal.templates, &operative.templates).iter().flat_map(template).collect(),
        generation: compare_generation(&nominal.generation, &operative.generation).iter().map(setting).collect(),
        languages,
        not_read,
        cost: Cost { seconds: started.elapsed().as_secs_f64(), peak_bytes: crate::memory::peak_bytes() },
    })
}

fn status(comparison: Comparison) -> PreflightStatus {
    match comparison {
        Comparison::Same => PreflightStatus::Same,
        Comparison::Differs => PreflightStatus::Differs,
        Comparison::Unknown => PreflightStatus::Unknown,
    }
}

/// The lines by which a template differs, under its name.
fn template(row: &TemplateRow) -> Vec<String> {
    if row.comparison == Comparison::Same {
        return Vec::new();
    }
    let mut lines = vec![format!("  {}", row.name)];
    let line = |change: &LineChange| format!("{} {}", if change.added { '+' } else { '-' }, change.text);
    lines.extend(row.changes.listed.iter().map(line));
    if row.changes.left_out > 0 {
        lines.push(format!("  … {} more", row.changes.left_out));
    }
    lines
}

fn setting(row: &GenerationRow) -> SettingRow {
    SettingRow {
        setting: row.name.clone(),
        nominal: row.nominal.clone(),
        operative: row.operative.clone(),
        status: status(row.comparison),
    }
}

fn language(row: &LanguageCoverage, texts: &[Text]) -> LanguageTokens {
    let cost = |side: &SideCounts| ReadingCost {
        pieces: side.pieces as u64,
        pieces_per_word: row.pieces_per_word(side).ok(),
        pieces_per_code_point: row.pieces_per_code_point(side).ok(),
        unknown_words: side.unknown_words as u64,
        unknown_share: row.unknown_word_share(side).ok(),
        lost_words: side.lost_words as u64,
        byte_share: row.byte_piece_share(side).ok(),
    };
    LanguageTokens {
        language: row.language.clone(),
        texts: row.texts as u64,
        words: row.words as u64,
        nominal: cost(&row.nominal),
        operative: cost(&row.operative),
        texts_differ: row.differing_texts as u64,
        words_differ: row.differing_words as u64,
        first: row.first.as_ref().map(|first| FirstDifference {
            item: texts[first.text].id.clone(),
            word: first.word.clone().unwrap_or_default(),
            nominal: shown(&first.nominal, first.nominal_left_out),
            operative: shown(&first.operative, first.operative_left_out),
        }),
    }
}

fn shown(pieces: &[String], left_out: usize) -> Vec<String> {
    let more = (left_out > 0).then(|| "…".to_owned());
    pieces.iter().cloned().chain(more).collect()
}

/// Rows of one sort as text, with how many are left out.
fn examples<T>(rows: &Examples<T>, show: impl Fn(&T) -> String) -> Vec<String> {
    rows.listed.iter().map(show).chain((rows.left_out > 0).then(|| format!("… {} more", rows.left_out))).collect()
}
