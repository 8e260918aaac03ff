//! Things go wrong: each is a sentence in the window, nothing is lost, and no page stays empty.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use parallax_tests::skip;
use parallax_wire::COMMANDS;
use serde_json::json;

use crate::{PATIENCE, Window, parallax};

/// Ids of the processes of windows with this home whose command line is as wanted.
fn processes(home: &Path, wanted: impl Fn(&[u8]) -> bool) -> Vec<u32> {
    let marker = format!("HOME={}", home.display());
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter(|id| {
            let read = |name: &str| std::fs::read(format!("/proc/{id}/{name}")).unwrap_or_default();
            let ours = read("environ").split(|byte| *byte == 0).any(|part| part == marker.as_bytes());
            ours && wanted(&read("cmdline"))
        })
        .collect()
}

/// The worker processes that windows with this home have started.
fn workers(home: &Path) -> Vec<u32> {
    processes(home, |command| command.ends_with(b"\0worker\0"))
}

/// The processes of their pages.
fn pages(home: &Path) -> Vec<u32> {
    processes(home, |command| command.windows(16).any(|part| part == b"WebKitWebProcess"))
}

fn kill(process: u32) -> Result<()> {
    ensure!(Command::new("kill").args(["-KILL", &process.to_string()]).status()?.success(), "it can be killed");
    Ok(())
}

/// What is done to a file before the window is opened on it.
type Trouble = fn(&Path) -> std::io::Result<()>;

fn sound(case: &Path) -> bool {
    parallax().arg("case").arg(case).arg("check").output().is_ok_and(|ran| ran.status.success())
}

#[test]
fn a_worker_that_is_killed_is_a_sentence_and_the_same_button_then_works() -> Result<()> {
    let window = Window::on_demonstration()?;
    let home = window.folder.path().join("home");
    window.wait("[data-page]")?;
    window.go("#/start")?;
    window.click("#open-demonstration")?;
    let worker = window.driver.wait_until("a worker", PATIENCE, || Ok(workers(&home).first().copied()))?;
    kill(worker)?;
    let said = window.wait_for_text(".note-box.bad", "a sentence about the worker", |text| !text.is_empty())?;
    assert!(said.contains("nothing was written"), "the person learns that nothing is lost: {said}");
    assert!(sound(&window.folder.path().join("case.parallax")), "the open case is intact");
    window.click(".again")?;
    window.driver.wait_until("the demonstration to open", PATIENCE, || {
        Ok((window.value("return window.location.hash;")? == json!("#/overview")).then_some(()))
    })?;
    window.wait("[data-finding]")?;
    Ok(())
}

/// Waits until a window that keeps its data there has opened a case.
fn until_open(data: &Path) -> Result<()> {
    let open = data.join("org.opensmallmodels.parallax/open");
    parallax_webdriver::wait_until("another window to open the case", PATIENCE, || {
        Ok(std::fs::read_dir(&open).ok().and_then(|mut entries| entries.next()).map(drop))
    })
}

#[test]
fn a_page_whose_process_was_killed_is_loaded_anew() -> Result<()> {
    // On a screen of its own: a session of WebDriver ends with the page.
    let folder = tempfile::tempdir()?;
    let mut window = Command::new(parallax_tests::built("parallax-desktop")?);
    let screen = parallax_webdriver::Display::start()?;
    screen.apply(&mut window);
    let data = folder.path().join("data");
    window.arg(crate::demonstration()?).env("HOME", folder.path()).env("XDG_DATA_HOME", &data);
    let mut window = window.spawn()?;
    let another = |before: Option<u32>| {
        parallax_webdriver::wait_until("a page", PATIENCE, || {
            Ok(pages(folder.path()).into_iter().find(|page| Some(*page) != before))
        })
    };
    let again = until_open(&data).and_then(|()| another(None)).and_then(|first| {
        kill(first)?;
        another(Some(first))
    });
    window.kill().context("ending the window")?;
    window.wait()?;
    again.map(drop)
}

#[test]
fn a_page_that_begins_anew_is_where_it_was() -> Result<()> {
    let window = Window::on_demonstration()?;
    window.wait("[data-page]")?;
    window.go("#/findings")?;
    window.value("window.left = true; window.location.reload();")?;
    window.driver.wait_until("another page", PATIENCE, || {
        Ok((window.value("return window.left === undefined;").ok() == Some(json!(true))).then_some(()))
    })?;
    window.wait("ol.findings")?;
    assert_eq!(window.value("return window.location.hash;")?, json!("#/findings"));
    Ok(())
}

#[test]
fn a_job_that_is_cancelled_ends_at_once_and_leaves_nothing() -> Result<()> {
    let window = Window::on(tempfile::tempdir()?, None, &[])?;
    let home = window.folder.path().join("home");
    window.click("#open-demonstration")?;
    window.driver.wait_until("a worker", PATIENCE, || Ok(workers(&home).first().copied()))?;
    window.click(".cancel")?;
    let said = window.wait_for_text(".note-box", "a sentence", |text| text.to_lowercase().contains("cancelled"))?;
    assert!(said.contains("nothing was written"), "{said}");
    window.driver.wait_until("the worker to be gone", PATIENCE, || Ok(workers(&home).is_empty().then_some(())))?;
    Ok(())
}

