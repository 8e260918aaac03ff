//! What the parts of a page draw from: sentences, labels and items, all given; nothing is computed about models here.

use std::collections::BTreeSet;

use maud::{Markup, html};
use parallax_wire::{Audit, Direction, Finding, ItemRecord, LocalText, Param, PreflightStatus, SuiteSummary};
use parallax_words::{Error as WordsError, Words, params, visible};

use crate::Error;
use crate::content::{BundleContent, ItemIndex};

/// What the parts of a page draw from.
pub(crate) struct View<'a> {
    pub(crate) words: &'a Words,
    pub(crate) audit: &'a Audit,
    pub(crate) items: &'a [ItemRecord],
    pub(crate) findings: &'a [Finding],
    index: ItemIndex<'a>,
    /// True when only what a contestation rests on may be named.
    included_only: bool,
}

impl<'a> View<'a> {
    /// All of an audit.
    pub(crate) fn of_audit(words: &'a Words, audit: &'a Audit, items: &'a [ItemRecord]) -> Self {
        Self { words, audit, items, findings: &audit.findings, index: ItemIndex::new(items), included_only: false }
    }

    /// Only what a contestation includes.
    pub(crate) fn of_contestation(words: &'a Words, content: &'a BundleContent) -> Self {
        Self {
            words,
            audit: &content.audit,
            items: &content.items,
            findings: &content.report.findings,
            index: ItemIndex::new(&content.items),
            included_only: true,
        }
    }

    /// BCP 47 tag of the page.
    pub(crate) fn language(&self) -> String {
        self.words.language()
    }

    /// A sentence or label without slots.
    pub(crate) fn text(&self, id: &str) -> Result<String, Error> {
        Ok(self.words.text(id)?)
    }

    /// A sentence or label with slots.
    pub(crate) fn say<const N: usize>(&self, id: &str, slots: [(&str, Param); N]) -> Result<String, Error> {
        Ok(self.words.say(id, &params(slots))?)
    }

    /// The sentence of `prefix-name`, or of `prefix-other` with the name itself where there is none.
    pub(crate) fn text_or_other(&self, prefix: &str, name: &str) -> Result<String, Error> {
        let id = format!("{prefix}-{}", name.replace('_', "-"));
        if self.words.has(&id) { self.text(&id) } else { self.text(&format!("{prefix}-other")) }
    }

    /// The sentence of a finding: said again from its numbers, so that its guard holds on this page too.
    ///
    /// A statement from a newer version, which is not known here, is shown as it was stored.
    pub(crate) fn sentence(&self, finding: &Finding) -> Result<String, Error> {
        match self.words.restate(&finding.statement_id, &finding.params) {
            Ok(sentence) => Ok(sentence),
            Err(WordsError::UnknownStatement { .. }) => Ok(finding.sentence.clone()),
            Err(other) => Err(other.into()),
        }
    }

