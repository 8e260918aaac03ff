//! Small tokenizers as JSON, for tests that change one thing about them.

use serde_json::{Value, json};

/// A WordPiece tokenizer of BERT's kind.
pub(crate) fn word_piece() -> Value {
    let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "river", "bank", "##s", "##ing", "run", "a"];
    let vocab: serde_json::Map<String, Value> =
        pieces.iter().enumerate().map(|(id, piece)| ((*piece).to_owned(), json!(id))).collect();
    let added: Vec<Value> = (0..5).map(|id| added(id, pieces[id as usize], true)).collect();
    json!({
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 64, "strategy": "LongestFirst", "stride": 0},
        "padding": null,
        "added_tokens": added,
        "normalizer": {
            "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
            "lowercase": true
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [special("[CLS]"), sequence("A"), special("[SEP]")],
            "pair": [special("[CLS]"), sequence("A"), special("[SEP]"), sequence("B"), special("[SEP]")],
            "special_tokens": {
                "[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}
            }
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocab
        }
    })
}

/// A byte-level BPE tokenizer of GPT-2's kind, with two added tokens after its vocabulary.
pub(crate) fn bpe() -> Value {
    let merges = [["l", "o"], ["lo", "w"], ["e", "r"], ["Ġ", "low"], ["low", "er"], ["Ġlow", "er"]];
    let mut vocab = serde_json::Map::new();
    for piece in ["l", "o", "w", "e", "r", "Ġ", "Ã", "©"] {
        vocab.insert(piece.to_owned(), json!(vocab.len()));
    }
    for [left, right] in merges {
        vocab.insert(format!("{left}{right}"), json!(vocab.len()));
    }
    let (first, second) = (vocab.len() as u64, vocab.len() as u64 + 1);
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [added(first, "<|endoftext|>", true), added(second, "<|im_end|>", true)],
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
        "post_processor": null,
        "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
        "model": {
            "type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
            "vocab": vocab, "merges": merges
        }
    })
}

/// A Unigram tokenizer of XLM-R's kind.
pub(crate) fn unigram() -> Value {
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [added(0, "<s>", true), added(1, "<pad>", true), added(2, "</s>", true), added(3, "<unk>", true)],
        "normalizer": {"type": "Precompiled", "precompiled_charsmap": "AQIDBA=="},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
        "post_processor": null,
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
        "model": {
            "type": "Unigram", "unk_id": 3, "byte_fallback": false,
            "vocab": [["<s>", 0.0], ["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0], ["▁river", -3.5], ["▁", -2.25],
                      ["s", -4.0625], ["▁bank", -5.1]]
        }
    })
}

pub(crate) fn added(id: u64, content: &str, special: bool) -> Value {
    json!({
        "id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false, "normalized": !special,
        "special": special
    })
}

fn special(id: &str) -> Value {
    json!({"SpecialToken": {"id": id, "type_id": 0}})
}

fn sequence(id: &str) -> Value {
    json!({"Sequence": {"id": id, "type_id": 0}})
}
