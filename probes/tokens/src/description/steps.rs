//! The normaliser and the pre-tokenizer of a `tokenizer.json`, step by step, as answers to the questions of a description.
//! Names and fields of the steps: the tokenizers library, `normalizers/mod.rs` and `pre_tokenizers/mod.rs`.

use sha2::{Digest, Sha256};

use super::property::{Answers, PropertyName, Stated};
use crate::error::Error;
use crate::json::Json;
use crate::published::unusable;

/// The pattern that `ByteLevel` splits by when it splits itself (GPT-2's).
pub(crate) const GPT2_PATTERN: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
/// What byte-level vocabularies write for a space.
pub(crate) const BYTE_LEVEL_SPACE: &str = "\u{120}";
/// The longest text inside a step that is shown; a longer one is shown by its SHA-256.
const LONGEST_SHOWN: usize = 400;

const UNKNOWN_STEP: &str = "a step is of a type that this reader does not know";

/// The steps of a normaliser, pre-tokenizer, post-processor or decoder, sequences taken apart; none when it is null.
pub(super) fn flatten<'j, 'a>(part: Option<&'j Json<'a>>, list: &str) -> Vec<&'j Json<'a>> {
    let Some(step) = part else { return Vec::new() };
    match (step.get("type").and_then(Json::text), step.get(list).and_then(Json::list)) {
        (Some("Sequence"), Some(steps)) => steps.iter().flat_map(|step| flatten(Some(step), list)).collect(),
        _ => vec![step],
    }
}

