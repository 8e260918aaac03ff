//! Makes characters visible that would otherwise act on the text around them; changes nothing that is read aloud.

use std::borrow::Cow;

/// First strong isolate, put before a name.
pub(crate) const ISOLATE: char = '\u{2068}';
/// Pop directional isolate, put after a name.
pub(crate) const END_ISOLATE: char = '\u{2069}';

/// True for controls that reorder, hide or break text.
///
/// The zero-width joiner and non-joiner are not among them: Kannada, Bangla, Hindi and Arabic are spelled with them.
fn acts_on_text(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' => true,
        '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => true,
        other => other.is_control(),
    }
}

/// The text with every control that could reorder or hide it written out, for example as `[U+202E]`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts_on_text) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if acts_on_text(character) {
            shown.push_str(&format!("[U+{:04X}]", u32::from(character)));
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// The sentence without the isolates around its names, for a terminal.
pub fn without_isolates(sentence: &str) -> String {
    sentence.chars().filter(|&character| character != ISOLATE && character != END_ISOLATE).collect()
}
