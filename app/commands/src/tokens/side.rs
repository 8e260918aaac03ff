//! One variant's tokenizer: what it is, how it reads, and the settings beside it.

use std::path::{Path, PathBuf};

use parallax_artifact::{Survey, survey};
use parallax_tokens::{
    ChatTemplate, Description, GenerationSetting, Reading, Tokenizer, chat_templates_gguf, chat_templates_json,
    describe_gguf, describe_json, generation_settings_gguf, generation_settings_json,
};
use parallax_wire::Error;

use crate::error::{Coded, refuse};

/// The most bytes of a tokenizer's file that are read.
const MOST_BYTES: u64 = 128 << 20;

/// A variant's tokenizer.
pub(super) struct Side {
    pub(super) name: String,
    pub(super) description: Description,
    /// The tokenizer itself, or why texts cannot be read with it here.
    pub(super) tokenizer: Result<Tokenizer, String>,
    pub(super) templates: Vec<ChatTemplate>,
    pub(super) generation: Vec<GenerationSetting>,
}

impl Side {
    /// Opens a variant. A `tokenizer.json` that belongs to it comes first, as in an audit; a GGUF without one is read
    /// as its authors' tokenizer would read when `published`, and as its engine reads otherwise.
    pub(super) fn open(path: &str, published: bool) -> Result<Self, Error> {
        let variant = survey(Path::new(path)).bad_input()?;
        let name = variant.name().to_owned();
        let tokenizer_json = file(&variant, "tokenizer.json")?;
        let config = file(&variant, "tokenizer_config.json")?;
        let mut templates = match &config {
            Some(config) => chat_templates_json("tokenizer_config.json", config).bad_input()?,
            None => Vec::new(),
        };
        if let Some(text) = file(&variant, "chat_template.jinja")? {
            let text = String::from_utf8(text).map_err(|_| refuse("`chat_template.jinja` is not valid UTF-8"))?;
            templates.push(ChatTemplate { name: "default".to_owned(), text });
        }
        let mut generation = match file(&variant, "generation_config.json")? {
            Some(bytes) => generation_settings_json("generation_config.json", &bytes).bad_input()?,
            None => Vec::new(),
        };
        if let Some(gguf) = variant.gguf() {
            templates.extend(chat_templates_gguf(gguf));
            generation.extend(generation_settings_gguf(gguf));
        }
        let (description, tokenizer) = match (&tokenizer_json, variant.gguf()) {
            (Some(bytes), _) => (
                describe_json("tokenizer.json", bytes, config.as_deref()).bad_input()?,
                Tokenizer::from_json("tokenizer.json", bytes),
            ),
            (None, Some(gguf)) => {
                let reading = if published { Reading::Reference } else { Reading::Engine };
                (describe_gguf(&name, gguf).bad_input()?, Tokenizer::from_gguf(&name, gguf, reading))
            }
            (None, None) => {
                return Err(refuse(format!("`{name}` has no tokenizer: there is no `tokenizer.json` in it")));
            }
        };
        let tokenizer = tokenizer.map_err(|reason| reason.to_string());
        Ok(Side { name, description, tokenizer, templates, generation })
    }

    /// `reference` where it is read as its authors do, `engine` where as its engine does.
    pub(super) fn mode(&self) -> String {
        match self.tokenizer.as_ref().map(Tokenizer::reading) {
            Ok(Reading::Engine) => "engine".to_owned(),
            _ => "reference".to_owned(),
        }
    }
}

/// The bytes of a file that counts as part of the variant; `None` where there is none of that name.
fn file(variant: &Survey, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let Some(found) = variant.files().iter().find(|file| file.name == name) else { return Ok(None) };
    if found.size > MOST_BYTES {
        return Err(refuse(format!("`{name}` has {} bytes, more than the {MOST_BYTES} allowed for it", found.size)));
    }
    std::fs::read(folder(variant).join(name)).map(Some).bad_input()
}

/// The folder that a variant's files lie in.
fn folder(variant: &Survey) -> PathBuf {
    let path = variant.path();
    if path.is_dir() { path.to_owned() } else { path.parent().map(Path::to_owned).unwrap_or_default() }
}