    /// The suite with this id.
    pub(crate) fn suite(&self, id: &str) -> Option<&'a SuiteSummary> {
        self.audit.suites.iter().find(|suite| suite.id == id)
    }

    /// Title of a suite for people.
    pub(crate) fn suite_title(&self, id: &str) -> String {
        self.suite(id).map_or_else(|| visible(id).into_owned(), |suite| visible(&suite.title).into_owned())
    }

    /// Label of a category in the language of the page, or its id where it has none.
    pub(crate) fn label(&self, suite: Option<&str>, category: &str) -> String {
        let label = self.label_in(suite, category, &self.language());
        visible(label.unwrap_or(category)).into_owned()
    }

    /// Label of a category in a language; a head may know categories of several suites, the given one is asked first.
    pub(crate) fn label_in(&self, suite: Option<&str>, category: &str, language: &str) -> Option<&'a str> {
        let primary = |tag: &str| tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
        let (own, others): (Vec<_>, Vec<_>) =
            self.audit.suites.iter().partition(|known| suite.is_none_or(|id| known.id == id));
        own.into_iter()
            .chain(others)
            .filter_map(|suite| {
                suite.labels.get(language).or_else(|| {
                    suite.labels.iter().find(|(tag, _)| primary(tag) == primary(language)).map(|(_, labels)| labels)
                })
            })
            .find_map(|labels| labels.get(category).map(String::as_str))
    }

    /// What a category means, in the language of the page.
    pub(crate) fn meaning(&self, suite: Option<&str>, category: &str) -> Option<&'a str> {
        let suites = self.audit.suites.iter().filter(|known| suite.is_none_or(|id| known.id == id));
        suites
            .filter_map(|suite| suite.meanings.get(&self.language()))
            .find_map(|meanings| meanings.get(category).map(String::as_str))
    }

    /// A category as a label in an item's language, with the page's language beside it where they differ.
    pub(crate) fn category_markup(&self, suite: Option<&str>, category: &str, language: &str) -> Markup {
        let own = self.label_in(suite, category, language);
        let english = self.label(suite, category);
        html! {
            @match own {
                Some(own) if own != english => {
                    bdi.own lang=(language) dir="auto" { (visible(own)) } " "
                    bdi.beside lang=(self.language()) dir="auto" { (english) }
                }
                _ => bdi.own lang=(self.language()) dir="auto" { (english) }
            }
        }
    }

    /// True when an item may be named on this page: every item of an audit, but only included ones in a contestation.
    pub(crate) fn may_name(&self, item: &str) -> bool {
        !self.included_only || self.findings.iter().any(|finding| finding.items.iter().any(|id| id == item))
    }

    /// Languages about which nothing can be said, by tag.
    pub(crate) fn untestable(&self) -> BTreeSet<&'a str> {
        self.audit
            .preflight
            .iter()
            .filter(|row| row.status == PreflightStatus::CannotTest)
            .filter_map(|row| row.language.as_deref())
            .collect()
    }

    /// The items of a finding that are at hand, the furthest moved first.
    pub(crate) fn items_of(&self, finding: &Finding) -> Vec<&'a ItemRecord> {
        self.index.of_finding(finding).into_iter().filter_map(Result::ok).collect()
    }
}

/// A count as a slot.
pub(crate) fn count(number: u64) -> Param {
    Param::Count(number)
}

/// A name as a slot.
pub(crate) fn name(text: &str) -> Param {
    Param::Text(text.to_owned())
}

/// A text that a person wrote, isolated, with its language and direction.
pub(crate) fn written(text: &LocalText) -> Markup {
    let direction = match text.dir {
        Direction::Ltr => "ltr",
        Direction::Rtl => "rtl",
        Direction::Auto => "auto",
    };
    html! { p.written lang=(text.lang) dir=(direction) { (visible(&text.value)) } }
}

/// A stored sentence: the isolates around its names are kept, every other control is written out.
pub(crate) fn stored_sentence(sentence: &str) -> String {
    let parts: Vec<&str> = sentence.split(['\u{2068}', '\u{2069}']).collect();
    let mut shown = String::with_capacity(sentence.len());
    // The parts alternate between outside and inside of an isolate; an unclosed one is closed at the end.
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            shown.push(if position % 2 == 1 { '\u{2068}' } else { '\u{2069}' });
        }
        shown.push_str(&visible(part));
    }
    if parts.len().is_multiple_of(2) {
        shown.push('\u{2069}');
    }
    shown
}

/// A name from outside, isolated.
pub(crate) fn foreign(text: &str) -> Markup {
    html! { bdi dir="auto" { (visible(text)) } }
}

/// A number with as many digits as are read: counts whole, shares with three decimals.
pub(crate) fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        format!("{value:.0}")
    } else if value != 0.0 && value.abs() < 0.001 {
        format!("{value:.1e}")
    } else {
        format!("{value:.3}")
    }
}

/// A size in bytes for people.
pub(crate) fn size(bytes: u64) -> String {
    let value = bytes as f64;
    if bytes < 1_000 {
        format!("{bytes} B")
    } else if bytes < 1_000_000 {
        format!("{:.1} kB", value / 1e3)
    } else if bytes < 1_000_000_000 {
        format!("{:.1} MB", value / 1e6)
    } else {
        format!("{:.2} GB", value / 1e9)
    }
}

/// A count with its digits in groups of three.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) && digits.len() > 4 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
