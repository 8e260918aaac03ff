//! The tools that a receiver already has agree with ours: `ssh-keygen`, `sha256sum`, `comm` and `find`.

use std::fs;
use std::path::Path;
use std::process::Command;

use parallax_report::{NAMESPACE, seal};

use crate::fixture::{content, key};

/// Runs a command line in a folder; `None` when the shell or a tool is not installed.
fn run(folder: &Path, line: &str) -> Option<(bool, String)> {
    let output = Command::new("bash").args(["-c", line]).current_dir(folder).output().ok()?;
    if output.status.code() == Some(127) {
        return None;
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.success(), text))
}

fn skip(what: &str) {
    assert!(
        std::env::var("PARALLAX_REQUIRE_SHARED").as_deref() != Ok("1"),
        "{what} is required here and not installed"
    );
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    {
        eprintln!("skipped: {what} is not installed");
    }
}

#[test]
fn stock_tools_find_the_bundle_intact_and_find_what_is_changed() {
    let into = tempfile::tempdir().unwrap();
    let reply = seal(&content(), &key(), into.path()).unwrap();
    let root = into.path().join(&reply.folder);
    let howto = fs::read_to_string(root.join("data/reproduce/HOWTO.en.txt")).unwrap();
    let commands: Vec<&str> = howto.lines().filter_map(|line| line.strip_prefix("  ")).take(3).collect();
    assert!(commands[0].contains(NAMESPACE), "the first command checks the signature");

    match run(&root, commands[0]) {
        None => skip("ssh-keygen"),
        Some((good, text)) => {
            assert!(good, "ssh-keygen accepts the signature: {text}");
            assert!(text.contains(&reply.fingerprint), "and shows the same fingerprint: {text}");
            let other = commands[0].replace(NAMESPACE, "file");
            assert!(run(&root, &other).is_some_and(|(good, _)| !good), "and refuses it for another purpose");
        }
    }
    match run(&root, commands[1]) {
        None => skip("sha256sum"),
        Some((good, text)) => assert!(good, "sha256sum accepts all files: {text}"),
    }
    match run(&root, commands[2]) {
        None => skip("comm or find"),
        Some((good, text)) => assert!(good && text.is_empty(), "no file is unlisted: {text}"),
    }

    fs::write(root.join("data/added.txt"), "x").unwrap();
    if let Some((_, text)) = run(&root, commands[2]) {
        assert_eq!(text.trim(), "data/added.txt", "the added file is printed");
    }
    fs::write(root.join("data/consent.json"), "x").unwrap();
    if let Some((good, _)) = run(&root, commands[1]) {
        assert!(!good, "sha256sum refuses a changed file");
    }
    fs::write(root.join("tagmanifest-sha256.txt"), "x").unwrap();
    if let Some((good, _)) = run(&root, commands[0]) {
        assert!(!good, "ssh-keygen refuses a changed list");
    }
}
