//! Own words: one text, sorted by both variants as the audit sorted its items. Writes no file.

use std::ops::ControlFlow;

use ndarray::Array1;
use parallax_model::{Perturbation, States};
use parallax_tokens::Encoding;
use parallax_wire::{
    Error, FittedReader, Progress, ReadText, ScoredCategory, Series, SortRequest, SortedBy, SortedWords,
};

use super::fitted::{PROBE, PROTOTYPE, probe_from, prototypes_from};
use super::preflight;
use super::readers::{head_categories, head_order};
use super::states::one_pass;
use super::subject::Subject;
use crate::error::{Coded, refuse};
use crate::own_words::same_files;

/// Sorts one text with both variants, reader by reader; everything of it is computed in this process.
///
/// # Errors
/// When a variant cannot be read or is not the one that the audit saw. A reader that cannot read the text is no error.
pub fn sort(request: &SortRequest, observe: &(dyn Fn(Progress) + Sync)) -> Result<SortedWords, Error> {
    let step = |step: &str, fraction: f64| observe(Progress { step: step.to_owned(), fraction });
    step("open-nominal", 0.0);
    let nominal = Subject::nominal(&request.nominal)?;
    audited(&nominal, &request.nominal_sha256)?;
    step("open-operative", 0.2);
    let operative = Subject::operative(&request.operative)?;
    audited(&operative, &request.operative_sha256)?;
    step("represent-nominal", 0.4);
    let nominal = Read::make(nominal, &request.text)?;
    step("represent-operative", 0.7);
    let operative = Read::make(operative, &request.text)?;

    let mut sorted = Vec::new();
    for (suite, categories) in &request.suites {
        if let Some(labels) = head_categories(&nominal.subject, &operative.subject, categories) {
            sorted.push(SortedBy {
                suite: suite.clone(),
                reader: "head".to_owned(),
                nominal: nominal.by_head(&labels)?,
                operative: operative.by_head(&labels)?,
                undefined: None,
            });
        }
        // A case of a later version may hold readers that this one does not know.
        let known = |fitted: &&FittedReader| fitted.suite == *suite && [PROTOTYPE, PROBE].contains(&&*fitted.reader);
        let fitted = request.fitted.iter().filter(known);
        sorted.extend(fitted.map(|fitted| sorted_by(fitted, &request.language, &nominal, &operative)));
    }
    Ok(SortedWords {
        text: request.text.clone(),
        language: request.language.clone(),
        same_tokens: nominal.encoding.ids == operative.encoding.ids,
        nominal: nominal.text(),
        operative: operative.text(),
        sorted,
    })
}

/// Refuses files that the audit did not see: what its readers learnt holds for no others.
fn audited(subject: &Subject, hashes: &[String]) -> Result<(), Error> {
    let variant = &subject.variant;
    same_files(variant.name(), variant.files(), hashes)?;
    if variant.files().len() == hashes.len() {
        return Ok(());
    }
    Err(refuse(format!("`{}` lacks a file that the audit saw; choose the files that were audited", variant.name())))
}

/// One variant with the text as it reads it.
struct Read {
    subject: Subject,
    encoding: Encoding,
    states: States,
    /// State at the last tap, `[dim]`.
    last: Array1<f64>,
}

impl Read {
    fn make(subject: Subject, text: &str) -> Result<Self, Error> {
        let encoding = subject.tokenizer.encode(text).bad_input()?;
        let ids = [encoding.ids.clone()];
        let pooling = preflight::pooling(&subject);
        let go_on = |_, _| ControlFlow::Continue(());
        let states = one_pass(&subject, &ids, pooling, &Perturbation::None, &go_on)?;
        let last = states.state(0, states.n_taps - 1).iter().map(|number| f64::from(*number)).collect();
        Ok(Self { subject, encoding, states, last })
    }

    fn text(&self) -> ReadText {
        ReadText {
            pieces: self.subject.tokenizer.pieces(&self.encoding),
            words: self.encoding.words as u64,
            unknown_words: self.encoding.unknown_words as u64,
            truncated: self.encoding.truncated,
        }
    }

    /// Probability of each label by the variant's own head.
    fn by_head(&self, labels: &[String]) -> Result<Vec<ScoredCategory>, Error> {
        let logits = self.states.item_logits(0).ok_or_else(|| refuse("a model with labels gave no scores"))?;
        let order = head_order(&self.subject, labels);
        let top = order.iter().map(|&label| f64::from(logits[label])).fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = order.iter().map(|&label| (f64::from(logits[label]) - top).exp()).collect();
        let sum: f64 = weights.iter().sum();
        Ok(ranked(labels.iter().zip(weights.iter().map(|weight| weight / sum))))
    }
}

/// Scored categories, the best first; the earlier one on a tie.
fn ranked<'a>(scores: impl Iterator<Item = (&'a String, f64)>) -> Vec<ScoredCategory> {
    let mut scored: Vec<ScoredCategory> =
        scores.map(|(category, score)| ScoredCategory { category: category.clone(), score }).collect();
    scored.sort_by(|a, b| b.score.total_cmp(&a.score));
    scored
}

/// Reads the text by a reader that the audit fitted; what cannot be read says why, and the other readers go on.
fn sorted_by(fitted: &FittedReader, language: &str, nominal: &Read, operative: &Read) -> SortedBy {
    let both = scores(fitted, &fitted.nominal, fitted.nominal_dim, language, nominal)
        .and_then(|own| Ok((own, scores(fitted, &fitted.operative, fitted.operative_dim, language, operative)?)));
    let (both, undefined) = match both {
        Ok(both) => (both, None),
        Err(reason) => (Default::default(), Some(reason)),
    };
    let (suite, reader) = (fitted.suite.clone(), fitted.reader.clone());
    SortedBy { suite, reader, nominal: both.0, operative: both.1, undefined }
}

/// What the reader makes of the text in one variant, by the numbers that it learnt there.
fn scores(
    fitted: &FittedReader,
    numbers: &Series,
    dim: u32,
    language: &str,
    read: &Read,
) -> Result<Vec<ScoredCategory>, String> {
    let damaged = || "the numbers that this reader learnt are not whole".to_owned();
    let scores = if fitted.reader == PROTOTYPE {
        let known = fitted.languages.iter().position(|known| known == language).ok_or_else(|| {
            format!(
                "no item of this suite was tested in the language `{language}`, so there is no prototype to compare with"
            )
        })?;
        prototypes_from(fitted, numbers, dim, known).ok_or_else(damaged)?.cosines(read.last.view())
    } else {
        let probe = probe_from(fitted, numbers, dim).ok_or_else(damaged)?;
        probe.probabilities(read.last.view()).map(|scores| scores.into_iter().map(Some).collect())
    };
    let scores: Vec<Option<f64>> = scores.map_err(|reason| reason.to_string())?;
    let scored = fitted.categories.iter().zip(scores);
    Ok(ranked(scored.filter_map(|(category, score)| Some((category, score?)))))
}
