//! Own words: what it takes to sort them, and keeping and forgetting what was sorted.

use std::path::Path;

use parallax_artifact::ArtifactFile;
use parallax_store::Case;
use parallax_wire::{Error, FileIdentity, KeptWords, Role, SortRequest, SortedWords};

use crate::clock::today;
use crate::error::{Coded, base_name, refuse};

/// Most characters of own words: several pages, and far more than a model reads.
pub const MOST_CHARACTERS: usize = 10_000;

/// Everything that a worker needs to sort a text as the case's audit sorted its items.
///
/// # Errors
/// When the case cannot be opened or holds no audit, and when the text is empty or too long.
pub fn sort_request(
    path: &Path,
    nominal: &Path,
    operative: &Path,
    text: &str,
    language: &str,
) -> Result<SortRequest, Error> {
    check_text(text)?;
    sort_request_in(&Case::open(path).bad_input()?, nominal, operative, text, language)
}

pub(crate) fn sort_request_in(
    case: &Case,
    nominal: &Path,
    operative: &Path,
    text: &str,
    language: &str,
) -> Result<SortRequest, Error> {
    let audit = case.audit().internal()?.ok_or_else(|| no_audit(case))?;
    let hashes = |files: &[FileIdentity]| files.iter().map(|file| file.sha256.clone()).collect();
    let shown = |path: &Path| {
        path.to_str().map(str::to_owned).ok_or_else(|| refuse(format!("`{}` is not a path in UTF-8", path.display())))
    };
    Ok(SortRequest {
        nominal: shown(nominal)?,
        operative: shown(operative)?,
        nominal_sha256: hashes(&audit.nominal.files),
        operative_sha256: hashes(&audit.operative.files),
        text: text.to_owned(),
        language: language.to_owned(),
        suites: audit.suites.into_iter().map(|suite| (suite.id, suite.categories)).collect(),
        regime: audit.regime.kind,
        fitted: case.fitted().internal()?,
    })
}

fn no_audit(case: &Case) -> Error {
    refuse(format!("`{}` holds no audit yet", base_name(case.path())))
}

/// Refuses a text with nothing in it, and one that is longer than a person types.
pub(crate) fn check_text(text: &str) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Err(refuse("the text is empty; type the words that should be sorted"));
    }
    let length = text.chars().count();
    if length > MOST_CHARACTERS {
        return Err(refuse(format!(
            "the text has {length} characters; at most {MOST_CHARACTERS} can be sorted at once"
        )));
    }
    Ok(())
}

/// Keeps words with how they were just sorted.
///
/// # Errors
/// When the case cannot be opened or written, and when the text is empty or too long.
pub fn keep_words(path: &Path, sorted: &SortedWords) -> Result<KeptWords, Error> {
    check_text(&sorted.text)?;
    keep_words_in(&mut Case::open(path).bad_input()?, sorted)
}

pub(crate) fn keep_words_in(case: &mut Case, sorted: &SortedWords) -> Result<KeptWords, Error> {
    let day = today();
    let words = KeptWords { id: uuid::Uuid::new_v4().to_string(), created: day.clone(), sorted: sorted.clone() };
    case.keep_words(&words, &day).internal()?;
    Ok(words)
}

/// Removes kept words from the case for good.
///
/// # Errors
/// When the case cannot be opened or written, or holds no such words.
pub fn forget_words(path: &Path, id: &str) -> Result<(), Error> {
    forget_words_in(&mut Case::open(path).bad_input()?, id)
}

pub(crate) fn forget_words_in(case: &mut Case, id: &str) -> Result<(), Error> {
    case.forget_words(id, &today()).bad_input()
}

/// Words that were kept, the oldest first.
///
/// # Errors
/// When the case cannot be opened.
pub fn kept_words(path: &Path) -> Result<Vec<KeptWords>, Error> {
    Case::open(path).bad_input()?.kept_words().internal()
}

/// Whether the case's audit left readers that own words can be sorted with, besides a classification head.
///
/// # Errors
/// When the case cannot be opened.
pub fn has_fitted_readers(path: &Path) -> Result<bool, Error> {
    Case::open(path).bad_input()?.has_fitted().internal()
}

/// Checks that the variant at `variant` is the one that the case's audit saw, by the SHA-256 of its files.
///
/// # Errors
/// When the case or the variant cannot be opened, the case holds no audit, or a file is another one; the sentence
/// names that file.
pub fn variant_matches(path: &Path, role: Role, variant: &Path) -> Result<(), Error> {
    variant_matches_in(&Case::open(path).bad_input()?, role, variant)
}

pub(crate) fn variant_matches_in(case: &Case, role: Role, variant: &Path) -> Result<(), Error> {
    let audit = case.audit().internal()?.ok_or_else(|| no_audit(case))?;
    let seen = match role {
        Role::Nominal => &audit.nominal,
        Role::Operative => &audit.operative,
    };
    let chosen = parallax_artifact::open(variant).bad_input()?;
    let hashes: Vec<String> = seen.files.iter().map(|file| file.sha256.clone()).collect();
    same_files(chosen.name(), chosen.files(), &hashes)?;
    match seen.files.iter().find(|file| chosen.files().iter().all(|other| other.sha256 != file.sha256)) {
        Some(file) => Err(refuse(format!(
            "`{}` lacks the file `{}` that the audit saw; choose the files that were audited",
            chosen.name(),
            file.name
        ))),
        None => Ok(()),
    }
}

/// Refuses a variant with a file that was not among those with the given SHA-256.
pub(crate) fn same_files(variant: &str, files: &[ArtifactFile], hashes: &[String]) -> Result<(), Error> {
    match files.iter().find(|file| !hashes.contains(&file.sha256)) {
        Some(file) => Err(refuse(format!(
            "`{}` of `{variant}` is not a file that the audit saw; choose the files that were audited",
            file.name
        ))),
        None => Ok(()),
    }
}
