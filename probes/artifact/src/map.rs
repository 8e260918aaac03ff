//! Read-only memory maps of weight files: the one place in Parallax with unsafe code.

use std::fs::File;
use std::path::Path;

use memmap2::Mmap;

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
