//! How text is prepared and what is put around it, as questions that every tokenizer answers or leaves open.

use super::steps::sha256;
use crate::published::excerpt;

/// A value and how it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stated<T> {
    /// The file says so.
    Stated(T),
    /// The file does not say, and its readers take this.
    Assumed {
        /// What they take.
        value: T,
        /// Who does and why.
        why: &'static str,
    },
    /// The file does not say, and what follows depends on who reads it.
    Unknown {
        /// Why it is not known.
        why: &'static str,
    },
}

impl<T> Stated<T> {
    /// The value, stated or assumed.
    pub fn value(&self) -> Option<&T> {
        match self {
            Stated::Stated(value) | Stated::Assumed { value, .. } => Some(value),
            Stated::Unknown { .. } => None,
        }
    }

    /// The reason, where the file does not say.
    pub fn why(&self) -> Option<&'static str> {
        match self {
            Stated::Stated(_) => None,
            Stated::Assumed { why, .. } | Stated::Unknown { why } => Some(why),
        }
    }
}

/// The step of a tokenizer that a property belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the steps are the field's own names")]
pub enum Part {
    Normalizer,
    PreTokenizer,
    Model,
    PostProcessor,
    Truncation,
    Padding,
    Decoder,
}

impl Part {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Part::Normalizer => "normalizer",
            Part::PreTokenizer => "pre-tokenizer",
            Part::Model => "model",
            Part::PostProcessor => "post-processor",
            Part::Truncation => "truncation",
            Part::Padding => "padding",
            Part::Decoder => "decoder",
        }
    }
}

/// A question about how text is prepared. Answers are texts: `true` and `false`, numbers, names, `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PropertyName {
    /// Whether text is lower-cased.
    Lowercase,
    /// Whether accents are taken off letters.
    StripAccents,
    /// Which marks are taken off: Unicode's categories, and what becomes of decomposed characters.
    MarksRemoved,
    /// Whether control characters are taken out.
    CleanText,
    /// Whether Chinese characters are set apart as words.
    IsolateChinese,
    /// Unicode's normalisation forms, in order: `none`, `nfc`, `nfd`, `nfkc`, `nfkd`.
    UnicodeForm,
    /// SHA-256 of SentencePiece's table of character replacements, or `none`.
    Charsmap,
    /// What stands for a space inside pieces, or `none`.
    SpaceMark,
    /// Whether a space is put before the text.
    SpacePrefix,
    /// Whether several spaces become one.
    SpacesMerged,
    /// The normaliser's steps as the file writes them.
    NormalizerSteps,
    /// The family of the splitter: `bert`, `byte-level`, `metaspace`, `whitespace`, `other`, `none`.
    Splitter,
    /// The patterns by which text is split before any piece is looked up.
    SplitPatterns,
    /// The name that a GGUF gives to its splitter.
    SplitterName,
    /// The pre-tokenizer's steps as the file writes them.
    PreTokenizerSteps,
    /// What begins a piece that continues a word, or `none`.
    ContinuingPrefix,
    /// What ends a piece that ends a word, or `none`.
    EndOfWordSuffix,
    /// The most characters of a word; a longer one is unknown as a whole. `none` where there is no limit.
    LongestWord,
    /// Whether a character without a piece is spelled in bytes.
    ByteFallback,
    /// Whether neighbouring unknown tokens become one.
    FuseUnknown,
    /// Whether a word that is a piece is taken whole, without merging.
    IgnoreMerges,
    /// The share of merges left out at random, or `none`.
    Dropout,
    /// Tokens put before a text.
    Before,
    /// Tokens put after a text.
    After,
    /// Tokens put between two texts.
    Between,
    /// The longest encoding, or `none`.
    TruncationLength,
    /// Where and how a longer text is cut.
    TruncationRule,
    /// How short texts are filled up, or `none`.
    PaddingRule,
    /// How ids become text again.
    DecoderSteps,
}

impl PropertyName {
    /// All of them, in the order of a description.
    pub const ALL: [PropertyName; 29] = [
        PropertyName::Lowercase,
        PropertyName::StripAccents,
        PropertyName::MarksRemoved,
        PropertyName::CleanText,
        PropertyName::IsolateChinese,
        PropertyName::UnicodeForm,
        PropertyName::Charsmap,
        PropertyName::SpaceMark,
        PropertyName::SpacePrefix,
        PropertyName::SpacesMerged,
        PropertyName::NormalizerSteps,
        PropertyName::Splitter,
        PropertyName::SplitPatterns,
        PropertyName::SplitterName,
        PropertyName::PreTokenizerSteps,
        PropertyName::ContinuingPrefix,
        PropertyName::EndOfWordSuffix,
        PropertyName::LongestWord,
        PropertyName::ByteFallback,
        PropertyName::FuseUnknown,
        PropertyName::IgnoreMerges,
        PropertyName::Dropout,
        PropertyName::Before,
        PropertyName::After,
        PropertyName::Between,
        PropertyName::TruncationLength,
        PropertyName::TruncationRule,
        PropertyName::PaddingRule,
        PropertyName::DecoderSteps,
    ];

