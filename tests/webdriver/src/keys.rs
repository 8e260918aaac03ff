//! Keys that have no character, as the WebDriver protocol writes them.

/// Moves on to the next thing that takes keys.
pub const TAB: &str = "\u{E004}";
/// Confirms.
pub const ENTER: &str = "\u{E007}";
/// Held with another key.
pub const SHIFT: &str = "\u{E008}";
/// Held with another key.
pub const CONTROL: &str = "\u{E009}";
/// Held with another key.
pub const ALT: &str = "\u{E00A}";
/// Closes what is open.
pub const ESCAPE: &str = "\u{E00C}";
/// A page up.
pub const PAGE_UP: &str = "\u{E00E}";
/// A page down.
pub const PAGE_DOWN: &str = "\u{E00F}";
/// The end of a line or list.
pub const END: &str = "\u{E010}";
/// The beginning of a line or list.
pub const HOME: &str = "\u{E011}";
/// One to the left.
pub const LEFT: &str = "\u{E012}";
/// One up.
pub const UP: &str = "\u{E013}";
/// One to the right.
pub const RIGHT: &str = "\u{E014}";
/// One down.
pub const DOWN: &str = "\u{E015}";
/// Removes the character before the cursor.
pub const BACKSPACE: &str = "\u{E003}";
/// Removes the character after the cursor.
pub const DELETE: &str = "\u{E017}";
