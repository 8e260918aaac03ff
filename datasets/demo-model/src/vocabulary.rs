//! The demonstration model's own WordPiece vocabulary and tokenizer, made for English, Hindi and Kannada. No weights.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow};
use parallax_datasets::templates::Templates;
use tokenizers::models::wordpiece::{WordPiece, WordPieceTrainer};
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::processors::bert::BertProcessing;
use tokenizers::{AddedToken, Model, TokenizerBuilder, TokenizerImpl};

/// Tokens that are not words, in the order of their ids.
pub(crate) const SPECIAL: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/// Number of tokens that the trainer is asked for.
const TRAINED_TOKENS: usize = 2_400;

/// Code points whose letters are always tokens, so that words unlike the training sentences are still spelt:
/// ASCII, Devanagari and Kannada.
const SPELT: [(u32, u32); 3] = [(0x21, 0x7e), (0x900, 0x97f), (0xc80, 0xcff)];

type Words = TokenizerImpl<
    WordPiece,
    BertNormalizer,
    BertPreTokenizer,
    BertProcessing,
    tokenizers::decoders::wordpiece::WordPiece,
>;

/// The committed vocabulary, one token a line of `vocab.txt`, in the order of their ids.
pub fn vocabulary() -> Vec<String> {
    include_str!("../../demo/vocab.txt").lines().map(str::to_owned).collect()
}

/// The tokenizer of the demonstration models.
pub(crate) fn tokenizer(vocabulary: &[String]) -> Result<Words> {
    let ids: BTreeMap<String, u32> = vocabulary.iter().zip(0..).map(|(token, id)| (token.clone(), id)).collect();
    let id = |token: &str| ids.get(token).copied().ok_or_else(|| anyhow!("the vocabulary lacks `{token}`"));
    let ends = BertProcessing::new(("[SEP]".into(), id("[SEP]")?), ("[CLS]".into(), id("[CLS]")?));
    let words =
        WordPiece::builder().vocab(ids.into_iter().collect::<ahash::AHashMap<_, _>>()).unk_token("[UNK]".into());
    let mut tokenizer = assemble(words.build().map_err(|error| anyhow!(error))?)?;
    tokenizer.with_post_processor(Some(ends));
    Ok(tokenizer)
}

/// Lower-cases and keeps every accent: vowel signs are accents to Unicode, and without them words fall together.
fn assemble(words: WordPiece) -> Result<Words> {
    let mut tokenizer = TokenizerBuilder::new()
        .with_model(words)
        .with_normalizer(Some(BertNormalizer::new(true, true, Some(false), true)))
        .with_pre_tokenizer(Some(BertPreTokenizer))
        .with_post_processor(None)
        .with_decoder(Some(tokenizers::decoders::wordpiece::WordPiece::default()))
        .build()
        .map_err(|error| anyhow!(error))?;
    let special = SPECIAL.map(|token| AddedToken::from(token, true));
    tokenizer.add_special_tokens(special).map_err(|error| anyhow!(error))?;
    Ok(tokenizer)
}

/// Trains a vocabulary on every sentence of the shipped suites' templates.
///
/// The trainer of the `tokenizers` crate gives another vocabulary each time, so its result is committed and this is
/// only called to replace it.
///
/// # Errors
/// When a suite cannot be read or the trainer fails.
pub fn train_vocabulary() -> Result<Vec<String>> {
    let mut sentences = Vec::new();
    for suite in parallax_datasets::shipped()? {
        let templates = Templates::shipped(&suite.id)?;
        for group in templates.groups() {
            for language in templates.languages() {
                sentences.extend(templates.sentences(&group, &language));
            }
        }
    }
    let mut trainer = WordPieceTrainer::builder()
        .vocab_size(TRAINED_TOKENS)
        .min_frequency(2)
        .show_progress(false)
        .special_tokens(SPECIAL.iter().map(|token| AddedToken::from(*token, true)).collect())
        .build();
    let mut tokenizer = assemble(WordPiece::default())?;
    tokenizer.train(&mut trainer, sentences.iter()).map_err(|error| anyhow!(error))?;
    let trained: BTreeSet<String> =
        tokenizer.get_model().get_vocab().into_keys().filter(|token| !SPECIAL.contains(&token.as_str())).collect();
    let letters = SPELT
        .iter()
        .flat_map(|(first, last)| (*first..=*last).filter_map(char::from_u32))
        .filter(|letter| !letter.is_ascii_uppercase() && is_assigned(*letter));
    let spelt: BTreeSet<String> = letters.flat_map(|letter| [letter.to_string(), format!("##{letter}")]).collect();
    let mut vocabulary: Vec<String> = SPECIAL.iter().map(|token| (*token).to_owned()).collect();
    vocabulary.extend(trained.union(&spelt).cloned());
    Ok(vocabulary)
}

/// Whether Unicode has given the code point of one of the spelt blocks a character.
fn is_assigned(letter: char) -> bool {
    unicode_general_category::get_general_category(letter) != unicode_general_category::GeneralCategory::Unassigned
}
