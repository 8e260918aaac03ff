//! What may deceive the eye in a special token: marks that change direction, characters that show nothing, letters of
//! another script that look like Latin ones.

use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;

/// Something in a token's text that a person may not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// It changes the direction of what is shown (Unicode's bidirectional controls, UAX 9 section 2).
    Bidirectional,
    /// It shows nothing: format characters, variation selectors, tags, fillers.
    Invisible,
    /// A control character, such as a line feed or an escape.
    Control,
    /// Latin letters stand beside letters of another script that look alike (UTS 39, "mixed-script confusables").
    MixedScripts,
    /// Not plain ASCII, yet it looks like something that is: full-width forms and look-alike letters alone.
    LooksAscii,
}

impl Look {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Look::Bidirectional => "bidirectional",
            Look::Invisible => "invisible",
            Look::Control => "control",
            Look::MixedScripts => "mixed-scripts",
            Look::LooksAscii => "looks-ascii",
        }
    }
}

/// Everything of that sort in a text, in the order of [`Look`]; empty for an ordinary one.
pub fn looks(text: &str) -> Vec<Look> {
    let mut found = Vec::new();
    let mut add = |look, holds: bool| {
        if holds {
            found.push(look);
        }
    };
    add(Look::Bidirectional, text.chars().any(is_bidirectional));
    add(Look::Invisible, text.chars().any(|character| is_invisible(character) && !is_bidirectional(character)));
    add(Look::Control, text.chars().any(char::is_control));
    let latin = text.chars().any(|character| character.is_ascii_alphabetic());
    let alike = text.chars().any(|character| letter_alike(character).is_some());
    add(Look::MixedScripts, latin && alike);
    add(Look::LooksAscii, !text.is_ascii() && skeleton(text).is_ascii());
    found
}

/// What a text looks like: compatibility forms folded (NFKC), invisible characters dropped, look-alike letters as Latin.
/// Two texts with one skeleton cannot be told apart by eye. The letters are a small part of UTS 39's `confusables.txt`,
/// those whose shape is that of a Latin letter in common fonts.
pub(crate) fn skeleton(text: &str) -> String {
    let visible = text.nfkc().filter(|&character| !is_invisible(character));
    visible.map(|character| letter_alike(character).unwrap_or(character)).collect()
}

fn is_bidirectional(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_invisible(character: char) -> bool {
    get_general_category(character) == GeneralCategory::Format
        || matches!(character,
            '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2065}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// The Latin letter that a Cyrillic, Greek or Armenian one looks like, and the ASCII mark that a mark looks like.
fn letter_alike(character: char) -> Option<char> {
    Some(match character {
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' | 'Ϲ' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' | 'Ӏ' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' | 'Օ' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' | 'Տ' => 'S',
        'Т' | 'Τ' => 'T',
        'Ս' => 'U',
        'Х' | 'Χ' => 'X',
        'Ү' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' => 'e',
        'ց' => 'g',
        'һ' | 'հ' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'ո' => 'n',
        'о' | 'ο' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' => 's',
        'ս' => 'u',
        'ν' => 'v',
        'ԝ' => 'w',
        'х' => 'x',
        'у' | 'γ' => 'y',
        'ǀ' | '∣' | 'ⵏ' => '|',
        '‹' | '❮' | '˂' => '<',
        '›' | '❯' | '˃' => '>',
        '‐' | '‑' | '‒' | '–' | '−' => '-',
        '▁' => '_',
        _ => return None,
    })
}
