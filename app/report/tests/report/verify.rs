//! Checking: each way to break a bundle is told as its own kind with its own sentence.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use parallax_report::{Error, SigningKey, seal, verify};
use parallax_wire::BundleProblemKind;
use parallax_words::without_isolates;
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use sha2::{Digest, Sha256};

use crate::fixture::{content, key};

struct Bundle {
    _into: tempfile::TempDir,
    root: PathBuf,
}

fn bundle() -> Bundle {
    let into = tempfile::tempdir().unwrap();
    let reply = seal(&content(), &key(), into.path()).unwrap();
    let root = into.path().join(reply.folder);
    Bundle { _into: into, root }
}

fn change(path: &Path, edit: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    edit(&mut bytes);
    fs::write(path, bytes).unwrap();
}

/// Kinds and sentences of everything that is wrong.
fn told(root: &Path) -> String {
    let reply = verify(root).unwrap();
    assert!(!reply.intact, "something is wrong");
    let mut text = String::new();
    for problem in reply.problems {
        writeln!(text, "{:?} {}: {}", problem.kind, problem.path, without_isolates(&problem.sentence)).unwrap();
    }
    text
}

fn kinds(root: &Path) -> Vec<BundleProblemKind> {
    verify(root).unwrap().problems.into_iter().map(|problem| problem.kind).collect()
}

#[test]
fn one_changed_byte_is_told() {
    let bundle = bundle();
    change(&bundle.root.join("data/report.en.html"), |bytes| bytes[40] ^= 1);
    insta::assert_snapshot!(told(&bundle.root));
}

#[test]
fn one_changed_byte_in_the_report_is_told() {
    let bundle = bundle();
    change(&bundle.root.join("data/report.json"), |bytes| {
        let at = bytes.windows(5).position(|window| window == b"final").unwrap();
        bytes[at] = b'F';
    });
    insta::assert_snapshot!(told(&bundle.root));
}

#[test]
fn one_added_file_is_told_under_data_and_beside_it() {
    let bundle = bundle();
    fs::write(bundle.root.join("data/evidence/more.txt"), "x").unwrap();
    fs::write(bundle.root.join("notes.txt"), "x").unwrap();
    fs::create_dir(bundle.root.join("data/empty")).unwrap();
    insta::assert_snapshot!(told(&bundle.root));
}

#[test]
fn one_removed_file_is_told() {
    let bundle = bundle();
    fs::remove_file(bundle.root.join("data/consent.json")).unwrap();
    insta::assert_snapshot!(told(&bundle.root));
}

#[test]
fn a_missing_signature_is_told() {
    let bundle = bundle();
    fs::remove_file(bundle.root.join("tagmanifest-sha256.txt.sig")).unwrap();
    insta::assert_snapshot!(told(&bundle.root));
}

#[test]
fn a_signature_from_elsewhere_is_told() {
    let (ours, other) = (bundle(), tempfile::tempdir().unwrap());
    let mut content = content();
    content.report.revision = 2;
    let reply = seal(&content, &key(), other.path()).unwrap();
    let signature = "tagmanifest-sha256.txt.sig";
    fs::copy(other.path().join(reply.folder).join(signature), ours.root.join(signature)).unwrap();
    insta::assert_snapshot!(told(&ours.root));
    change(&ours.root.join(signature), |bytes| *bytes = b"no signature".to_vec());
    insta::assert_snapshot!(told(&ours.root));
    let checked = verify(&ours.root).unwrap();
    assert_eq!(checked.fingerprint, None, "no key is named for a signature that does not hold");
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Rewrites both lists so that all hashes agree again, as someone would who has no key.
fn rewrite_lists(root: &Path) {
    let mut manifest = String::new();
    for (path, bytes) in crate::bundle::files(root) {
        if path.starts_with("data/") {
            writeln!(manifest, "{}  {path}", hex(&bytes)).unwrap();
        }
    }
    fs::write(root.join("manifest-sha256.txt"), manifest).unwrap();
    let mut tags = String::new();
    for name in ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"] {
        writeln!(tags, "{}  {name}", hex(&fs::read(root.join(name)).unwrap())).unwrap();
    }
    fs::write(root.join("tagmanifest-sha256.txt"), tags).unwrap();
}