/// The steps as people read them: the type, then the fields sorted by name. Two lists are the same when these texts are.
pub(super) fn shown(steps: &[&Json<'_>]) -> String {
    let all: Vec<String> = steps.iter().map(|step| step_shown(step)).collect();
    if all.is_empty() { "none".to_owned() } else { all.join("; ") }
}

fn step_shown(step: &Json<'_>) -> String {
    let Some(entries) = step.entries() else { return step.shown() };
    let kind = step.get("type").and_then(Json::text).unwrap_or("untyped");
    let mut fields: Vec<String> = entries
        .iter()
        .filter(|(key, _)| key != "type")
        .map(|(key, value)| {
            let text = value.shown();
            if text.len() > LONGEST_SHOWN {
                return format!("{key}: {} bytes with SHA-256 {}", text.len(), sha256(text.as_bytes()));
            }
            format!("{key}: {text}")
        })
        .collect();
    fields.sort();
    if fields.is_empty() { kind.to_owned() } else { format!("{kind}({})", fields.join(", ")) }
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the normaliser and the pre-tokenizer do about spaces, which files write down in either of the two.
#[derive(Default)]
struct Spaces {
    mark: Option<String>,
    prefix: bool,
    merged: bool,
}

/// Answers the questions about both parts.
///
/// # Errors
/// When a step lacks a field that the library needs, or a table of characters is no base64.
pub(super) fn answer(
    file: &str,
    normalizer: Option<&Json<'_>>,
    pre_tokenizer: Option<&Json<'_>>,
    answers: &mut Answers,
) -> Result<(), Error> {
    let normal = flatten(normalizer, "normalizers");
    let pre = flatten(pre_tokenizer, "pretokenizers");
    answers.state(PropertyName::NormalizerSteps, shown(&normal));
    answers.state(PropertyName::PreTokenizerSteps, shown(&pre));
    let mut spaces = Spaces::default();
    let normal_known = answer_normalizer(file, &normal, &mut spaces, answers)?;
    let pre_known = answer_pre_tokenizer(file, &pre, &mut spaces, answers)?;
    if normal_known && pre_known {
        answers.state(PropertyName::SpaceMark, spaces.mark.as_deref().unwrap_or("none"));
        answers.state(PropertyName::SpacePrefix, spaces.prefix);
        answers.state(PropertyName::SpacesMerged, spaces.merged);
    } else {
        leave_open(&[PropertyName::SpaceMark, PropertyName::SpacePrefix, PropertyName::SpacesMerged], answers);
    }
    Ok(())
}

/// The questions that a normaliser's steps answer by themselves.
const NORMALIZER: [PropertyName; 7] = [
    PropertyName::Lowercase,
    PropertyName::StripAccents,
    PropertyName::MarksRemoved,
    PropertyName::CleanText,
    PropertyName::IsolateChinese,
    PropertyName::UnicodeForm,
    PropertyName::Charsmap,
];

fn leave_open(names: &[PropertyName], answers: &mut Answers) {
    for &name in names {
        answers.set(name, Stated::Unknown { why: UNKNOWN_STEP });
    }
}

/// False when a step is of an unknown type: the questions about the normaliser then stay open.
fn answer_normalizer(
    file: &str,
    steps: &[&Json<'_>],
    spaces: &mut Spaces,
    answers: &mut Answers,
) -> Result<bool, Error> {
    let (mut lowercase, mut accents, mut clean, mut chinese) = (false, false, "false", false);
    let mut forms = Vec::new();
    let mut charsmaps = Vec::new();
    for step in steps {
        let flag = |key: &str| needed(file, step, key, step.get(key).and_then(Json::bool));
        match step.get("type").and_then(Json::text) {
            Some("BertNormalizer") => {
                let lowers = flag("lowercase")?;
                lowercase |= lowers;
                // Where the file leaves it open, accents follow lower-casing.
                accents |= step.get("strip_accents").and_then(Json::bool).unwrap_or(lowers);
                if flag("clean_text")? {
                    clean = "true";
                }
                chinese |= flag("handle_chinese_chars")?;
            }
            Some("Lowercase") => lowercase = true,
            Some("StripAccents") => accents = true,
            Some("NFC") => forms.push("nfc"),
            Some("NFD") => forms.push("nfd"),
            Some("NFKC") => forms.push("nfkc"),
            Some("NFKD") => forms.push("nfkd"),
            Some("Nmt") => clean = "as NMT does",
            Some("Precompiled") => {
                let text = step.get("precompiled_charsmap").and_then(Json::text);
                let text = needed(file, step, "precompiled_charsmap", text)?;
                let table = base64(text).ok_or_else(|| unusable(file, "its `precompiled_charsmap` is no base64"))?;
                charsmaps.push(sha256(&table));
            }
            Some("Replace") => {
                let content = needed(file, step, "content", step.get("content").and_then(Json::text))?;
                let pattern = step.get("pattern");
                let pattern = |kind| pattern.and_then(|pattern| pattern.get(kind)).and_then(Json::text);
                match (pattern("String"), pattern("Regex")) {
                    (Some(" "), _) => spaces.mark = Some(content.to_owned()),
                    (_, Some(" {2,}" | " +" | r"\s+")) if [" ", "\u{2581}"].contains(&content) => spaces.merged = true,
                    _ => {}
                }
            }
            Some("Prepend") => {
                let text = needed(file, step, "prepend", step.get("prepend").and_then(Json::text))?;
                spaces.prefix |= [" ", "\u{2581}"].contains(&text);
            }
            Some("ByteLevel") => spaces.mark = Some(BYTE_LEVEL_SPACE.to_owned()),
            Some("Strip") => {}
            _ => {
                leave_open(&NORMALIZER, answers);
                return Ok(false);
            }
        }
    }
    answers.state(PropertyName::Lowercase, lowercase);
    answers.state(PropertyName::StripAccents, accents);
    answers.state(PropertyName::MarksRemoved, if accents { "Mn" } else { "none" });
    answers.state(PropertyName::CleanText, clean);
    answers.state(PropertyName::IsolateChinese, chinese);
    answers.state(PropertyName::UnicodeForm, joined(&forms));
    answers.state(PropertyName::Charsmap, joined(&charsmaps));
    Ok(true)
}

fn answer_pre_tokenizer(
    file: &str,
    steps: &[&Json<'_>],
    spaces: &mut Spaces,
    answers: &mut Answers,
) -> Result<bool, Error> {
    let mut families = Vec::new();
    let mut patterns: Vec<String> = Vec::new();
    for step in steps {
        match step.get("type").and_then(Json::text) {
            Some("BertPreTokenizer") => families.push("bert"),
            Some("ByteLevel") => {
                families.push("byte-level");
                spaces.mark = Some(BYTE_LEVEL_SPACE.to_owned());
                spaces.prefix |= step.get("add_prefix_space").and_then(Json::bool).unwrap_or(false);
                if step.get("use_regex").and_then(Json::bool).unwrap_or(true) {
                    patterns.push(GPT2_PATTERN.to_owned());
                }
            }
            Some("Metaspace") => {
                let mark = needed(file, step, "replacement", step.get("replacement").and_then(Json::text))?;
                spaces.mark = Some(mark.to_owned());
                let never = step.get("prepend_scheme").and_then(Json::text) == Some("never")
                    || step.get("add_prefix_space").and_then(Json::bool) == Some(false);
                spaces.prefix |= !never;
                // Without splitting it is only a way of writing spaces.
                if step.get("split").and_then(Json::bool).unwrap_or(true) {
                    families.push("metaspace");
                }
            }
            Some("Whitespace") => {
                families.push("whitespace");
                patterns.push(r"\w+|[^\w\s]+".to_owned());
            }
            Some("WhitespaceSplit") => {
                families.push("whitespace");
                spaces.merged = true;
            }
            Some("Split") => {
                let pattern = step.get("pattern");
                let string = pattern.and_then(|pattern| pattern.get("String"));
                let written = pattern.and_then(|pattern| pattern.get("Regex")).or(string);
                // The normaliser has left no spaces to split at (Gemma).
                if string.and_then(Json::text) == Some(" ") && spaces.mark.is_some() {
                    continue;
                }
                families.push("other");
                patterns.push(needed(file, step, "pattern", written.and_then(Json::text))?.to_owned());
            }
            Some("Digits") => {
                families.push("other");
                let alone = step.get("individual_digits").and_then(Json::bool).unwrap_or(false);
                patterns.push(if alone { r"\p{N}" } else { r"\p{N}+" }.to_owned());
            }
            Some("Punctuation") => {
                families.push("other");
                patterns.push("punctuation".to_owned());
            }
            Some("CharDelimiterSplit" | "Delimiter" | "UnicodeScripts" | "FixedLength") => families.push("other"),
            _ => {
                leave_open(&[PropertyName::Splitter, PropertyName::SplitPatterns], answers);
                return Ok(false);
            }
        }
    }
    // A sequence is named after its most telling step.
    let order = ["byte-level", "bert", "metaspace", "whitespace", "other"];
    let family = order.into_iter().find(|family| families.contains(family)).unwrap_or("none");
    answers.state(PropertyName::Splitter, family);
    answers.state(PropertyName::SplitPatterns, joined(&patterns));
    Ok(true)
}

/// A list as one answer.
pub(super) fn joined<T: AsRef<str>>(list: &[T]) -> String {
    if list.is_empty() { "none".to_owned() } else { list.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" then ") }
}

fn needed<T>(file: &str, step: &Json<'_>, key: &str, value: Option<T>) -> Result<T, Error> {
    value.ok_or_else(|| {
        let kind = step.get("type").and_then(Json::text).unwrap_or("step");
        unusable(file, format_args!("its `{kind}` has no usable `{key}`"))
    })
}

/// RFC 4648 base64, with or without padding; `None` when a character is not of its alphabet.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0);
    for character in text.trim_end_matches('=').bytes() {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xFF) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{PropertyName, base64};

    #[test]
    fn base64_is_decoded_and_other_texts_are_refused() {
        assert_eq!(base64("TWFueSBoYW5kcw==").as_deref(), Some(&b"Many hands"[..]), "with padding");
        assert_eq!(base64("//8A").as_deref(), Some(&[0xFF, 0xFF, 0][..]), "every bit counts");
        assert_eq!(base64("a b"), None, "a space is not of the alphabet");
    }

    #[test]
    fn questions_stand_in_the_order_of_their_names() {
        for (index, name) in PropertyName::ALL.into_iter().enumerate() {
            assert_eq!(name as usize, index, "{} is looked up by its place", name.as_str());
        }
    }
}