    /// The step it belongs to.
    pub fn part(self) -> Part {
        match self {
            PropertyName::Lowercase
            | PropertyName::StripAccents
            | PropertyName::MarksRemoved
            | PropertyName::CleanText
            | PropertyName::IsolateChinese
            | PropertyName::UnicodeForm
            | PropertyName::Charsmap
            | PropertyName::SpaceMark
            | PropertyName::SpacePrefix
            | PropertyName::SpacesMerged
            | PropertyName::NormalizerSteps => Part::Normalizer,
            PropertyName::Splitter
            | PropertyName::SplitPatterns
            | PropertyName::SplitterName
            | PropertyName::PreTokenizerSteps => Part::PreTokenizer,
            PropertyName::ContinuingPrefix
            | PropertyName::EndOfWordSuffix
            | PropertyName::LongestWord
            | PropertyName::ByteFallback
            | PropertyName::FuseUnknown
            | PropertyName::IgnoreMerges
            | PropertyName::Dropout => Part::Model,
            PropertyName::Before | PropertyName::After | PropertyName::Between => Part::PostProcessor,
            PropertyName::TruncationLength | PropertyName::TruncationRule => Part::Truncation,
            PropertyName::PaddingRule => Part::Padding,
            PropertyName::DecoderSteps => Part::Decoder,
        }
    }

    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            PropertyName::Lowercase => "lowercase",
            PropertyName::StripAccents => "strip-accents",
            PropertyName::MarksRemoved => "marks-removed",
            PropertyName::CleanText => "clean-text",
            PropertyName::IsolateChinese => "isolate-chinese",
            PropertyName::UnicodeForm => "unicode-form",
            PropertyName::Charsmap => "charsmap",
            PropertyName::SpaceMark => "space-mark",
            PropertyName::SpacePrefix => "space-prefix",
            PropertyName::SpacesMerged => "spaces-merged",
            PropertyName::NormalizerSteps => "normalizer-steps",
            PropertyName::Splitter => "splitter",
            PropertyName::SplitPatterns => "split-patterns",
            PropertyName::SplitterName => "splitter-name",
            PropertyName::PreTokenizerSteps => "pre-tokenizer-steps",
            PropertyName::ContinuingPrefix => "continuing-prefix",
            PropertyName::EndOfWordSuffix => "end-of-word-suffix",
            PropertyName::LongestWord => "longest-word",
            PropertyName::ByteFallback => "byte-fallback",
            PropertyName::FuseUnknown => "fuse-unknown",
            PropertyName::IgnoreMerges => "ignore-merges",
            PropertyName::Dropout => "dropout",
            PropertyName::Before => "before",
            PropertyName::After => "after",
            PropertyName::Between => "between",
            PropertyName::TruncationLength => "truncation-length",
            PropertyName::TruncationRule => "truncation-rule",
            PropertyName::PaddingRule => "padding-rule",
            PropertyName::DecoderSteps => "decoder-steps",
        }
    }
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// The question.
    pub name: PropertyName,
    /// The answer.
    pub value: Stated<String>,
}

/// The longest answer that is kept as it is.
const LONGEST_ANSWER: usize = 4000;

/// Collects answers; a question that nobody answers is open.
pub(crate) struct Answers {
    values: Vec<Stated<String>>,
}

impl Answers {
    /// All questions open, for one reason.
    pub(crate) fn open(why: &'static str) -> Self {
        Answers { values: vec![Stated::Unknown { why }; PropertyName::ALL.len()] }
    }

    pub(crate) fn state(&mut self, name: PropertyName, value: impl ToString) {
        self.set(name, Stated::Stated(value.to_string()));
    }

    pub(crate) fn assume(&mut self, name: PropertyName, value: impl ToString, why: &'static str) {
        self.set(name, Stated::Assumed { value: value.to_string(), why });
    }

    pub(crate) fn set(&mut self, name: PropertyName, mut value: Stated<String>) {
        if let Stated::Stated(text) | Stated::Assumed { value: text, .. } = &mut value
            && text.len() > LONGEST_ANSWER
        {
            // The digest keeps two answers apart that begin alike.
            *text = format!("{} ({} bytes with SHA-256 {})", excerpt(text), text.len(), sha256(text.as_bytes()));
        }
        self.values[name as usize] = value;
    }

    pub(crate) fn value(&self, name: PropertyName) -> Option<&str> {
        self.values[name as usize].value().map(String::as_str)
    }

    pub(crate) fn into_properties(self) -> Vec<Property> {
        PropertyName::ALL.into_iter().zip(self.values).map(|(name, value)| Property { name, value }).collect()
    }
}
