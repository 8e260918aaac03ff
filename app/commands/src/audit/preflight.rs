//! What must agree before anything is compared; a difference of the pipeline is said here and never called drift.

use std::collections::BTreeSet;

use parallax_artifact::Pooling;
use parallax_datasets::Suite;
use parallax_tokens::Reading;
use parallax_wire::{Error, Param, PreflightRow, PreflightStatus};
use parallax_words::{Statement, Which, Words, params};

use super::reading::{LanguageCheck, ReadItem};
use super::subject::Subject;
use crate::error::Coded;

/// Collects rows, each a sentence of `words`.
struct Rows<'a> {
    words: &'a Words,
    rows: Vec<PreflightRow>,
}

impl Rows<'_> {
    fn add<const N: usize>(
        &mut self,
        check: &str,
        status: PreflightStatus,
        sentence: &str,
        slots: [(&str, Param); N],
    ) -> Result<(), Error> {
        let detail = self.words.say(sentence, &params(slots)).internal()?;
        self.rows.push(PreflightRow { check: check.to_owned(), status, detail, language: None, item: None });
        Ok(())
    }

    /// A check whose sentences are `preflight-CHECK-same`, `-differs` and `-unknown`.
    fn compare<T: PartialEq, const N: usize>(
        &mut self,
        check: &str,
        nominal: &Option<T>,
        operative: &Option<T>,
        slots: [(&str, Param); N],
    ) -> Result<(), Error> {
        let (status, outcome) = match (nominal, operative) {
            (Some(published), Some(deployed)) if published == deployed => (PreflightStatus::Same, "same"),
            (Some(_), Some(_)) => (PreflightStatus::Differs, "differs"),
            _ => (PreflightStatus::Unknown, "unknown"),
        };
        self.add(check, status, &format!("preflight-{check}-{outcome}"), slots)
    }
}

fn text(value: impl Into<String>) -> Param {
    Param::Text(value.into())
}

