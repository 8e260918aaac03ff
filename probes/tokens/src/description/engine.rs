//! How text is prepared for a GGUF: what its metadata say, and what llama.cpp does whatever they say.
//! Source: llama.cpp's `llama-vocab.cpp`, the sessions `wpm`, `bpe`, `spm` and `ugm`, and `impl::load`.

use parallax_artifact::{GgufArray, GgufMetadata, GgufValue};

use super::property::{Answers, PropertyName};
use super::steps::{BYTE_LEVEL_SPACE, GPT2_PATTERN, joined, sha256};
use super::{NamedToken, Piece, PieceKind, Role, Stated};
use crate::vocabulary::WORD_START;

/// The kinds of tokenizers that a GGUF names and this crate describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    Bert,
    Gpt2,
    Llama,
    T5,
}

const ALWAYS: &str = "llama.cpp does so whatever the metadata say";
const NEVER: &str = "llama.cpp does no such thing for this kind of tokenizer";
const DEFAULT: &str = "llama.cpp takes this where the key is missing";
const NAMED: &str = "llama.cpp goes by the name of the splitter";

/// Answers what the metadata and llama.cpp's ways answer.
pub(super) fn answer(
    engine: Engine,
    metadata: &GgufMetadata,
    pieces: &[Piece],
    roles: &[(Role, Stated<Option<NamedToken>>)],
    answers: &mut Answers,
) {
    let name = metadata.string("tokenizer.ggml.pre");
    match name {
        Some(name) => answers.state(PropertyName::SplitterName, name),
        None => answers.set(PropertyName::SplitterName, Stated::Unknown { why: "the metadata do not say" }),
    }
    answer_normalizer(engine, metadata, answers);
    answer_splitting(engine, name, answers);
    answer_spaces(engine, metadata, answers);
    answers.assume(PropertyName::Dropout, "none", NEVER);
    answers.assume(PropertyName::LongestWord, "none", "llama.cpp has no such limit");
    answers.assume(PropertyName::EndOfWordSuffix, "none", NEVER);
    let prefix = if engine == Engine::Bert { "##" } else { "none" };
    answers.assume(PropertyName::ContinuingPrefix, prefix, "the converter writes word starts instead; undone here");
    let bytes = pieces.iter().any(|piece| piece.kind == PieceKind::Byte);
    answers.assume(PropertyName::ByteFallback, engine == Engine::Llama && bytes, "it follows from the kinds of tokens");
    match engine {
        // Runs of unknown characters become one token.
        Engine::T5 => answers.assume(PropertyName::FuseUnknown, true, ALWAYS),
        Engine::Bert | Engine::Gpt2 => answers.assume(PropertyName::FuseUnknown, false, ALWAYS),
        // Only matters where bytes have no pieces.
        Engine::Llama => {}
    }
    answer_around(engine, metadata, name, roles, answers);
}

fn answer_normalizer(engine: Engine, metadata: &GgufMetadata, answers: &mut Answers) {
    let lowercase = metadata.bool("tokenizer.ggml.normalizer.lowercase");
    let accents = metadata.bool("tokenizer.ggml.normalizer.strip_accents");
    if engine != Engine::Bert {
        for name in [PropertyName::Lowercase, PropertyName::StripAccents, PropertyName::IsolateChinese] {
            answers.assume(name, false, NEVER);
        }
        answers.assume(PropertyName::MarksRemoved, "none", NEVER);
        answers.assume(PropertyName::CleanText, false, NEVER);
        answers.assume(PropertyName::UnicodeForm, "none", NEVER);
        let table = match metadata.get("tokenizer.ggml.precompiled_charsmap") {
            Some(GgufValue::Array(GgufArray::U8(bytes))) => Some(sha256(bytes)),
            Some(GgufValue::Array(GgufArray::I8(bytes))) => {
                Some(sha256(&bytes.iter().map(|&byte| byte as u8).collect::<Vec<_>>()))
            }
            _ => None,
        };
        match table {
            Some(digest) if engine == Engine::T5 => answers.state(PropertyName::Charsmap, digest),
            None if engine == Engine::T5 => answers.state(PropertyName::Charsmap, "none"),
            _ => answers.assume(PropertyName::Charsmap, "none", NEVER),
        }
        return;
    }
    let silent = "the metadata do not say; llama.cpp then lower-cases and takes accents off";
    match lowercase {
        Some(value) => answers.state(PropertyName::Lowercase, value),
        None => answers.set(PropertyName::Lowercase, Stated::Unknown { why: silent }),
    }
    match (accents, lowercase) {
        (Some(value), _) => answers.state(PropertyName::StripAccents, value),
        (None, Some(value)) => answers.assume(PropertyName::StripAccents, value, "accents follow lower-casing"),
        (None, None) => answers.set(PropertyName::StripAccents, Stated::Unknown { why: silent }),
    }
    if accents.or(lowercase) == Some(false) {
        answers.assume(PropertyName::MarksRemoved, "none", ALWAYS);
    } else {
        let marks = "Mn, Mc, Me, and of a decomposed character all but the first code point";
        answers.assume(PropertyName::MarksRemoved, marks, "llama.cpp does so where accents are taken off");
    }
    answers.assume(PropertyName::CleanText, true, ALWAYS);
    answers.assume(PropertyName::IsolateChinese, true, ALWAYS);
    answers.assume(PropertyName::UnicodeForm, "none", NEVER);
    answers.assume(PropertyName::Charsmap, "none", NEVER);
}