#[test]
fn rewritten_lists_do_not_carry_the_signature_along() {
    let bundle = bundle();
    change(&bundle.root.join("data/report.en.txt"), |bytes| bytes.extend_from_slice(b"More.\n"));
    rewrite_lists(&bundle.root);
    insta::assert_snapshot!(told(&bundle.root));
}

#[test]
fn a_bundle_sealed_again_with_another_key_is_intact_but_shows_another_fingerprint() {
    let into = tempfile::tempdir().unwrap();
    let other = SigningKey::generate().unwrap();
    let reply = seal(&content(), &other, into.path()).unwrap();
    let checked = verify(&into.path().join(reply.folder)).unwrap();
    assert!(checked.intact, "nothing in the folder tells");
    assert_ne!(checked.fingerprint.as_deref(), Some(key().fingerprint().as_str()), "only the fingerprint does");
}

#[test]
fn odd_lists_are_told_line_by_line() {
    let bundle = bundle();
    let hash = "a".repeat(64);
    let list = format!(
        "{hash}  /etc/passwd\n{hash}  ../outside\n{hash}  data/x\n{hash}  data/x\n{hash}  data/X\nno line\n{hash}  bagit.txt\n"
    );
    fs::write(bundle.root.join("manifest-sha256.txt"), list).unwrap();
    let told = told(&bundle.root);
    let list_problems: Vec<&str> = told.lines().filter(|line| !line.starts_with("Added")).collect();
    insta::assert_snapshot!(list_problems.join("\n"));
}

#[test]
fn missing_lists_are_told_without_calling_every_file_added() {
    let bundle = bundle();
    fs::remove_file(bundle.root.join("manifest-sha256.txt")).unwrap();
    insta::assert_snapshot!(told(&bundle.root));
    fs::remove_file(bundle.root.join("tagmanifest-sha256.txt")).unwrap();
    insta::assert_snapshot!(told(&bundle.root));
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_refused_and_never_followed() {
    let bundle = bundle();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "x").unwrap();
    std::os::unix::fs::symlink(outside.path(), bundle.root.join("data/more")).unwrap();
    let consent = bundle.root.join("data/consent.json");
    let copy = outside.path().join("consent.json");
    fs::rename(&consent, &copy).unwrap();
    std::os::unix::fs::symlink(&copy, &consent).unwrap();
    assert!(
        std::process::Command::new("mkfifo").arg(bundle.root.join("data/pipe")).status().unwrap().success(),
        "a pipe"
    );
    insta::assert_snapshot!(told(&bundle.root));
}

#[test]
fn names_with_odd_characters_are_refused() {
    let bundle = bundle();
    fs::write(bundle.root.join("data/a\u{202E}b.txt"), "x").unwrap();
    fs::write(bundle.root.join("data/REPORT.json"), "x").unwrap();
    insta::assert_snapshot!(told(&bundle.root));
}

#[test]
fn what_is_no_bundle_is_bad_input() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(verify(folder.path()), Err(Error::NotABundle { .. })), "an empty folder");
    fs::write(folder.path().join("notes.txt"), "x").unwrap();
    assert!(matches!(verify(folder.path()), Err(Error::NotABundle { .. })), "a folder of other things");
    assert!(matches!(verify(&folder.path().join("notes.txt")), Err(Error::NotABundle { .. })), "a file");
    assert!(matches!(verify(&folder.path().join("nowhere")), Err(Error::Io { .. })), "nothing at all");
}

#[test]
fn too_large_a_folder_is_not_read_further() {
    let bundle = bundle();
    let file = fs::File::create(bundle.root.join("data/large.txt")).unwrap();
    file.set_len(257 * 1024 * 1024).unwrap();
    assert!(matches!(verify(&bundle.root), Err(Error::TooLarge { .. })), "more than 256 MiB");
    fs::remove_file(bundle.root.join("data/large.txt")).unwrap();
    let mut deep = bundle.root.join("data");
    for _ in 0..20 {
        deep.push("d");
    }
    fs::create_dir_all(&deep).unwrap();
    assert!(matches!(verify(&bundle.root), Err(Error::TooLarge { .. })), "too deep");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_as_any_list_or_signature_never_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        name in prop::sample::select(vec!["manifest-sha256.txt", "tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig",
            "bagit.txt", "bag-info.txt", "data/report.json"]),
    ) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        fs::write(folder.path().join("bagit.txt"), "x").unwrap();
        fs::write(folder.path().join(name), bytes).unwrap();
        assert!(!kinds(folder.path()).is_empty(), "it is not intact");
    }
}