#[test]
fn a_case_that_cannot_be_opened_is_named_and_the_first_page_is_there() -> Result<()> {
    let newer: Trouble = |path| {
        // The version that a file says it has, at byte 60 of an SQLite header.
        let mut bytes = std::fs::read(path)?;
        bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
        std::fs::write(path, bytes)
    };
    let torn: Trouble = |path| {
        let bytes = std::fs::read(path)?;
        std::fs::write(path, &bytes[..bytes.len() / 2])
    };
    let not_a_case: Trouble = |path| std::fs::write(path, "once upon a time");
    let troubles: [(&str, Trouble); 3] =
        [("newer.parallax", newer), ("torn.parallax", torn), ("story.parallax", not_a_case)];
    for (name, trouble) in troubles {
        let folder = tempfile::tempdir()?;
        let case = folder.path().join(name);
        std::fs::copy(crate::demonstration()?, &case)?;
        trouble(&case)?;
        let before = std::fs::read(&case)?;
        let window = Window::on(folder, Some(&case), &[])?;
        let said = window.wait_for_text(".note-box.bad", "a sentence", |text| !text.is_empty())?;
        assert!(said.contains(name), "the file is named: {said}");
        window.wait("#open-demonstration")?;
        assert_eq!(std::fs::read(&case)?, before, "{name} is left as it was");
    }
    Ok(())
}

#[test]
fn two_windows_on_one_case_are_told_of_each_other() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let case = folder.path().join("case.parallax");
    std::fs::copy(crate::demonstration()?, &case)?;
    let data = folder.path().join("shared-data");
    std::fs::create_dir_all(&data)?;
    let environment: [(&str, &OsStr); 1] = [("XDG_DATA_HOME", data.as_os_str())];
    let mut other = Command::new(parallax_tests::built("parallax-desktop")?);
    // A second person's window, on a screen of its own.
    let screen = parallax_webdriver::Display::start()?;
    screen.apply(&mut other);
    let mut other = other.arg(&case).envs(environment.iter().copied()).env("HOME", folder.path()).spawn()?;
    let told = until_open(&data).and_then(|()| {
        let window = Window::on(tempfile::tempdir()?, Some(&case), &environment)?;
        window.wait_for_text(".note-box.unsure", "a sentence", |text| text.contains("Another window"))
    });
    other.kill().context("ending the other window")?;
    other.wait()?;
    told.map(drop)
}

#[test]
fn a_full_disk_while_sealing_is_a_sentence_and_the_objection_is_kept() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let documents = folder.path().join("home/small-disk");
    std::fs::create_dir_all(&documents)?;
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=16k", "tmpfs"])
        .arg(&documents)
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        skip("a disk of 16 KiB cannot be mounted here");
        return Ok(());
    }
    let outcome = seal_on(folder, &documents);
    ensure!(Command::new("umount").arg("--lazy").arg(&documents).status()?.success(), "the small disk goes away");
    outcome
}

fn seal_on(folder: tempfile::TempDir, documents: &Path) -> Result<()> {
    let case = folder.path().join("case.parallax");
    std::fs::copy(crate::demonstration()?, &case)?;
    let settings = folder.path().join("home/.config");
    std::fs::create_dir_all(&settings)?;
    std::fs::write(settings.join("user-dirs.dirs"), "XDG_DOCUMENTS_DIR=\"$HOME/small-disk\"\n")?;
    let environment: [(&str, &OsStr); 1] = [("XDG_CONFIG_HOME", settings.as_os_str())];
    let window = Window::on(folder, Some(&case), &environment)?;
    crate::journey::fill_in_an_objection(&window)?;
    window.click("#to-preview")?;
    window.click("#seal")?;
    let said = window.wait_for_text(".note-box.bad", "a sentence about the disk", |text| !text.is_empty())?;
    assert!(said.to_lowercase().contains("space") || said.to_lowercase().contains("full"), "{said}");
    assert!(sound(&case), "the case is intact");
    let left: Vec<PathBuf> =
        std::fs::read_dir(documents.join("Parallax"))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    assert!(left.is_empty(), "no half-written bundle is left: {left:?}");
    // Elsewhere there is room, and what was filled in is still there.
    ensure!(Command::new("mount").args(["-o", "remount,size=64m"]).arg(documents).status()?.success(), "room is made");
    window.click("#seal")?;
    window.wait("#sealed")?;
    Ok(())
}

#[test]
fn the_page_can_call_every_listed_command_and_no_other() -> Result<()> {
    let window = Window::on_demonstration()?;
    window.wait("[data-page]")?;
    let call = |command: &str| -> Result<String> {
        let script = "const [command, done] = [arguments[0], arguments[arguments.length - 1]];
            const core = window.__TAURI__.core;
            core.invoke('rpc', { command, request: '7', progress: new core.Channel(() => {}) })
                .then(() => done('answered'), (error) => done(error.message ?? String(error)));";
        let answer = window.driver.script_until_called(script, &[json!(command)])?;
        Ok(answer.as_str().unwrap_or_default().to_owned())
    };
    for command in COMMANDS {
        let said = call(command)?;
        assert!(said.contains("in a way that is not known"), "`{command}` should be reached: {said}");
    }
    let said = call("read-file")?;
    assert!(said.contains("may not call"), "{said}");
    let plugin = "const done = arguments[arguments.length - 1];
        window.__TAURI__.core.invoke('plugin:dialog|open', { options: {} })
            .then(() => done('answered'), (error) => done(String(error)));";
    let said = window.driver.script_until_called(plugin, &[])?;
    assert!(said.as_str().unwrap_or_default().contains("not allowed"), "the page has no dialogs of its own: {said}");
    let network = "const done = arguments[arguments.length - 1];
        fetch('http://127.0.0.1:9/').then(() => done('answered'), (error) => done(String(error)));";
    let said = window.driver.script_until_called(network, &[])?;
    assert_ne!(said, json!("answered"), "the policy lets nothing out");
    Ok(())
}
