//! Own words: one text, sorted by both variants as the audit sorted its items. Writes no file.

use std::ops::ControlFlow;

use ndarray::Array1;
use parallax_model::{Perturbation, States};
use parallax_tokens::Encoding;
use parallax_wire::{Error, FittedReader, Progress, ReadText, ScoredCategory, SortRequest, SortedBy, SortedWords};

use super::fitted::{probe_from, prototypes_from};
use super::preflight;
use super::readers::{head_categories, head_order};
use super::states::one_pass;
use super::subject::Subject;
use crate::error::{Coded, refuse};
use crate::own_words::same_files;

/// Sorts one text with both variants, reader by reader; everything of it is computed in this process.
///
/// # Errors
/// When a variant cannot be read or is not the one that the audit saw, or the readers are of another model.
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
        for fitted in request.fitted.iter().filter(|fitted| fitted.suite == *suite) {
            sorted.push(sorted_by(fitted, &request.language, &nominal, &operative)?);
        }
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

/// Reads the text by a reader that the audit fitted.
fn sorted_by(fitted: &FittedReader, language: &str, nominal: &Read, operative: &Read) -> Result<SortedBy, Error> {
    let mut sorted = SortedBy {
        suite: fitted.suite.clone(),
        reader: fitted.reader.clone(),
        nominal: Vec::new(),
        operative: Vec::new(),
        undefined: None,
    };
    let sides = [(&fitted.nominal, fitted.nominal_dim, nominal), (&fitted.operative, fitted.operative_dim, operative)];
    let other_model = || {
        refuse(format!("the reader `{}` of the suite `{}` was fitted on another model", fitted.reader, fitted.suite))
    };
    let mut both = Vec::new();
    for (numbers, dim, read) in sides {
        let scores: Result<Vec<Option<f64>>, _> = match fitted.reader.as_str() {
            "prototype" => {
                let Some(language) = fitted.languages.iter().position(|known| known == language) else {
                    sorted.undefined = Some(format!(
                        "no item of this suite was tested in the language `{language}`, so there is no prototype to compare with"
                    ));
                    return Ok(sorted);
                };
                let prototypes = prototypes_from(fitted, numbers, dim, language).ok_or_else(other_model)?;
                prototypes.cosines(read.last.view())
            }
            _ => {
                let probe = probe_from(fitted, numbers, dim).ok_or_else(other_model)?;
                probe.probabilities(read.last.view()).map(|scores| scores.into_iter().map(Some).collect())
            }
        };
        match scores {
            Ok(scores) => {
                let scored = fitted.categories.iter().zip(scores);
                both.push(ranked(scored.filter_map(|(category, score)| Some((category, score?)))));
            }
            Err(reason) => {
                sorted.undefined = Some(reason.to_string());
                return Ok(sorted);
            }
        }
    }
    if let [nominal, operative] = both.as_mut_slice() {
        std::mem::swap(&mut sorted.nominal, nominal);
        std::mem::swap(&mut sorted.operative, operative);
    }
    Ok(sorted)
}