/// All rows: the pipeline first, then languages, then single items.
pub(crate) fn preflight(
    words: &Words,
    (nominal, operative): (&Subject, &Subject),
    suites: &[Suite],
    items: &[ReadItem<'_>],
    languages: &[LanguageCheck],
    reader: &str,
) -> Result<Vec<PreflightRow>, Error> {
    let mut rows = Rows { words, rows: Vec::new() };
    pipeline(&mut rows, nominal, operative, items)?;
    let labels = |subject: &Subject| {
        let labels: BTreeSet<String> = subject.variant.labels().iter().cloned().collect();
        (!labels.is_empty()).then_some(labels)
    };
    let k = labels(nominal).map_or(0, |labels| labels.len() as u64);
    rows.compare("labels", &labels(nominal), &labels(operative), [("k", Param::Count(k))])?;
    let reader = if reader == "head" { "preflight-reader-head" } else { "preflight-reader-prototype" };
    rows.add("reader", PreflightStatus::Same, reader, [])?;
    for check in languages {
        language(&mut rows, suites, check)?;
    }
    token_ids(&mut rows, suites, items)?;
    Ok(rows.rows)
}

fn pipeline(rows: &mut Rows<'_>, nominal: &Subject, operative: &Subject, items: &[ReadItem<'_>]) -> Result<(), Error> {
    let (a, b) = (nominal.variant.config(), operative.variant.config());
    let same_files = nominal.variant.files() == operative.variant.files();
    rows.compare("files", &Some(true), &Some(same_files), [])?;
    rows.add("architecture", PreflightStatus::Same, "preflight-architecture-same", [("nominal", text("bert"))])?;
    if (a.n_layers, a.hidden_size) == (b.n_layers, b.hidden_size) {
        let size = [("layers", Param::Count(a.n_layers as u64)), ("dim", Param::Count(a.hidden_size as u64))];
        rows.add("size", PreflightStatus::Same, "preflight-size-same", size)?;
    } else {
        let sizes = [
            ("nominal_layers", Param::Count(a.n_layers as u64)),
            ("nominal_dim", Param::Count(a.hidden_size as u64)),
            ("operative_layers", Param::Count(b.n_layers as u64)),
            ("operative_dim", Param::Count(b.hidden_size as u64)),
        ];
        rows.add("size", PreflightStatus::Differs, "preflight-size-differs", sizes)?;
    }
    tokenizer(rows, nominal, operative, items)?;
    rows.compare("special-tokens", &Some(nominal.tokenizer.special()), &Some(operative.tokenizer.special()), [])?;
    if operative.tokenizer.lowercase_assumed() || nominal.tokenizer.lowercase_assumed() {
        rows.add("lower-casing", PreflightStatus::Unknown, "preflight-lower-casing-unknown", [])?;
    } else {
        rows.compare("lower-casing", &Some(a.lowercase.unwrap_or(true)), &Some(b.lowercase.unwrap_or(true)), [])?;
    }
    let (used, other) = (pooling(nominal), pooling(operative));
    let stated = |subject: &Subject| has_head(subject).then_some(Pooling::Cls).or(subject.variant.config().pooling);
    let slots =
        [("nominal", text(pooling_name(rows.words, used)?)), ("operative", text(pooling_name(rows.words, other)?))];
    rows.compare("pooling", &stated(nominal), &stated(operative), slots)?;
    rows.compare("normalisation", &a.normalize, &b.normalize, [])?;
    let limits = (nominal.tokenizer.max_tokens(), operative.tokenizer.max_tokens());
    let slots = [("nominal", Param::Count(limits.0 as u64)), ("operative", Param::Count(limits.1 as u64))];
    rows.compare("truncation", &Some(limits.0), &Some(limits.1), slots)?;
    rows.add("prompt-prefix", PreflightStatus::Unknown, "preflight-prompt-prefix-unknown", [])?;
    let types = (type_names(nominal), type_names(operative));
    rows.compare(
        "number-types",
        &Some(&types.0),
        &Some(&types.1),
        [("nominal", text(&types.0)), ("operative", text(&types.1))],
    )?;
    rows.add("item-order", PreflightStatus::Same, "preflight-item-order-same", [])
}

fn tokenizer(rows: &mut Rows<'_>, nominal: &Subject, operative: &Subject, items: &[ReadItem<'_>]) -> Result<(), Error> {
    let slots = || [("nominal", text(nominal.tokenizer_name())), ("operative", text(operative.tokenizer_name()))];
    let published = |subject: &Subject| {
        let file = subject.variant.tokenizer_json().map(|(file, _)| file.sha256.clone());
        (subject.tokenizer.reading() == Reading::Published).then_some(file).flatten()
    };
    let same_file = published(nominal).is_some() && published(nominal) == published(operative);
    if same_file {
        rows.add("tokenizer", PreflightStatus::Same, "preflight-tokenizer-same", slots())
    } else if items.iter().all(ReadItem::same_tokens) {
        rows.add("tokenizer", PreflightStatus::Same, "preflight-tokenizer-other-source", slots())
    } else {
        rows.add("tokenizer", PreflightStatus::Differs, "preflight-tokenizer-differs", slots())
    }
}

/// Whether a variant decides by a head of its own.
pub(crate) fn has_head(subject: &Subject) -> bool {
    !subject.variant.labels().is_empty()
}

/// How the states of a variant are pooled: as its head reads them, else as its files say, else the mean.
pub(crate) fn pooling(subject: &Subject) -> Pooling {
    if has_head(subject) { Pooling::Cls } else { subject.variant.config().pooling.unwrap_or(Pooling::Mean) }
}

fn pooling_name(words: &Words, pooling: Pooling) -> Result<String, Error> {
    let id = match pooling {
        Pooling::Mean => "pooling-mean",
        Pooling::Cls => "pooling-cls",
        Pooling::Last => "pooling-last",
    };
    words.text(id).internal()
}

