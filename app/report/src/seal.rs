//! Writes and signs a bundle: whole or not at all, over nothing, and checked before it gets its name.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use parallax_wire::SealReply;

use crate::draft::uuid_hex;
use crate::evidence::sha256_hex;
use crate::payload::{NAMESPACE, SIGNATURE, TAG_MANIFEST, bundle_files};
use crate::{BundleContent, Error, SigningKey, verify};

/// 1 January 1980, the earliest day that archive formats can hold: every file of a bundle says it, so that none tells a time.
const FILE_TIME: Duration = Duration::from_secs(315_532_800);

/// Builds, signs and checks the bundle of a contestation as the folder `contest-<8 hex of its id>` inside `into`.
///
/// The folder is written beside its place and moved there when it checks out; on failure nothing is left.
///
/// # Errors
/// When something is missing from the contestation, the folder is already there, or writing or signing fails.
pub fn seal(draft: &BundleContent, key: &SigningKey, into: &Path) -> Result<SealReply, Error> {
    let mut files = bundle_files(draft)?;
    let tag_manifest = files.get(TAG_MANIFEST).cloned().unwrap_or_default();
    files.insert(SIGNATURE.to_owned(), key.sign(NAMESPACE, &tag_manifest)?.into_bytes());

    let digits = uuid_hex(&draft.report.id).unwrap_or_default();
    let folder = format!("contest-{}", &digits[..8.min(digits.len())]);
    let place = into.join(&folder);
    if fs::symlink_metadata(&place).is_ok() {
        return Err(Error::Exists { path: place });
    }
    let made = Parents::make(into)?;
    let written = write_checked(&files, &place, into);
    if written.is_err() {
        made.remove();
    }
    written?;
    Ok(SealReply {
        folder,
        fingerprint: key.fingerprint(),
        tagmanifest_sha256: sha256_hex(&tag_manifest),
        files: files.len() as u64,
    })
}

fn write_checked(files: &BTreeMap<String, Vec<u8>>, place: &Path, into: &Path) -> Result<(), Error> {
    // Dropping it removes the folder, on every way out that does not move it.
    let partial = tempfile::Builder::new()
        .prefix(".contest-partial-")
        .tempdir_in(into)
        .map_err(Error::io("make a folder in", into))?;
    // One folder further down, so that the folder that is moved has ordinary permissions.
    let inside = partial.path().join("bundle");
    write_files(files, &inside)?;
    let reply = verify(&inside)?;
    if !reply.intact {
        return Err(Error::SelfCheck {
            problems: reply.problems.into_iter().map(|problem| problem.sentence).collect(),
        });
    }
    // Renaming onto an empty folder would succeed, so the place is looked at once more.
    if fs::symlink_metadata(place).is_ok() {
        return Err(Error::Exists { path: place.to_owned() });
    }
    fs::rename(&inside, place).map_err(Error::io("move the finished bundle to", place))
}

fn write_files(files: &BTreeMap<String, Vec<u8>>, root: &Path) -> Result<(), Error> {
    let time = SystemTime::UNIX_EPOCH + FILE_TIME;
    let mut folders = vec![root.to_owned()];
    for (name, bytes) in files {
        let path = root.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Error::io("make the folder", parent))?;
            folders.push(parent.to_owned());
        }
        let write = || -> std::io::Result<()> {
            let mut file = fs::File::create_new(&path)?;
            std::io::Write::write_all(&mut file, bytes)?;
            readable_by_all(&file)?;
            file.set_modified(time)?;
            file.sync_all()
        };
        write().map_err(Error::io("write", &path))?;
    }
    folders.sort();
    folders.dedup();
    for folder in folders.iter().rev() {
        // Some systems cannot set the time of a folder; that tells no more than the moving does.
        if let Ok(open) = fs::File::open(folder) {
            let _ = open.set_modified(time);
        }
    }
    Ok(())
}

#[cfg(unix)]
fn readable_by_all(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable_by_all(_file: &fs::File) -> std::io::Result<()> {
    Ok(())
}

/// Folders that were made to hold something, to be taken away again when it fails.
pub(crate) struct Parents(Vec<std::path::PathBuf>);

impl Parents {
    /// Makes `folder` and what is missing above it.
    pub(crate) fn make(folder: &Path) -> Result<Self, Error> {
        let missing: Vec<_> = folder
            .ancestors()
            .take_while(|ancestor| !ancestor.as_os_str().is_empty() && fs::symlink_metadata(ancestor).is_err())
            .map(Path::to_owned)
            .collect();
        let made = Self(missing);
        if let Err(source) = fs::create_dir_all(folder) {
            made.remove();
            return Err(Error::Io { action: "make the folder", path: folder.to_owned(), source });
        }
        Ok(made)
    }

    /// Removes the folders that were made, as long as they are empty.
    pub(crate) fn remove(&self) {
        for folder in &self.0 {
            // A folder that someone else has used meanwhile stays, as it should.
            let _ = fs::remove_dir(folder);
        }
    }
}
