//! Sentence templates and the seeded draw of items from them. Not the reading of a finished suite.
//!
//! A `templates.toml` names its suite, the seed and number of items per group of the shipped draw, and then groups:
//! ```toml
//! [[group]]
//! id = "farming/01"
//! text.en = "I grow {rice|maize} on {my own land|a rented field}."
//! ```
//! Braces hold the values of a slot, each already inflected for its place, so that every combination is a sentence of the language.
//! The part of a group's id before `/` is its category; the id is the same in every language, so that folds can hold out a template in all of them.

use std::collections::{BTreeMap, BTreeSet};

use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use toml::Spanned;

use crate::error::{Error, Fault};
use crate::read::{check_language, check_name, line_at, parse_toml};
use crate::shipped::ShippedFiles;
use crate::suite::{Item, Suite};

/// Most sentences that one template may stand for.
const MAX_SENTENCES: usize = 100_000;

/// The templates of one suite, parsed and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates {
    file: String,
    suite: String,
    seed: u64,
    per_group: usize,
    groups: Vec<Group>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    id: String,
    category: String,
    line: usize,
    sentences: BTreeMap<String, Sentence>,
}

/// A sentence with choices; a fixed stretch is a choice of one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sentence {
    choices: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplatesFile {
    suite: Spanned<String>,
    seed: u64,
    per_group: usize,
    #[serde(default)]
    group: Vec<Spanned<GroupFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupFile {
    id: String,
    text: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct ItemLine<'a> {
    id: &'a str,
    text: &'a str,
    language: &'a str,
    category: &'a str,
    group: Option<&'a str>,
}

impl Templates {
    /// Parses and checks the text of a `templates.toml`; `file` is its name in messages.
    ///
    /// # Errors
    /// [`Error::Refused`] with the line and the rule that it breaks.
    pub fn parse(file: &str, text: &str) -> Result<Templates, Error> {
        let parsed: TemplatesFile = parse_toml(file, text)?;
        let at = |offset: usize, fault: Fault| Error::at(file, line_at(text, offset), fault);
        check_name("suite", parsed.suite.get_ref()).map_err(|fault| at(parsed.suite.span().start, fault))?;

        let mut groups: Vec<Group> = Vec::with_capacity(parsed.group.len());
        let mut seen = BTreeMap::new();
        for group in parsed.group {
            let start = group.span().start;
            let line = line_at(text, start);
            let GroupFile { id, text: texts } = group.into_inner();
            let category = match id.split_once('/') {
                Some((category, number))
                    if check_name("category", category).is_ok() && check_name("group", number).is_ok() =>
                {
                    category.to_owned()
                }
                _ => return Err(at(start, Fault::BadGroup { group: id })),
            };
            if let Some(first_line) = seen.insert(id.clone(), line) {
                return Err(at(start, Fault::DuplicateId { what: "group", id, first_line }));
            }
            let mut sentences = BTreeMap::new();
            for (language, template) in &texts {
                check_language(language).map_err(|fault| at(start, fault))?;
                let sentence = Sentence::parse(&id, language, template).map_err(|fault| at(start, fault))?;
                sentences.insert(language.clone(), sentence);
            }
            if let Some(first) = groups.first()
                && !first.sentences.keys().eq(sentences.keys())
            {
                return Err(at(start, Fault::UnevenLanguages { group: id }));
            }
            groups.push(Group { id, category, line, sentences });
        }
        if groups.is_empty() {
            return Err(at(0, Fault::NoGroups));
        }
        Ok(Templates {
            file: file.to_owned(),
            suite: parsed.suite.into_inner(),
            seed: parsed.seed,
            per_group: parsed.per_group,
            groups,
        })
    }

    /// The templates of a shipped suite.
    ///
    /// # Errors
    /// [`Error::NotShipped`] when no shipped suite has this id.
    pub fn shipped(suite_id: &str) -> Result<Templates, Error> {
        let files = ShippedFiles::find(suite_id)?;
        Templates::parse(&format!("{suite_id}/templates.toml"), files.templates)
    }

    /// Id of the suite that the templates belong to.
    pub fn suite(&self) -> &str {
        &self.suite
    }

    /// Seed of the shipped draw.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Items per group and language in the shipped draw.
    pub fn per_group(&self) -> usize {
        self.per_group
    }

    /// The languages, in order of their tags; every group is written in all of them.
    pub fn languages(&self) -> Vec<String> {
        self.groups.first().map(|group| group.sentences.keys().cloned().collect()).unwrap_or_default()
    }

    /// Ids of the groups in the order of the file.
    pub fn groups(&self) -> Vec<String> {
        self.groups.iter().map(|group| group.id.clone()).collect()
    }

    /// Every distinct sentence that a group stands for in a language, in order of its choices; none for an unknown group or language.
    pub fn sentences(&self, group: &str, language: &str) -> Vec<String> {
        let sentence = self.groups.iter().find(|each| each.id == group).and_then(|each| each.sentences.get(language));
        let mut seen = BTreeSet::new();
        let mut texts: Vec<String> = sentence
            .map(|sentence| (0..sentence.count()).map(|index| sentence.text(index)).collect())
            .unwrap_or_default();
        texts.retain(|text| seen.insert(text.clone()));
        texts
    }

    /// Draws `per_group` distinct sentences from each group in each language, as items named `category/number/language/draw`.
    ///
    /// Each group and language has a stream of its own, ChaCha8 seeded with SHA-256 of the seed (little-endian), the suite,
    /// the group and the language, with a zero byte between names. So the draw is the same on every platform,
    /// and an edited template changes only its own items.
    ///
    /// # Errors
    /// [`Fault::FewSentences`] when a group has fewer than `per_group`.
    pub fn draw(&self, seed: u64, per_group: usize) -> Result<Vec<Item>, Error> {
        let mut items = Vec::new();
        for group in &self.groups {
            for (language, sentence) in &group.sentences {
                let mut stream = self.stream(seed, &group.id, language);
                let texts = sentence.draw(&mut stream, per_group);
                if texts.len() < per_group {
                    let (group_id, language) = (group.id.clone(), language.clone());
                    let fault =
                        Fault::FewSentences { group: group_id, language, asked: per_group, possible: texts.len() };
                    return Err(Error::at(&self.file, group.line, fault));
                }
                items.extend(texts.into_iter().enumerate().map(|(index, text)| Item {
                    id: format!("{}/{language}/{}", group.id, index + 1),
                    text,
                    language: language.clone(),
                    category: group.category.clone(),
                    group: Some(group.id.clone()),
                }));
            }
        }
        Ok(items)
    }

    fn stream(&self, seed: u64, group: &str, language: &str) -> ChaCha8Rng {
        let mut digest = Sha256::new();
        digest.update(seed.to_le_bytes());
        digest.update([self.suite.as_str(), group, language].join("\0"));
        ChaCha8Rng::from_seed(digest.finalize().into())
    }
}

impl Sentence {
    fn parse(group: &str, language: &str, template: &str) -> Result<Sentence, Fault> {
        let braces = || Fault::Braces { group: group.to_owned(), language: language.to_owned() };
        let mut choices = Vec::new();
        let mut count: usize = 1;
        let mut rest = template;
        while let Some((fixed, after)) = rest.split_once('{') {
            let (inside, remainder) = after.split_once('}').ok_or_else(braces)?;
            if fixed.contains('}') || inside.contains('{') {
                return Err(braces());
            }
            let values: Vec<String> = inside.split('|').map(str::to_owned).collect();
            let distinct: BTreeSet<&String> = values.iter().collect();
            if distinct.len() < values.len() || values.iter().any(|value| value.trim().is_empty()) {
                let (group, language) = (group.to_owned(), language.to_owned());
                return Err(Fault::BadChoice { group, language, choice: inside.to_owned() });
            }
            count = count.saturating_mul(values.len());
            choices.push(vec![fixed.to_owned()]);
            choices.push(values);
            rest = remainder;
        }
        if rest.contains('}') {
            return Err(braces());
        }
        if count > MAX_SENTENCES {
            let (group, language) = (group.to_owned(), language.to_owned());
            return Err(Fault::ManySentences { group, language, limit: MAX_SENTENCES });
        }
        choices.push(vec![rest.to_owned()]);
        Ok(Sentence { choices })
    }

    fn count(&self) -> usize {
        self.choices.iter().map(Vec::len).product()
    }

    /// The sentence at `index` in the mixed-radix order of the choices.
    fn text(&self, index: usize) -> String {
        let mut index = index;
        let mut text = String::new();
        for values in &self.choices {
            if let Some(value) = values.get(index % values.len()) {
                text.push_str(value);
            }
            index /= values.len();
        }
        text
    }

    /// Up to `wanted` distinct sentences by a partial Fisher-Yates shuffle (Knuth, The Art of Computer Programming 2, algorithm 3.4.2 P).
    fn draw(&self, stream: &mut ChaCha8Rng, wanted: usize) -> Vec<String> {
        // At most MAX_SENTENCES, so an index fits u32; u32 draws are the same on 32-bit and 64-bit machines.
        let mut indices: Vec<usize> = (0..self.count()).collect();
        let mut texts = Vec::new();
        let mut seen = BTreeSet::new();
        while texts.len() < wanted && !indices.is_empty() {
            let last = indices.len() - 1;
            let picked = u32::try_from(last).map_or(last, |last| stream.random_range(0..=last) as usize);
            let text = self.text(indices.swap_remove(picked));
            if seen.insert(text.clone()) {
                texts.push(text);
            }
        }
        texts
    }
}

/// Items as the text of an `items.jsonl`: one JSON object a line, fields in the order id, text, language, category, group.
pub fn items_jsonl(items: &[Item]) -> String {
    let mut text = String::new();
    for item in items {
        let line = ItemLine {
            id: &item.id,
            text: &item.text,
            language: &item.language,
            category: &item.category,
            group: item.group.as_deref(),
        };
        // Serialising strings to memory has no way to fail; an empty line would be caught by the reader.
        text.push_str(&serde_json::to_string(&line).unwrap_or_default());
        text.push('\n');
    }
    text
}

/// The two files of a shipped suite drawn anew, `suite.toml` and `items.jsonl`: what [`load`](crate::load) reads from a folder.
///
/// # Errors
/// As [`Templates::shipped`] and [`Templates::draw`].
pub fn redrawn_files(suite_id: &str, seed: u64, per_group: usize) -> Result<(String, String), Error> {
    let files = ShippedFiles::find(suite_id)?;
    let items = Templates::shipped(suite_id)?.draw(seed, per_group)?;
    Ok((files.suite.to_owned(), items_jsonl(&items)))
}

/// A shipped suite with items drawn anew, checked like any other suite.
///
/// # Errors
/// As [`redrawn_files`], and those of [`load`](crate::load).
pub fn redraw(suite_id: &str, seed: u64, per_group: usize) -> Result<Suite, Error> {
    let (_, items) = redrawn_files(suite_id, seed, per_group)?;
    ShippedFiles::find(suite_id)?.suite_with(&items)
}
