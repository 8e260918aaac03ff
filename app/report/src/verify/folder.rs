//! Walks a folder that a stranger made: bounded, without following links, hashing each file as it is read.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Error;
use crate::payload::{BAG_INFO, BAGIT, MANIFEST, REPORT, SIGNATURE, TAG_MANIFEST};

/// Most files and folders that a bundle may have.
const MOST_ENTRIES: usize = 10_000;
/// Most bytes that a bundle may have.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// Longest path inside a bundle, in bytes.
const LONGEST_PATH: usize = 240;
/// Deepest folder inside a bundle.
const DEEPEST: usize = 16;
/// Most bytes of a file that is also read as text.
const MOST_TEXT_BYTES: u64 = 32 * 1024 * 1024;

/// Files that are read as text and not only hashed.
const TEXTS: [&str; 6] = [TAG_MANIFEST, SIGNATURE, MANIFEST, BAGIT, BAG_INFO, REPORT];

/// A file as it lies there.
pub(crate) struct File {
    /// SHA-256 in hex.
    pub(crate) sha256: String,
    /// Its bytes, for the few files that are read.
    bytes: Option<Vec<u8>>,
}

/// What lies in a folder, by path with `/` between parts.
#[derive(Default)]
pub(crate) struct Entries {
    /// Ordinary files.
    pub(crate) files: BTreeMap<String, File>,
    /// Links, never followed.
    pub(crate) links: Vec<String>,
    /// Devices, pipes and sockets, never opened.
    pub(crate) special: Vec<String>,
    /// Files and folders whose names hold other than plain characters.
    pub(crate) odd_names: Vec<String>,
    /// Folders with nothing in them.
    pub(crate) empty_folders: Vec<String>,
    count: usize,
    total_bytes: u64,
}

impl Entries {
    /// The bytes of one of the files that are read as text.
    pub(crate) fn text(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).and_then(|file| file.bytes.as_deref())
    }
}

/// Everything in a folder, in the order of names.
///
/// # Errors
/// When something cannot be read, or a limit is passed.
pub(crate) fn read(root: &Path) -> Result<Entries, Error> {
    let mut entries = Entries::default();
    walk(root, root, "", 0, &mut entries)?;
    Ok(entries)
}

fn walk(root: &Path, folder: &Path, prefix: &str, depth: usize, entries: &mut Entries) -> Result<(), Error> {
    let too_large = |reason: String| Error::TooLarge { path: root.to_owned(), reason };
    if depth > DEEPEST {
        return Err(too_large(format!("folders lie more than {DEEPEST} deep")));
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::io("read", folder))? {
        let entry = entry.map_err(Error::io("read", folder))?;
        entries.count += 1;
        if entries.count > MOST_ENTRIES {
            return Err(too_large(format!("it has more than {MOST_ENTRIES} files and folders")));
        }
        names.push(entry.file_name());
    }
    names.sort();
    if names.is_empty() && depth > 0 {
        entries.empty_folders.push(prefix.trim_end_matches('/').to_owned());
    }
    for name in names {
        let path = folder.join(&name);
        let shown = format!("{prefix}{}", name.to_string_lossy());
        if shown.len() > LONGEST_PATH {
            return Err(too_large(format!("a path in it is longer than {LONGEST_PATH} bytes")));
        }
        let plain = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
        if !name.to_str().is_some_and(|name| name.chars().all(plain)) {
            entries.odd_names.push(shown.clone());
        }
        let kind = fs::symlink_metadata(&path).map_err(Error::io("open", &path))?.file_type();
        if kind.is_symlink() {
            entries.links.push(shown);
        } else if kind.is_dir() {
            walk(root, &path, &format!("{shown}/"), depth + 1, entries)?;
        } else if kind.is_file() {
            let left = MOST_BYTES - entries.total_bytes;
            let (file, size) = read_file(&path, TEXTS.contains(&shown.as_str()), left)?
                .ok_or_else(|| too_large(format!("it has more than {MOST_BYTES} bytes")))?;
            entries.total_bytes += size;
            entries.files.insert(shown, file);
        } else {
            entries.special.push(shown);
        }
    }
    Ok(())
}

/// A file with its size, or `None` when it has more than `most` bytes.
fn read_file(path: &Path, keep: bool, most: u64) -> Result<Option<(File, u64)>, Error> {
    let mut open = fs::File::open(path).map_err(Error::io("open", path))?.take(most.saturating_add(1));
    let mut hash = Sha256::new();
    let mut bytes = Vec::new();
    let mut size = 0_u64;
    let mut buffer = vec![0_u8; 64 * 1024];
    loop {
        let read = open.read(&mut buffer).map_err(Error::io("read", path))?;
        if read == 0 {
            break;
        }
        size += read as u64;
        hash.update(&buffer[..read]);
        if keep && size <= MOST_TEXT_BYTES {
            bytes.extend_from_slice(&buffer[..read]);
        }
    }
    if size > most {
        return Ok(None);
    }
    let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let bytes = (keep && size <= MOST_TEXT_BYTES).then_some(bytes);
    Ok(Some((File { sha256, bytes }, size)))
}
