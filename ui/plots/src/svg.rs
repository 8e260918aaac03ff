//! What the SVG pictures share: the root element with its words, colours, and short numbers.

use std::fmt::Write as _;

use egui::Color32;

/// What a picture is called and what it shows, in whole sentences that the page has worded.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// Begins the ids inside the picture: letters, digits and `-`, unique on its page.
    pub id: &'a str,
    /// Short name of the picture.
    pub title: &'a str,
    /// What can be seen in it, for those who do not see it.
    pub description: &'a str,
}

/// An SVG that is being written.
pub(crate) struct Picture {
    text: String,
}

impl Picture {
    /// Opens a picture of `size` points; screen readers meet one image with a name and a description.
    pub(crate) fn new(size: [f32; 2], words: &Words<'_>) -> Self {
        let [width, height] = size.map(number);
        let id = escape(words.id);
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"{id}-title\" \
             aria-describedby=\"{id}-description\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
        );
        let _ = write!(
            text,
            "\n<title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-description\">{}</desc>",
            escape(words.title),
            escape(words.description)
        );
        Self { text }
    }

    /// Opens a picture that stands beside the same thing in words, and so is hidden from screen readers.
    pub(crate) fn ornament(size: [f32; 2]) -> Self {
        let [width, height] = size.map(number);
        let text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" aria-hidden=\"true\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\">"
        );
        Self { text }
    }

    /// Adds an element without content; `attributes` are already escaped.
    pub(crate) fn element(&mut self, name: &str, attributes: &str) {
        let _ = write!(self.text, "\n<{name} {attributes}/>");
    }

    /// Adds a path, unless there is nothing to draw.
    pub(crate) fn path(&mut self, data: &str, attributes: &str) {
        if !data.is_empty() {
            self.element("path", &format!("{attributes} d=\"{data}\""));
        }
    }

    /// Adds a few characters at a place.
    pub(crate) fn label(&mut self, at: [f32; 2], anchor: &str, colour: Color32, text: &str) {
        let [x, y] = at.map(number);
        let _ = write!(
            self.text,
            "\n<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-family=\"sans-serif\" font-size=\"12\" \
             fill=\"{}\">{}</text>",
            hex(colour),
            escape(text)
        );
    }

    /// Closes the picture.
    pub(crate) fn finish(mut self) -> String {
        self.text.push_str("\n</svg>\n");
        self.text
    }
}

/// Text that may stand in an element or in a quoted attribute.
///
/// Characters that XML forbids are left out, so that the picture also opens as a file of its own.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            control if control.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// A number of points with at most one decimal.
pub(crate) fn number(value: f32) -> String {
    let text = format!("{value:.1}");
    let short = text.strip_suffix(".0").unwrap_or(&text);
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// A colour as `#rrggbb`.
pub(crate) fn hex(colour: Color32) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.r(), colour.g(), colour.b())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_can_leave_its_element_or_attribute() {
        assert_eq!(escape("<script>'\"&\u{0}\n"), "&lt;script&gt;&#39;&quot;&amp; ");
        assert_eq!(escape("ಕನ್ನಡ, বাংলা, हिन्दी"), "ಕನ್ನಡ, বাংলা, हिन्दी", "scripts stay as they are");
    }

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        assert_eq!([1.0, 1.25, -0.01, 99.96].map(number), ["1", "1.2", "0", "100"]);
    }
}
