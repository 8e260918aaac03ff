//! Where tensors lie in a file that is only looked at: holes, overlaps, padding and trailing bytes become notes.

use super::note::{NoteKind, Notes};
use crate::map::Pages;

/// A tensor's place in its file.
pub(crate) struct Placed<'a> {
    pub(crate) name: &'a str,
    /// First byte, counted from the beginning of the file; within it, and so is the end.
    pub(crate) begin: usize,
    pub(crate) end: usize,
}

/// Notes what the tensors leave over or share between the first byte of data and the end of the file.
///
/// `places` must be sorted by their beginnings. Up to `alignment - 1` bytes before each tensor are padding.
pub(crate) fn note_places(
    file: &str,
    pages: &Pages<'_>,
    data: usize,
    alignment: usize,
    places: &[Placed<'_>],
    notes: &mut Notes,
) {
    let size = pages.bytes.len();
    // The end of what is taken so far, and by which tensor.
    let mut taken = data.min(size);
    let mut by = "";
    for place in places {
        if place.begin > taken {
            note_gap(file, pages, taken, place.begin, alignment, notes);
        } else if place.begin < taken && place.begin < place.end {
            let kind = NoteKind::Overlap { first: by.to_owned(), second: place.name.to_owned() };
            notes.about_bytes(file, place.begin, place.end.min(taken), kind);
        }
        if place.end > taken {
            (taken, by) = (place.end, place.name);
        }
    }
    if taken < size {
        // Writers differ on whether the last tensor is padded.
        if size <= taken.next_multiple_of(alignment) {
            note_padding(file, pages, taken, size, notes);
        } else {
            let kind = NoteKind::TrailingBytes { count: (size - taken) as u64, all_zero: pages.all_zero(taken, size) };
            notes.about_bytes(file, taken, size, kind);
        }
    }
}

fn note_gap(file: &str, pages: &Pages<'_>, begin: usize, end: usize, alignment: usize, notes: &mut Notes) {
    if end <= begin.next_multiple_of(alignment) {
        note_padding(file, pages, begin, end, notes);
    } else {
        let kind = NoteKind::Hole { count: (end - begin) as u64, all_zero: pages.all_zero(begin, end) };
        notes.about_bytes(file, begin, end, kind);
    }
}

/// Padding is zero in every writer that is known here; anything else was put there.
fn note_padding(file: &str, pages: &Pages<'_>, begin: usize, end: usize, notes: &mut Notes) {
    if !pages.all_zero(begin, end) {
        notes.about_bytes(file, begin, end, NoteKind::Padding { count: (end - begin) as u64 });
    }
}
