//! Checks a bundle: signature, lists, completeness and shape, each problem with its own sentence; judges no content.
//!
//! A bundle that somebody changed and signed again with another key is intact: only the fingerprint tells.
//! Whoever checks must compare it with the one that was given in another way.

mod folder;
mod manifest;
mod signature;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use parallax_wire::{BundleProblem, BundleProblemKind, Param, VerifyReply};
use parallax_words::{Words, params};

use crate::Error;
use crate::payload::{BAG_INFO, BAGIT, BAGIT_DECLARATION, MANIFEST, REPORT, SIGNATURE, TAG_FILES, TAG_MANIFEST};
use folder::Entries;

/// Checks a sealed bundle and says everything that is wrong with it.
///
/// # Errors
/// When the folder cannot be read, is no bundle at all or is larger than a bundle may be.
pub fn verify(folder: &Path) -> Result<VerifyReply, Error> {
    let kind = fs::symlink_metadata(folder).map_err(Error::io("open", folder))?;
    if !kind.is_dir() {
        return Err(Error::NotABundle { path: folder.to_owned(), reason: "it is not a folder".to_owned() });
    }
    let entries = folder::read(folder)?;
    if ![TAG_MANIFEST, MANIFEST, BAGIT].iter().any(|name| entries.files.contains_key(*name)) {
        let reason = format!("it has no `{TAG_MANIFEST}`, no `{MANIFEST}` and no `{BAGIT}`");
        return Err(Error::NotABundle { path: folder.to_owned(), reason });
    }
    let mut check = Check { entries, words: Words::english(), problems: Vec::new() };
    check.forbidden()?;
    let fingerprint = check.signature()?;
    let tags = check.list(TAG_MANIFEST)?;
    let payload = check.list(MANIFEST)?;
    check.scope(&tags, &payload)?;
    check.files(&tags, &payload)?;
    let report_id = check.shape()?;
    let files = check.entries.files.len() as u64;
    Ok(VerifyReply { intact: check.problems.is_empty(), report_id, fingerprint, files, problems: check.problems })
}

/// Path to hash, as one list names them.
type Listed = BTreeMap<String, String>;

struct Check {
    entries: Entries,
    words: Words,
    problems: Vec<BundleProblem>,
}

impl Check {
    fn add<const N: usize>(
        &mut self,
        kind: BundleProblemKind,
        sentence: &str,
        path: &str,
        more: [(&str, Param); N],
    ) -> Result<(), Error> {
        let mut slots = params(more);
        slots.insert("path".to_owned(), Param::Text(path.to_owned()));
        let sentence = self.words.say(sentence, &slots)?;
        self.problems.push(BundleProblem { kind, path: path.to_owned(), sentence });
        Ok(())
    }

    /// Links, special files, names that are not plain, and names that differ only in case.
    fn forbidden(&mut self) -> Result<(), Error> {
        use BundleProblemKind::{Added, Forbidden, Shape};
        for path in std::mem::take(&mut self.entries.links) {
            self.add(Forbidden, "verify-forbidden-link", &path, [])?;
        }
        for path in std::mem::take(&mut self.entries.special) {
            self.add(Forbidden, "verify-forbidden-special", &path, [])?;
        }
        for path in std::mem::take(&mut self.entries.odd_names) {
            self.add(Forbidden, "verify-forbidden-name", &path, [])?;
        }
        for path in std::mem::take(&mut self.entries.empty_folders) {
            self.add(Added, "verify-added-folder", &path, [])?;
        }
        let mut folded: BTreeMap<String, String> = BTreeMap::new();
        let paths: Vec<String> = self.entries.files.keys().cloned().collect();
        for path in paths {
            if let Some(twin) = folded.insert(path.to_lowercase(), path.clone()) {
                self.add(Shape, "verify-shape-twins", &path, [("name", Param::Text(twin))])?;
            }
        }
        Ok(())
    }

    /// Fingerprint of the key whose signature holds over the tag manifest.
    fn signature(&mut self) -> Result<Option<String>, Error> {
        let kind = BundleProblemKind::Signature;
        let Some(armoured) = self.entries.text(SIGNATURE) else {
            self.add(kind, "verify-signature-missing", SIGNATURE, [])?;
            return Ok(None);
        };
        let Some(signed) = self.entries.text(TAG_MANIFEST) else {
            // The missing list is a problem of its own; nothing can be said of its signature.
            return Ok(None);
        };
        match signature::check(armoured, signed) {
            Ok(fingerprint) => Ok(Some(fingerprint)),
            Err(flaw) => {
                self.add(kind, flaw.sentence(), SIGNATURE, [])?;
                Ok(None)
            }
        }
    }

