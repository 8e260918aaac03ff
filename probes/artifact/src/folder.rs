//! What lies in a variant's folder: listing, containment, bounded reading. Opens only names that it knows itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::shown;
use crate::{Error, UncountedFile};

/// The most files a folder may hold, its direct subfolders included.
const MOST_FILES: usize = 10_000;
/// The most bytes a file that is read whole may have: the largest real `tokenizer.json` files have about 40 MB.
const MOST_TEXT_BYTES: u64 = 128 << 20;

/// A folder and its regular files, at most one level down.
pub(crate) struct Folder {
    root: PathBuf,
    name: String,
    sizes: BTreeMap<String, u64>,
}

impl Folder {
    /// Lists a folder. Links count only when what they lead to counts as inside.
    pub(crate) fn list(root: &Path) -> Result<Self, Error> {
        let mut folder = Folder { root: root.to_path_buf(), name: display_name(root), sizes: BTreeMap::new() };
        folder.list_into(root, "", 0)?;
        Ok(folder)
    }

    /// Looks for known names beside a file that was named by itself; its other neighbours are none of its business.
    pub(crate) fn beside<'n>(root: &Path, known: impl Iterator<Item = &'n str>) -> Self {
        let size_of =
            |name: &str| std::fs::metadata(root.join(name)).ok().filter(|file| file.is_file()).map(|file| file.len());
        let sizes = known.filter_map(|name| Some((name.to_owned(), size_of(name)?))).collect();
        Folder { root: root.to_path_buf(), name: display_name(root), sizes }
    }

    fn list_into(&mut self, at: &Path, prefix: &str, depth: usize) -> Result<(), Error> {
        let unreadable = |reason| Error::Unreadable { file: display_name(at), reason };
        for entry in std::fs::read_dir(at).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            // A name that is not UTF-8 cannot be one that is known here.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let name = format!("{prefix}{name}");
            // Follows links, so that a file of the hub's cache is seen as the file it is.
            let Ok(metadata) = std::fs::metadata(entry.path()) else { continue };
            if metadata.is_file() {
                self.sizes.insert(name, metadata.len());
            } else if metadata.is_dir() && depth == 0 && !entry.path().is_symlink() {
                self.list_into(&entry.path(), &format!("{name}/"), depth + 1)?;
            }
            if self.sizes.len() > MOST_FILES {
                return Err(Error::TooManyFiles { folder: self.name.clone(), most: MOST_FILES });
            }
        }
        Ok(())
    }

    /// The folder's own name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether a regular file of this name exists.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.sizes.contains_key(name)
    }

    /// Names of all regular files, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.sizes.keys().map(String::as_str)
    }

    /// `folder/file`, for messages.
    pub(crate) fn label(&self, name: &str) -> String {
        shown(&format!("{}/{name}", self.name))
    }

    /// The files whose names `counts` refuses.
    pub(crate) fn uncounted(&self, counts: impl Fn(&str) -> bool) -> Vec<UncountedFile> {
        let others = self.sizes.iter().filter(|(name, _)| !counts(name));
        others.map(|(name, &size)| UncountedFile { name: name.clone(), size }).collect()
    }

    /// The path of a file, once it is known to lie inside.
    pub(crate) fn path(&self, name: &str) -> Result<PathBuf, Error> {
        let path = self.root.join(name);
        contained(&self.root, &path, &self.label(name))?;
        Ok(path)
    }

    /// A small file's bytes; `None` when there is no such file.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some(&size) = self.sizes.get(name) else { return Ok(None) };
        if size > MOST_TEXT_BYTES {
            return Err(Error::TooLarge { file: self.label(name), size, most: MOST_TEXT_BYTES });
        }
        let path = self.path(name)?;
        read_bounded(&path).map(Some).map_err(|reason| Error::Unreadable { file: self.label(name), reason })
    }
}

/// Reads a whole file but never more than the limit, however much it has grown since it was listed.
fn read_bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MOST_TEXT_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Refuses a link that leads out of the folder. The hub's own cache is the one exception:
/// there `snapshots/<revision>/<file>` is a link to `blobs/<hash>` of the same repository.
fn contained(root: &Path, path: &Path, label: &str) -> Result<(), Error> {
    let unreadable = |reason| Error::Unreadable { file: label.to_owned(), reason };
    let root = root.canonicalize().map_err(unreadable)?;
    let target = path.canonicalize().map_err(unreadable)?;
    let cache = root.ancestors().find(|folder| folder.file_name().is_some_and(|name| name == "snapshots"));
    let blobs = cache.and_then(Path::parent).map(|repository| repository.join("blobs"));
    if target.starts_with(&root) || blobs.is_some_and(|blobs| target.starts_with(blobs)) {
        Ok(())
    } else {
        Err(Error::OutsideFolder { file: label.to_owned() })
    }
}

/// What lies at a path.
pub(crate) enum Look<'a> {
    /// A folder.
    Folder,
    /// A regular file: its name for messages, and the folder that it lies in.
    File { name: String, parent: &'a Path },
}

/// Looks at a path without opening anything.
///
/// # Errors
/// [`Error::Missing`], [`Error::Unreadable`], and [`Error::NotAFile`] for devices, pipes and their like.
pub(crate) fn look(path: &Path) -> Result<Look<'_>, Error> {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::Missing { path: path.to_path_buf() });
        }
        Err(reason) => return Err(Error::Unreadable { file: display_name(path), reason }),
    };
    if metadata.is_dir() {
        return Ok(Look::Folder);
    }
    let name = display_name(path);
    if !metadata.is_file() {
        return Err(Error::NotAFile { file: name });
    }
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    Ok(Look::File { name, parent })
}

/// The last part of a path, also of `.` and `..`.
pub(crate) fn display_name(path: &Path) -> String {
    let last = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    last(path).or_else(|| last(&path.canonicalize().ok()?)).unwrap_or_else(|| path.display().to_string())
}
