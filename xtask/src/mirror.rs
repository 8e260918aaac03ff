//! Makes one folder hold what lies in others, and touches nothing that is right already.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Makes `into` hold the files of the folders `from` and nothing else; says whether anything changed.
///
/// Cargo looks at times of change: a file whose bytes are right stays as it is, so that nothing is built again.
/// The others are replaced whole, so that nobody reads half of one.
///
/// # Errors
/// When two folders have a file of the same name, or a file cannot be read or written.
pub(crate) fn mirror(from: &[&Path], into: &Path) -> Result<bool> {
    let mut wanted: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    for folder in from {
        for name in files(folder)? {
            let source = folder.join(&name);
            if let Some(other) = wanted.insert(name, source.clone()) {
                bail!("`{}` and `{}` want the same place", other.display(), source.display());
            }
        }
    }
    fs::create_dir_all(into).with_context(|| format!("making `{}`", into.display()))?;
    let mut changed = false;
    for name in files(into)? {
        if !wanted.contains_key(&name) {
            let path = into.join(name);
            fs::remove_file(&path).with_context(|| format!("removing `{}`", path.display()))?;
            changed = true;
        }
    }
    for (name, source) in &wanted {
        changed |= write(source, &into.join(name), into)?;
    }
    Ok(changed)
}

/// Copies one file when its bytes differ.
fn write(source: &Path, path: &Path, into: &Path) -> Result<bool> {
    let bytes = fs::read(source).with_context(|| format!("reading `{}`", source.display()))?;
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(false);
    }
    // Beside the folder, where a build that runs at the same time does not pick it up.
    let part = into.with_extension("part");
    let moved = || -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&part, &bytes)?;
        fs::rename(&part, path)
    };
    moved().with_context(|| format!("writing `{}`", path.display()))?;
    Ok(true)
}

/// The files below a folder, as paths inside it.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(below) = open.pop() {
        for entry in fs::read_dir(&below).with_context(|| format!("looking into `{}`", below.display()))? {
            let path = entry.with_context(|| format!("looking into `{}`", below.display()))?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(folder).context("a file lies in its folder")?.to_owned());
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An empty folder for one test, removed at its end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("parallax-mirror-{}-{name}", std::process::id()));
            fs::create_dir_all(&folder).expect("there is room");
            Self(folder)
        }

        fn file(&self, name: &str, text: &str) -> PathBuf {
            let path = self.0.join(name);
            fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("there is room");
            fs::write(&path, text).expect("there is room");
            path
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_folder_holds_what_lies_in_the_others_and_nothing_else() {
        let scratch = Scratch::new("holds");
        scratch.file("one/index.html", "page");
        scratch.file("two/below/code.js", "code");
        scratch.file("dist/old.js", "old");
        let (one, two, dist) = (scratch.0.join("one"), scratch.0.join("two"), scratch.0.join("dist"));
        assert!(mirror(&[&one, &two], &dist).expect("it is written"));
        let mut names = files(&dist).expect("it is there");
        names.sort();
        assert_eq!(names, [PathBuf::from("below/code.js"), PathBuf::from("index.html")]);
        assert_eq!(fs::read_to_string(dist.join("below/code.js")).ok().as_deref(), Some("code"));
        assert!(!dist.with_extension("part").exists(), "nothing half-written stays");
    }

    #[test]
    fn what_is_right_already_keeps_its_time() {
        let scratch = Scratch::new("keeps");
        scratch.file("one/index.html", "page");
        let (one, dist) = (scratch.0.join("one"), scratch.0.join("dist"));
        mirror(&[&one], &dist).expect("it is written");
        let file = fs::File::options().write(true).open(dist.join("index.html")).expect("it is there");
        let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        file.set_modified(long_ago).expect("the time can be set");
        assert!(!mirror(&[&one], &dist).expect("it is looked at"), "nothing changed");
        let time = |name: &str| fs::metadata(dist.join(name)).and_then(|data| data.modified()).expect("it has a time");
        assert_eq!(time("index.html"), long_ago);
        scratch.file("one/index.html", "another page");
        assert!(mirror(&[&one], &dist).expect("it is written"));
        assert_ne!(time("index.html"), long_ago, "what changed is new");
    }

    #[test]
    fn two_files_for_one_place_are_refused() {
        let scratch = Scratch::new("refused");
        scratch.file("one/index.html", "page");
        scratch.file("two/index.html", "another");
        let (one, two) = (scratch.0.join("one"), scratch.0.join("two"));
        assert!(mirror(&[&one, &two], &scratch.0.join("dist")).is_err());
    }
}