fn answer_splitting(engine: Engine, name: Option<&str>, answers: &mut Answers) {
    match engine {
        Engine::Bert => {
            answers.assume(PropertyName::Splitter, "bert", ALWAYS);
            answers.assume(PropertyName::SplitPatterns, "none", ALWAYS);
            answers.assume(PropertyName::IgnoreMerges, false, NEVER);
        }
        Engine::Gpt2 => {
            answers.assume(PropertyName::Splitter, "byte-level", ALWAYS);
            match name.and_then(patterns_of) {
                Some(patterns) => answers.assume(PropertyName::SplitPatterns, joined(&patterns), NAMED),
                None => {
                    let why = "llama.cpp splits by the name of the splitter, which is none that this reader knows";
                    answers.set(PropertyName::SplitPatterns, Stated::Unknown { why });
                }
            }
            answers.assume(PropertyName::IgnoreMerges, name.is_some_and(ignores_merges), NAMED);
        }
        Engine::Llama => {
            answers.assume(PropertyName::Splitter, "none", ALWAYS);
            answers.assume(PropertyName::SplitPatterns, "none", ALWAYS);
            answers.assume(PropertyName::IgnoreMerges, false, NEVER);
        }
        Engine::T5 => {
            let why = "llama.cpp does not split first; pieces begin with the space mark, which comes to the same";
            answers.set(PropertyName::Splitter, Stated::Unknown { why });
            answers.assume(PropertyName::SplitPatterns, "none", ALWAYS);
            answers.assume(PropertyName::IgnoreMerges, false, NEVER);
        }
    }
}

fn answer_spaces(engine: Engine, metadata: &GgufMetadata, answers: &mut Answers) {
    let flag = |answers: &mut Answers, name, key, default: bool| match metadata.bool(key) {
        Some(value) => answers.state(name, value),
        None => answers.assume(name, default, DEFAULT),
    };
    match engine {
        Engine::Bert => {
            answers.assume(PropertyName::SpaceMark, "none", "the converter's word starts are undone here");
            answers.assume(PropertyName::SpacePrefix, false, ALWAYS);
            answers.assume(PropertyName::SpacesMerged, false, NEVER);
            return;
        }
        Engine::Gpt2 => answers.assume(PropertyName::SpaceMark, BYTE_LEVEL_SPACE, ALWAYS),
        Engine::Llama | Engine::T5 => answers.assume(PropertyName::SpaceMark, WORD_START, ALWAYS),
    }
    let prefix = engine == Engine::Llama;
    flag(answers, PropertyName::SpacePrefix, "tokenizer.ggml.add_space_prefix", prefix);
    flag(answers, PropertyName::SpacesMerged, "tokenizer.ggml.remove_extra_whitespaces", false);
}

fn answer_around(
    engine: Engine,
    metadata: &GgufMetadata,
    name: Option<&str>,
    roles: &[(Role, Stated<Option<NamedToken>>)],
    answers: &mut Answers,
) {
    let token = |wanted: Role| {
        let found = roles.iter().find(|(role, _)| *role == wanted).and_then(|(_, token)| token.value());
        found.and_then(Option::as_ref).map_or("none".to_owned(), |token| token.content.clone())
    };
    if engine == Engine::Bert {
        answers.assume(PropertyName::Before, token(Role::Classifier), ALWAYS);
        answers.assume(PropertyName::After, token(Role::Separator), ALWAYS);
        answers.assume(PropertyName::Between, token(Role::Separator), ALWAYS);
        return;
    }
    let (begins, ends) = match engine {
        Engine::Llama => (true, false),
        Engine::T5 => (false, true),
        Engine::Gpt2 | Engine::Bert => (name.is_some_and(begins_texts), false),
    };
    let mut put = |property, key, default: bool, role| {
        let value = |puts: bool| if puts { token(role) } else { "none".to_owned() };
        match metadata.bool(key) {
            Some(puts) => answers.state(property, value(puts)),
            None => answers.assume(property, value(default), DEFAULT),
        }
    };
    put(PropertyName::Before, "tokenizer.ggml.add_bos_token", begins, Role::Begin);
    put(PropertyName::After, "tokenizer.ggml.add_eos_token", ends, Role::End);
}

/// Names whose tokenizers put a first token before every text unless the metadata say otherwise.
fn begins_texts(name: &str) -> bool {
    LLAMA3.contains(&name) || matches!(name, "tekken" | "chameleon")
}

/// Names whose tokenizers take a word that is a piece whole.
fn ignores_merges(name: &str) -> bool {
    LLAMA3.contains(&name) || matches!(name, "tekken" | "youtu" | "minicpm5" | "granite-embed-multi-97m")
}

/// The names that llama.cpp reads as Llama 3's splitter.
const LLAMA3: [&str; 9] =
    ["llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano"];

/// The patterns in the `tokenizer.json` of the models after which llama.cpp names its splitters, for the names whose
/// pattern is known to this reader; llama.cpp spells some of them otherwise (`llm_tokenizer_bpe`, "original regex").
pub(crate) fn patterns_of(name: &str) -> Option<Vec<&'static str>> {
    const LLAMA3_PATTERN: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    const QWEN2_PATTERN: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    const GPT4O_PATTERN: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    const TEKKEN_PATTERN: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    Some(match name {
        "llama3" | "llama-v3" | "llama-bpe" => vec![LLAMA3_PATTERN],
        "gpt-2" | "phi-2" | "olmo" | "roberta-bpe" | "modern-bert" => vec![GPT2_PATTERN],
        "qwen2" | "deepseek-r1-qwen" => vec![QWEN2_PATTERN],
        "gpt-4o" => vec![GPT4O_PATTERN],
        "tekken" => vec![TEKKEN_PATTERN],
        "starcoder" | "command-r" | "smollm" => vec![r"\p{N}", GPT2_PATTERN],
        _ => return None,
    })
}
