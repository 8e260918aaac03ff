//! Sealing: what leaves, that it is always the same, that it holds no trace of the machine, and that failure leaves nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use parallax_report::{Error, SigningKey, preview, seal, verify};

use crate::fixture::{content, key};

/// Path and bytes of every file below a folder.
pub(crate) fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, files);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(root, root, &mut files);
    files
}

#[test]
fn a_sealed_bundle_is_intact_and_names_its_key() {
    let into = tempfile::tempdir().unwrap();
    let reply = seal(&content(), &key(), into.path()).unwrap();
    assert_eq!(reply.folder, "contest-3f1d9a52", "the folder is named by the report's id");
    let checked = verify(&into.path().join(&reply.folder)).unwrap();
    assert!(checked.intact, "nothing is wrong: {:?}", checked.problems);
    assert_eq!(checked.fingerprint.as_deref(), Some(key().fingerprint().as_str()), "the key is named");
    assert_eq!(checked.report_id.as_deref(), Some("urn:uuid:3f1d9a52-6c0e-4b7a-9d35-08a1c2e4f677"), "the report too");
    assert_eq!(checked.files, reply.files, "all files are counted");
    assert_eq!(fs::read_dir(into.path()).unwrap().count(), 1, "nothing else is left beside it");
}

#[test]
fn the_preview_is_what_is_sealed_byte_for_byte() {
    let into = tempfile::tempdir().unwrap();
    let reply = seal(&content(), &key(), into.path()).unwrap();
    let mut sealed = files(&into.path().join(&reply.folder));
    assert!(sealed.remove("tagmanifest-sha256.txt.sig").is_some(), "only the signature is not in the preview");
    let shown: BTreeMap<String, Vec<u8>> =
        preview(&content()).unwrap().into_iter().map(|file| (file.path, file.content.into_bytes())).collect();
    assert_eq!(shown.keys().collect::<Vec<_>>(), sealed.keys().collect::<Vec<_>>(), "the same files");
    assert!(shown == sealed, "the same bytes");
}

#[test]
fn the_bundle_holds_exactly_these_files() {
    let list: Vec<String> = preview(&content()).unwrap().into_iter().map(|file| file.path).collect();
    insta::assert_snapshot!("files", list.join("\n"));
}

#[test]
fn two_seals_of_the_same_content_are_the_same_bytes() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = seal(&content(), &key(), one.path()).unwrap();
    let second = seal(&content(), &key(), two.path()).unwrap();
    assert_eq!(first, second, "the replies agree");
    assert!(files(one.path()) == files(two.path()), "all files agree, the signature included");
}

#[test]
fn a_bundle_holds_only_the_items_it_rests_on() {
    let texts: BTreeSet<String> = preview(&content())
        .unwrap()
        .into_iter()
        .filter(|file| file.path.starts_with("data/evidence/") && file.path.ends_with(".txt"))
        .map(|file| file.path)
        .collect();
    let expected: BTreeSet<String> = ["hi-08", "hi-09", "hi-10", "kn-23"]
        .iter()
        .map(|id| format!("data/evidence/item-livelihoods--{id}.txt"))
        .collect();
    assert_eq!(texts, expected, "three items of the finding and one annotated item");
    let all: String = preview(&content()).unwrap().into_iter().map(|file| file.content).collect();
    assert!(!all.contains("She milks two buffaloes"), "an item that nothing rests on does not leave");
    assert!(!all.contains("kn-16"), "nor is it named");
    assert!(!all.contains("SECRET-SUBJECT"), "what an event concerns does not leave");
}

#[test]
fn item_texts_are_the_bytes_that_were_asked() {
    let asked = content().items.iter().find(|item| item.id == "kn-23").unwrap().text.clone();
    let file = preview(&content()).unwrap().into_iter().find(|file| file.path.ends_with("kn-23.txt")).unwrap();
    assert_eq!(file.content, asked, "the joiners and controls are kept");
}