/// Stored types of the matrices, most used first.
fn type_names(subject: &Subject) -> String {
    let mut counts: Vec<(usize, &str)> = Vec::new();
    for tensor in subject.variant.tensors().iter().filter(|tensor| tensor.canonical.is_some() && tensor.shape.len() > 1)
    {
        match counts.iter_mut().find(|(_, name)| *name == tensor.dtype.name()) {
            Some((count, _)) => *count += 1,
            None => counts.push((1, tensor.dtype.name())),
        }
    }
    counts.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    counts.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
}

/// The statements that say why a language cannot be tested; empty when it can.
pub(crate) fn cannot_test(check: &LanguageCheck) -> Vec<Statement> {
    let (nominal, operative) = (&check.nominal, &check.operative);
    let which = |nominal: bool, operative: bool| match (nominal, operative) {
        (true, true) => Some(Which::Both),
        (true, false) => Some(Which::Nominal),
        (false, true) => Some(Which::Operative),
        (false, false) => None,
    };
    let mut statements = Vec::new();
    if let Some(variant) = which(nominal.too_many_unknown(), operative.too_many_unknown()) {
        // Where both are affected, what is said of both must hold for the one that knows more.
        let shown = match variant {
            Which::Nominal => nominal,
            Which::Operative => operative,
            Which::Both if nominal.n_unknown_words <= operative.n_unknown_words => nominal,
            Which::Both => operative,
        };
        let (k, n) = (shown.n_unknown_words as u64, shown.n_words as u64);
        statements.push(Statement::CannotTestUnknownWords { language: check.language.clone(), variant, k, n });
    }
    let (published, deployed) = (nominal.confused_items.len(), operative.confused_items.len());
    if let Some(variant) = which(published > 0, deployed > 0) {
        let k = match variant {
            Which::Nominal => published,
            Which::Operative => deployed,
            Which::Both => published.min(deployed),
        };
        let (k, n) = (k as u64, check.items.len() as u64);
        statements.push(Statement::CannotTestSameTokens { language: check.language.clone(), variant, k, n });
    }
    statements
}

fn language(rows: &mut Rows<'_>, suites: &[Suite], check: &LanguageCheck) -> Result<(), Error> {
    let mut sentences: Vec<String> = Vec::new();
    for statement in cannot_test(check) {
        sentences.push(rows.words.statement(&statement).internal()?);
    }
    let status = if sentences.is_empty() { PreflightStatus::Same } else { PreflightStatus::CannotTest };
    if sentences.is_empty() {
        let slots = params([
            ("language", text(rows.words.language_name(&check.language))),
            ("k", Param::Count(check.nominal.n_unknown_words.max(check.operative.n_unknown_words) as u64)),
            ("n", Param::Count(check.nominal.n_words as u64)),
        ]);
        sentences.push(rows.words.say("preflight-language-same", &slots).internal()?);
    }
    rows.rows.push(PreflightRow {
        check: format!("language/{}", suites[check.suite].id),
        status,
        detail: sentences.join(" "),
        language: Some(check.language.clone()),
        item: None,
    });
    Ok(())
}

fn token_ids(rows: &mut Rows<'_>, suites: &[Suite], items: &[ReadItem<'_>]) -> Result<(), Error> {
    let n = Param::Count(items.len() as u64);
    let different: Vec<&ReadItem<'_>> = items.iter().filter(|read| !read.same_tokens()).collect();
    if different.is_empty() {
        return rows.add("token-ids", PreflightStatus::Same, "preflight-token-ids-same", [("n", n)]);
    }
    let k = Param::Count(different.len() as u64);
    rows.add("token-ids", PreflightStatus::Differs, "preflight-token-ids-differs", [("k", k), ("n", n)])?;
    let detail = rows.words.text("preflight-token-ids-item").internal()?;
    rows.rows.extend(different.iter().map(|read| PreflightRow {
        check: "token-ids".to_owned(),
        status: PreflightStatus::Differs,
        detail: detail.clone(),
        language: Some(read.item.language.clone()),
        item: Some(format!("{}/{}", suites[read.suite].id, read.item.id)),
    }));
    Ok(())
}