    /// Reads one list and says what is wrong with its lines.
    fn list(&mut self, name: &str) -> Result<Listed, Error> {
        use BundleProblemKind::{Forbidden, Shape};
        let Some(bytes) = self.entries.text(name) else {
            self.add(Shape, "verify-shape-missing-list", name, [])?;
            return Ok(Listed::new());
        };
        let parsed = manifest::parse(bytes);
        if parsed.lines.is_empty() {
            self.add(Shape, "verify-shape-empty", name, [])?;
        }
        let mut listed = Listed::new();
        let mut folded: BTreeMap<String, String> = BTreeMap::new();
        for line in parsed.lines {
            match line {
                manifest::Line::Broken { number } => {
                    self.add(Shape, "verify-shape-line", name, [("line", Param::Count(number))])?;
                }
                manifest::Line::Outside { path } => {
                    self.add(Forbidden, "verify-forbidden-absolute", name, [("name", Param::Text(path))])?;
                }
                manifest::Line::File { hash, path } => {
                    let twin = folded.insert(path.to_lowercase(), path.clone());
                    if listed.contains_key(&path) {
                        self.add(Shape, "verify-shape-duplicate", name, [("name", Param::Text(path.clone()))])?;
                    } else if let Some(twin) = twin {
                        self.add(Shape, "verify-shape-twins", &path, [("name", Param::Text(twin))])?;
                    }
                    listed.entry(path).or_insert(hash);
                }
            }
        }
        Ok(listed)
    }

    /// Each list names what belongs in it and nothing else.
    fn scope(&mut self, tags: &Listed, payload: &Listed) -> Result<(), Error> {
        use BundleProblemKind::Shape;
        for path in payload.keys().filter(|path| !path.starts_with("data/")) {
            self.add(Shape, "verify-shape-outside", MANIFEST, [("name", Param::Text(path.clone()))])?;
        }
        for path in tags.keys().filter(|path| !TAG_FILES.contains(&path.as_str())) {
            self.add(Shape, "verify-shape-outside", TAG_MANIFEST, [("name", Param::Text(path.clone()))])?;
        }
        if self.entries.files.contains_key(TAG_MANIFEST) {
            for name in TAG_FILES.into_iter().filter(|name| !tags.contains_key(*name)) {
                self.add(Shape, "verify-shape-unlisted-tag", TAG_MANIFEST, [("name", Param::Text(name.to_owned()))])?;
            }
        }
        Ok(())
    }

    /// Missing, changed and added files, wherever they lie.
    fn files(&mut self, tags: &Listed, payload: &Listed) -> Result<(), Error> {
        use BundleProblemKind::{Added, Changed, Missing};
        let mut known: BTreeSet<&str> = BTreeSet::from([TAG_MANIFEST, SIGNATURE]);
        // A tag file that no list names is told as such and not also as added.
        known.extend(TAG_FILES);
        for (path, hash) in tags.iter().chain(payload) {
            known.insert(path);
            match self.entries.files.get(path).map(|file| file.sha256 == *hash) {
                None => self.add(Missing, "verify-missing", path, [])?,
                Some(false) => self.add(Changed, "verify-changed", path, [])?,
                Some(true) => {}
            }
        }
        // Without the list of the payload every file under `data/` would be called added, which says nothing.
        let unknown = |path: &&String| {
            let listable = self.entries.files.contains_key(MANIFEST) || !path.starts_with("data/");
            listable && !known.contains(path.as_str())
        };
        let added: Vec<String> = self.entries.files.keys().filter(unknown).cloned().collect();
        for path in added {
            self.add(Added, "verify-added", &path, [])?;
        }
        Ok(())
    }

    /// The declaration, the identifier and the report fit together; gives the report's id where it can be read.
    fn shape(&mut self) -> Result<Option<String>, Error> {
        use BundleProblemKind::Shape;
        if let Some(text) = self.entries.text(BAGIT)
            && text != BAGIT_DECLARATION.as_bytes()
        {
            self.add(Shape, "verify-shape-declaration", BAGIT, [])?;
        }
        let id = match self.entries.text(REPORT) {
            None => None,
            Some(bytes) => serde_json::from_slice::<serde_json::Value>(bytes)
                .ok()
                .filter(|report| {
                    let schema = report.get("schema").and_then(serde_json::Value::as_str);
                    schema.is_some_and(|schema| schema.starts_with("contestation-report/"))
                })
                .and_then(|report| report.get("id").and_then(serde_json::Value::as_str).map(str::to_owned)),
        };
        let Some(id) = id else {
            self.add(Shape, "verify-shape-report", REPORT, [])?;
            return Ok(None);
        };
        if let Some(info) = self.entries.text(BAG_INFO)
            && info != format!("External-Identifier: {id}\n").as_bytes()
        {
            self.add(Shape, "verify-shape-identifier", BAG_INFO, [])?;
        }
        Ok(Some(id))
    }
}