#[test]
fn nothing_tells_a_clock_time_a_home_folder_or_a_user() {
    let into = tempfile::tempdir().unwrap();
    let reply = seal(&content(), &key(), into.path()).unwrap();
    let root = into.path().join(&reply.folder);
    let mut traces: Vec<String> =
        ["HOME", "USER", "LOGNAME", "HOSTNAME", "PWD", "CARGO_MANIFEST_DIR", "CARGO_TARGET_DIR"]
            .iter()
            .filter_map(|name| std::env::var(name).ok())
            // A short name such as `root` also stands in words.
            .filter(|value| value.len() > 5)
            .collect();
    traces.push(into.path().to_str().unwrap().to_owned());
    for (path, bytes) in files(&root) {
        let text = String::from_utf8(bytes).unwrap();
        for trace in &traces {
            assert!(!text.contains(trace.as_str()), "{path} holds {trace}");
        }
        let digits: Vec<bool> = text.chars().map(|c| c.is_ascii_digit()).collect();
        let shape: String = text.chars().zip(&digits).map(|(c, digit)| if *digit { '0' } else { c }).collect();
        assert!(!shape.contains("T00:00"), "{path} holds a clock time");
        assert!(!shape.contains("00:00:00"), "{path} holds a clock time");
        let modified = fs::metadata(root.join(&path)).unwrap().modified().unwrap();
        let seconds = modified.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        assert_eq!(seconds, 315_532_800, "{path} has a file time that tells nothing");
    }
}

#[test]
fn nothing_is_overwritten_and_nothing_is_left_on_failure() {
    let into = tempfile::tempdir().unwrap();
    let reply = seal(&content(), &key(), into.path()).unwrap();
    let before = files(into.path());
    assert!(matches!(seal(&content(), &key(), into.path()), Err(Error::Exists { .. })), "the folder is there");
    assert!(files(into.path()) == before, "and stays as it was");
    assert_eq!(fs::read_dir(into.path()).unwrap().count(), 1, "nothing is left beside it");

    let missing = into.path().join("a/b");
    let mut incomplete = content();
    incomplete.report.contest.kinds.clear();
    assert!(matches!(seal(&incomplete, &key(), &missing), Err(Error::NotReady { .. })), "it is not ready");
    assert!(!missing.exists(), "no folder is made for what fails");

    let blocked = into.path().join(reply.folder).join("bagit.txt");
    assert!(matches!(seal(&content(), &key(), &blocked), Err(Error::Io { .. })), "a file is no folder");
}

#[test]
fn a_new_key_signs_and_survives_its_text_form() {
    let key = SigningKey::generate().unwrap();
    let again = SigningKey::from_openssh(&key.to_openssh().unwrap()).unwrap();
    assert_eq!(again.fingerprint(), key.fingerprint(), "the text form is the same key");
    assert!(key.fingerprint().starts_with("SHA256:"), "as ssh-keygen prints it");
    assert!(!format!("{key:?}").contains("PRIVATE"), "a message never shows the secret half");
    assert!(SigningKey::from_openssh("no key").is_err(), "other text is refused");
}

#[test]
fn awkward_ids_become_plain_file_names() {
    let mut content = content();
    content.report.findings.clear();
    content.annotations.truncate(1);
    for (item, id) in content.items.iter_mut().zip(["../../x", "A", "a", "ಕ್ಷೇತ್ರ"]) {
        item.id = id.to_owned();
    }
    let template = content.annotations.remove(0);
    for (position, id) in ["../../x", "A", "a", "ಕ್ಷೇತ್ರ"].iter().enumerate() {
        let mut annotation = template.clone();
        annotation.id = format!("{position}b4f7c1e-2a6d-4e5f-8b90-1c2d3e4f5a6b");
        annotation.target_id = format!("livelihoods/{id}");
        content.annotations.push(annotation);
    }
    let into = tempfile::tempdir().unwrap();
    let reply = seal(&content, &key(), into.path()).unwrap();
    let root = into.path().join(reply.folder);
    assert!(verify(&root).unwrap().intact, "names are plain and differ in more than case");
    let texts =
        files(&root).into_keys().filter(|path| path.starts_with("data/evidence/item") && path.ends_with(".txt"));
    assert_eq!(texts.count(), 4, "each item has its own file");
}
