//! What a variant's small files say, each read once and strictly.

use std::collections::BTreeMap;

use serde_json::Value;

use super::note::{NoteKind, Notes};
use super::{
    AdapterFacts, Card, ChatTemplate, QuantizationFacts, TokenizerFacts, adapter, config, parse_card, parse_tokenizer,
    quantization, vocabulary,
};
use crate::json::{JsonFault, parse_json};
use crate::{Error, Role};

/// What was read so far.
#[derive(Default)]
pub(super) struct Reading {
    /// A file whose bytes are at hand, so that what is hashed is what was used.
    pub(super) already_read: Option<(String, Vec<u8>)>,
    pub(super) documents: BTreeMap<String, Value>,
    pub(super) tokenizer: Option<TokenizerFacts>,
    pub(super) templates: Vec<ChatTemplate>,
    pub(super) card: Option<Card>,
    pub(super) adapter: Option<AdapterFacts>,
    pub(super) quantization: Option<QuantizationFacts>,
}

impl Reading {
    /// Takes in a file by its name. Files whose contents nobody asks for are only hashed by the caller.
    pub(super) fn take_in(&mut self, name: &str, label: &str, bytes: &[u8], notes: &mut Notes) -> Result<(), Error> {
        let wrong = |fault| Error::Json { file: label.to_owned(), fault };
        match name {
            "config.json" => {
                let document = object(bytes).map_err(wrong)?;
                config::note_code(name, &document, notes);
                if let Some(section) = document.get("quantization_config").filter(|section| !section.is_null()) {
                    self.quantization = Some(quantization::read(name, section, None).map_err(wrong)?);
                }
                self.documents.insert(name.to_owned(), document);
            }
            "generation_config.json" => {
                let document = object(bytes).map_err(wrong)?;
                config::note_code(name, &document, notes);
                self.documents.insert(name.to_owned(), document);
            }
            "tokenizer_config.json" => {
                let document = object(bytes).map_err(wrong)?;
                config::note_code(name, &document, notes);
                vocabulary::from_json(name, &document, &mut self.templates).map_err(wrong)?;
                self.documents.insert(name.to_owned(), document);
            }
            "chat_template.json" => {
                let document = object(bytes).map_err(wrong)?;
                vocabulary::from_json(name, &document, &mut self.templates).map_err(wrong)?;
            }
            "chat_template.jinja" => {
                let text = std::str::from_utf8(bytes);
                let text = text.map_err(|error| wrong(JsonFault::NotUtf8 { at: error.valid_up_to() }))?;
                self.templates.push(ChatTemplate { file: name.to_owned(), name: None, text: text.to_owned() });
            }
            "tokenizer.json" => self.tokenizer = Some(parse_tokenizer(bytes).map_err(wrong)?),
            "adapter_config.json" => {
                let document = object(bytes).map_err(wrong)?;
                config::note_code(name, &document, notes);
                let facts = adapter::read(&document).map_err(wrong)?;
                adapter::note(name, &facts, notes);
                self.adapter = Some(facts);
                self.documents.insert(name.to_owned(), document);
            }
            "quantize_config.json" | "quant_config.json" => {
                let document = object(bytes).map_err(wrong)?;
                // `config.json` comes before these in the order of names and is what loaders believe today.
                if self.quantization.is_none() {
                    let method = if name == "quant_config.json" { "awq" } else { "gptq" };
                    self.quantization = Some(quantization::read(name, &document, Some(method)).map_err(wrong)?);
                }
                self.documents.insert(name.to_owned(), document);
            }
            "modules.json" => {
                let document = parse_json(bytes).map_err(wrong)?;
                config::note_steps(name, &document, notes);
                self.documents.insert(name.to_owned(), document);
            }
            _ if Role::of(name) == Some(Role::Card) && name.ends_with(".md") && self.card.is_none() => {
                match parse_card(name, bytes) {
                    Ok(card) => self.card = card,
                    Err(fault) => notes.about_file(name, NoteKind::CardUnreadable { reason: fault.to_string() }),
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// A JSON file that must be an object.
fn object(bytes: &[u8]) -> Result<Value, JsonFault> {
    let value = parse_json(bytes)?;
    if value.is_object() { Ok(value) } else { Err(JsonFault::NotAnObject) }
}
