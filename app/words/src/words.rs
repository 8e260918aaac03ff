//! Says sentences: a Fluent bundle with strict slots, isolated names and grouped digits.

use std::collections::BTreeMap;
use std::fmt;

use fluent::concurrent::FluentBundle;
use fluent::resolver::ResolverError;
use fluent::resolver::errors::ReferenceKind;
use fluent::{FluentArgs, FluentError, FluentResource, FluentValue};
use parallax_wire::Param;
use unic_langid::LanguageIdentifier;

use crate::locale::{ENGLISH, LANGUAGES};
use crate::slot::EVERY_LANGUAGE;
use crate::visible::{END_ISOLATE, ISOLATE};
use crate::{Error, Statement, visible};

/// Whether names inside a sentence are kept from reordering it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// Names stand between U+2068 and U+2069: for HTML, JSON and windows.
    Names,
    /// Nothing stands around names: for terminals, which show the marks as boxes.
    None,
}

/// Slots that choose among sentences and are never shown.
const SELECTOR_SLOTS: [&str; 5] = ["variant", "which", "side", "nominal_mode", "operative_mode"];

/// The sentences of one language.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
    language: LanguageIdentifier,
    isolation: Isolation,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Words").field("language", &self.language).field("isolation", &self.isolation).finish()
    }
}

impl Words {
    /// The sentences of a BCP 47 language; English where the product does not speak it.
    pub fn new(lang: &str) -> Self {
        let asked = lang.parse::<LanguageIdentifier>().unwrap_or_default();
        let spoken = LANGUAGES.iter().filter_map(|tag| tag.parse::<LanguageIdentifier>().ok());
        let language = spoken
            .into_iter()
            .find(|spoken| spoken.language == asked.language)
            .or_else(|| LANGUAGES[0].parse().ok())
            .unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language.clone()]);
        // Isolates are put around names here and not by Fluent, which would also isolate whole sentences.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(group_digits));
        for (_, text) in ENGLISH {
            // Broken entries are left out and found by the tests; what was read is still said.
            let resource = match FluentResource::try_new(text.to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        Self { bundle, language, isolation: Isolation::Names }
    }

    /// The English sentences.
    pub fn english() -> Self {
        Self::new(LANGUAGES[0])
    }

    /// The same sentences with another isolation of names.
    #[must_use]
    pub fn with_isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = isolation;
        self
    }

    /// BCP 47 tag of the language spoken.
    pub fn language(&self) -> String {
        self.language.to_string()
    }

    /// True when there is a sentence with this id.
    pub fn has(&self, id: &str) -> bool {
        self.bundle.get_message(id).is_some_and(|message| message.value().is_some())
    }

    /// A sentence or label with its slots filled.
    ///
    /// The slots `language` (one BCP 47 tag, or `every`) and `languages` (tags separated by `, `) are shown as names of languages;
    /// `variant` and `which` only choose among sentences.
    ///
    /// # Errors
    /// When there is no such sentence or a slot has no value.
    pub fn say(&self, id: &str, params: &BTreeMap<String, Param>) -> Result<String, Error> {
        let unknown = || Error::UnknownMessage { id: id.to_owned() };
        let message = self.bundle.get_message(id).ok_or_else(unknown)?;
        let pattern = message.value().ok_or_else(unknown)?;
        let mut args = FluentArgs::new();
        for (name, param) in params {
            args.set(name.clone(), self.value(name, param));
        }
        let mut errors = Vec::new();
        let sentence = self.bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        match errors.into_iter().next() {
            None => Ok(sentence),
            Some(FluentError::ResolverError(ResolverError::Reference(ReferenceKind::Variable { id: param }))) => {
                Err(Error::MissingParam { id: id.to_owned(), param })
            }
            Some(other) => Err(Error::Broken { id: id.to_owned(), reason: other.to_string() }),
        }
    }

    /// A sentence or label without slots.
    ///
    /// # Errors
    /// As [`Words::say`].
    pub fn text(&self, id: &str) -> Result<String, Error> {
        self.say(id, &BTreeMap::new())
    }

    /// The sentence of a finding or limit, when its guard holds.
    ///
    /// # Errors
    /// [`Error::GuardFailed`] when the numbers do not allow it.
    pub fn statement(&self, statement: &Statement) -> Result<String, Error> {
        statement.check()?;
        self.say(statement.id(), &statement.params())
    }

    /// The sentence of a stored finding, when its slots are whole and its guard still holds.
    ///
    /// # Errors
    /// When no statement has the id, a slot is missing or of another kind, or the guard fails.
    pub fn restate(&self, id: &str, params: &BTreeMap<String, Param>) -> Result<String, Error> {
        self.statement(&Statement::from_parts(id, params)?)
    }

    /// Name of a language by its BCP 47 tag; the tag itself where the product has no name for it.
    pub fn language_name(&self, tag: &str) -> String {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase();
        self.text(&format!("language-{primary}")).unwrap_or_else(|_| visible(tag).into_owned())
    }

    fn value(&self, name: &str, param: &Param) -> FluentValue<'static> {
        match param {
            // Counts of items stay far below 2^53, where f64 stops being exact.
            Param::Count(count) => FluentValue::from(*count),
            Param::Number(number) => FluentValue::from(*number),
            Param::Text(text) if SELECTOR_SLOTS.contains(&name) => FluentValue::from(text.clone()),
            Param::Text(text) if name == "language" && text == EVERY_LANGUAGE => FluentValue::from(text.clone()),
            Param::Text(text) if name == "language" => self.isolated(&self.language_name(text)),
            Param::Text(text) if name == "languages" => {
                let names: Vec<String> = text.split(", ").map(|tag| self.language_name(tag)).collect();
                self.isolated(&names.join(", "))
            }
            Param::Text(text) => self.isolated(&visible(text)),
        }
    }

    fn isolated(&self, name: &str) -> FluentValue<'static> {
        FluentValue::from(match self.isolation {
            Isolation::Names => format!("{ISOLATE}{name}{END_ISOLATE}"),
            Isolation::None => name.to_owned(),
        })
    }
}

/// Slots from pairs, for callers that fill them by hand.
pub fn params<const N: usize>(pairs: [(&str, Param); N]) -> BTreeMap<String, Param> {
    pairs.into_iter().map(|(name, param)| (name.to_owned(), param)).collect()
}

/// Writes whole numbers from 10,000 on with a comma between groups of three digits, as English does.
fn group_digits<M>(value: &FluentValue, _memoizer: &M) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    if number.value.fract() != 0.0 || number.value.abs() < 10_000.0 || number.value.abs() >= 9e15 {
        return None;
    }
    let digits = format!("{:.0}", number.value.abs());
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number.value < 0.0 {
        grouped.push('-');
    }
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    Some(grouped)
}
