//! The built desktop in a real window, driven as a person would: find, click, type, read.

mod files;
mod journey;
mod pages;
mod plots;
mod trouble;
mod words;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use parallax_tests::{built, parallax};
use parallax_webdriver::{Driver, Element};
use serde_json::{Value, json};

/// Longest wait for anything in the window; generous, so that a busy machine fails no test.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A window on a case, with folders of its own.
pub(crate) struct Window {
    pub(crate) driver: Driver,
    /// Everything that this window writes lies here.
    pub(crate) folder: tempfile::TempDir,
    // Windows draw in software: one at a time is quicker than several that wait for each other.
    _turn: MutexGuard<'static, ()>,
}

impl Window {
    /// Opens the desktop on a copy of the audited demonstration case.
    pub(crate) fn on_demonstration() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let case = folder.path().join("case.parallax");
        std::fs::copy(demonstration()?, &case)?;
        Self::on(folder, Some(&case), &[])
    }

    /// Opens the desktop in `folder`, on `case` where one is given.
    pub(crate) fn on(folder: tempfile::TempDir, case: Option<&Path>, environment: &[(&str, &OsStr)]) -> Result<Self> {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let home = folder.path().join("home");
        std::fs::create_dir_all(&home)?;
        let mut all: Vec<(&str, &OsStr)> = vec![("HOME", home.as_os_str())];
        all.extend(environment);
        let driver = Driver::start(&built("parallax-desktop")?, case, &all)?;
        driver.resize(1280, 860)?;
        Ok(Self { driver, folder, _turn: turn })
    }

    /// Goes to a page by its address and waits until it is drawn and nothing of it is still being read.
    pub(crate) fn go(&self, hash: &str) -> Result<()> {
        // Two frames later the page of the old address is gone.
        let go = "const done = arguments[arguments.length - 1];
            window.location.hash = arguments[0];
            requestAnimationFrame(() => requestAnimationFrame(() => done(null)));";
        self.driver.script_until_called(go, &[json!(hash)])?;
        self.driver.wait_for("main h1", PATIENCE)?;
        self.settled()
    }

    /// Waits until nothing of the page is still being read: what comes late moves what is below it.
    pub(crate) fn settled(&self) -> Result<()> {
        self.driver.wait_until("the page to be read to its end", PATIENCE, || {
            let busy = self.value("return document.querySelector('main [aria-busy=true]') !== null;")?;
            Ok((busy == json!(false)).then_some(()))
        })
    }

    /// What is at `css`, once it is there.
    pub(crate) fn wait(&self, css: &str) -> Result<Element<'_>> {
        self.driver.wait_for(css, PATIENCE)
    }

    /// Clicks what is at `css`, once it is there and stands still.
    pub(crate) fn click(&self, css: &str) -> Result<()> {
        let mut refused = None;
        let clicked = self.driver.wait_until(&format!("a click on `{css}`"), PATIENCE, || {
            // What is drawn anew or moves while the pointer comes near cannot be clicked at that instant.
            let try_it = || {
                let element = self.driver.find(css)?;
                self.settled()?;
                let to_sight = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' });";
                self.driver.script(to_sight, &[element.to_value()])?;
                element.click()
            };
            match try_it() {
                Ok(()) => Ok(Some(())),
                Err(error) => {
                    refused = Some(error);
                    Ok(None)
                }
            }
        });
        clicked.map_err(|late| refused.map_or(late, |refused| refused.context(format!("clicking `{css}`"))))
    }

    /// Waits until the text at `css` is as wanted, and gives it.
    pub(crate) fn wait_for_text(&self, css: &str, what: &str, wanted: impl Fn(&str) -> bool) -> Result<String> {
        self.driver.wait_until(what, PATIENCE, || {
            let Some(element) = self.driver.find_all(css)?.into_iter().next() else { return Ok(None) };
            // An element that is drawn anew between two looks is looked at again.
            Ok(element.text().ok().filter(|text| wanted(text)))
        })
    }

    /// Holds that nothing that scrolls or has a canvas in it is rounded, and that no bar fades.
    ///
    /// Either makes a machine without a graphics card paint several times as much, and the page deaf meanwhile.
    pub(crate) fn is_cheap_to_paint(&self, page: &str) -> Result<()> {
        let dear = self.value(
            "const scrolls = (how, all, seen) => /auto|scroll/.test(how) && all > seen;
             const all = [...document.querySelectorAll('body *')].map((part) => [part, getComputedStyle(part)]);
             const scrolling = all.filter(([part, style]) => scrolls(style.overflowX, part.scrollWidth, part.clientWidth)
                 || scrolls(style.overflowY, part.scrollHeight, part.clientHeight));
             const clipping = all.filter(([part, style]) => style.overflow !== 'visible' && part.querySelector('canvas'));
             const rounded = [...scrolling, ...clipping].filter(([, style]) => parseFloat(style.borderTopLeftRadius) > 0);
             const fading = scrolling.filter(([part]) => getComputedStyle(part, '::-webkit-scrollbar').width === 'auto');
             const named = (parts) => parts.map(([part]) => part.cloneNode().outerHTML);
             return [scrolling.length + clipping.length, named(rounded), named(fading)];",
        )?;
        ensure!(dear[0].as_u64() > Some(0), "something of {page} scrolls or has a canvas");
        ensure!(dear[1] == json!([]) && dear[2] == json!([]), "rounded or fading parts of {page}: {dear}");
        Ok(())
    }

    /// A value that the page computes.
    pub(crate) fn value(&self, script: &str) -> Result<Value> {
        self.driver.script(script, &[])
    }
}

/// The demonstration case, audited once for all tests.
fn demonstration() -> Result<&'static Path> {
    static CASE: OnceLock<PathBuf> = OnceLock::new();
    static AUDIT: Mutex<()> = Mutex::new(());
    let _one = AUDIT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(case) = CASE.get() {
        return Ok(case);
    }
    let folder = tempfile::tempdir()?.keep();
    let ran = parallax().arg("demo").current_dir(&folder).output()?;
    ensure!(ran.status.success(), "the demonstration is audited: {}", String::from_utf8_lossy(&ran.stderr));
    Ok(CASE.get_or_init(|| folder.join("demonstration.parallax")))
}
