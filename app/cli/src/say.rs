//! Printing: sentences from `words`, JSON when it was asked for, and a closed pipe is no error.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write};

use anyhow::Context;
use parallax_wire::Param;
use parallax_words::Words;

/// Collects lines for standard output and writes them at once.
pub(crate) struct Page {
    words: Words,
    text: String,
}

impl Page {
    pub(crate) fn new() -> Self {
        Self { words: Words::english(), text: String::new() }
    }

    /// What says the sentences.
    pub(crate) fn words(&self) -> &Words {
        &self.words
    }

    /// A sentence of `words` with its slots filled.
    pub(crate) fn sentence<const N: usize>(&self, id: &str, slots: [(&str, Param); N]) -> anyhow::Result<String> {
        let slots: BTreeMap<String, Param> = slots.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        // Direction isolates help a browser and only disturb a terminal.
        let sentence = self.words.say(id, &slots).with_context(|| format!("the sentence `{id}` cannot be said"))?;
        Ok(sentence.replace(['\u{2068}', '\u{2069}'], ""))
    }

    /// Adds a sentence as a line.
    pub(crate) fn say<const N: usize>(&mut self, id: &str, slots: [(&str, Param); N]) -> anyhow::Result<()> {
        let sentence = self.sentence(id, slots)?;
        self.line(&sentence);
        Ok(())
    }

    /// Adds text that people or models wrote; control characters other than a line end are shown and not obeyed.
    pub(crate) fn line(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '\u{2068}' | '\u{2069}' => {}
                '\n' | '\t' => self.text.push(letter),
                hidden if hidden.is_control() => self.text.extend(hidden.escape_default()),
                // Overrides of direction could make a terminal show another text than the one that is there.
                '\u{202a}'..='\u{202e}' | '\u{2066}' | '\u{2067}' => self.text.extend(letter.escape_unicode()),
                shown => self.text.push(shown),
            }
        }
        self.text.push('\n');
    }

    pub(crate) fn gap(&mut self) {
        self.text.push('\n');
    }

    pub(crate) fn print(self) -> anyhow::Result<()> {
        write_out(self.text.as_bytes())
    }
}

/// Prints `value` as JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    let mut bytes = serde_json::to_vec_pretty(value).context("the reply cannot be written as JSON")?;
    bytes.push(b'\n');
    write_out(&bytes)
}

fn write_out(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        // The reader, `head` for example, has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("standard output cannot be written"),
    }
}

pub(crate) fn count(value: impl TryInto<u64>) -> Param {
    Param::Count(value.try_into().unwrap_or(u64::MAX))
}

pub(crate) fn text(value: impl Into<String>) -> Param {
    Param::Text(value.into())
}
