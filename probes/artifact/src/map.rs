//! Read-only memory maps of weight files, and giving their pages back: the one place in Parallax with unsafe code.

use std::fs::File;
use std::ops::Range;
use std::path::Path;

use memmap2::Mmap;
use sha2::{Digest, Sha256};

/// Bytes that are looked at before their pages are given back.
const WINDOW: usize = 8 << 20;

/// Maps a file. An empty file gives an empty map.
///
/// # Errors
/// Whatever the operating system says about opening or mapping it.
#[expect(unsafe_code, reason = "memmap2 cannot promise that no other process shortens the file while it is mapped")]
pub(crate) fn map(path: &Path) -> std::io::Result<Mmap> {
    let file = File::open(path)?;
    // SAFETY: the map is read-only and private to this process, and every access is bounds-checked against its length.
    // A process that shortens the file meanwhile ends ours with a bus error, which takes down one worker and no data:
    // engine jobs run in a process of their own for reasons like this one.
    unsafe { Mmap::map(&file) }
}

/// Tells the system that pages of a map are not needed for now, so that they stop counting as this process's memory.
/// The next access reads them from the file again. A range outside the map is cut to it.
#[cfg(unix)]
#[expect(unsafe_code, reason = "memmap2 cannot know that the map is one of a file that nobody here writes to")]
pub(crate) fn release(map: &Mmap, range: Range<usize>) {
    let end = range.end.min(map.len());
    if range.start < end {
        // SAFETY: `DontNeed` loses what was written to the pages of a map; this one is read-only and backed by a file,
        // so that every later access finds the same bytes there.
        let advised =
            unsafe { map.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, range.start, end - range.start) };
        // It is advice: where the system does not take it, more memory is held and nothing else changes.
        drop(advised);
    }
}

/// Elsewhere the system takes pages back by itself.
#[cfg(not(unix))]
pub(crate) fn release(_map: &Mmap, _range: Range<usize>) {}

/// Bytes that are read once from front to back, and the map to give their pages back to, when they come from one.
pub(crate) struct Pages<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) map: Option<&'a Mmap>,
}

impl<'a> Pages<'a> {
    pub(crate) fn of_map(map: &'a Mmap) -> Self {
        Pages { bytes: map, map: Some(map) }
    }

    /// Calls `look` with the bytes of a range, a window at a time, until it returns false.
    /// Windows hold whole units of so many bytes, but for what is left at the end. Cut to the bytes that there are.
    pub(crate) fn windows(&self, begin: usize, end: usize, unit: usize, mut look: impl FnMut(&'a [u8]) -> bool) {
        let window = (WINDOW / unit.max(1)).max(1) * unit.max(1);
        let end = end.min(self.bytes.len());
        let mut at = begin.min(end);
        while at < end {
            let next = end.min(at.saturating_add(window));
            let go_on = look(&self.bytes[at..next]);
            if let Some(map) = self.map {
                release(map, at..next);
            }
            if !go_on {
                return;
            }
            at = next;
        }
    }

    /// Whether every byte of a range is zero.
    pub(crate) fn all_zero(&self, begin: usize, end: usize) -> bool {
        let mut zero = true;
        self.windows(begin, end, 1, |bytes| {
            zero = bytes.iter().all(|&byte| byte == 0);
            zero
        });
        zero
    }

    /// SHA-256 of a range, in lower-case hex.
    pub(crate) fn sha256(&self, begin: usize, end: usize) -> String {
        let mut hash = Sha256::new();
        self.windows(begin, end, 1, |bytes| {
            hash.update(bytes);
            true
        });
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
