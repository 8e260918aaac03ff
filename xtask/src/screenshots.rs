//! `cargo xtask screenshots`: a picture of every page of the window, in two sizes, light and dark.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use parallax_webdriver::Driver;
use serde_json::Value;

use crate::{cargo, places, run, setup, ui};

/// A window on a shared laptop, and one on a desk.
const SIZES: [(u32, u32); 2] = [(1000, 700), (1600, 1000)];
const THEMES: [&str; 2] = ["light", "dark"];
/// Longest that a page may take to stand still.
const PATIENCE: Duration = Duration::from_secs(30);

/// Calls back with true when nothing is awaited and nothing on the page changed for 12 frames.
///
/// Fonts count, and so does a canvas: it is drawn in the frame after its data came.
pub(crate) const STANDS_STILL: &str = "
    const done = arguments[arguments.length - 1];
    let frames = 0, left = 600;
    const observer = new MutationObserver(() => { frames = 0; });
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const look = () => {
        frames = document.querySelector('[aria-busy=\"true\"]') ? 0 : frames + 1;
        if (frames > 12 || --left < 0) { observer.disconnect(); done(left >= 0); } else { requestAnimationFrame(look); }
    };
    document.fonts.ready.then(() => requestAnimationFrame(look));
";
/// The addresses of the pages that this one links to.
const LINKS: &str =
    "return Array.from(document.querySelectorAll('a[href^=\"#/\"]'), (link) => link.getAttribute('href'))";

/// What `cargo xtask screenshots` is told.
#[derive(Args)]
pub(crate) struct ScreenshotsArguments {
    /// Folder for the pictures, made when it is not there; by default one among cargo's build products
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// Builds the window, opens the demonstration case in it, and takes pictures of every page that its links lead to.
pub(crate) fn run(arguments: &ScreenshotsArguments) -> Result<ExitCode> {
    if !setup::ready(setup::Purpose::Test)? {
        return Ok(setup::missing());
    }
    ui::build()?;
    let [parallax, window] = cargo::build_binaries(["parallax", "parallax-desktop"])?;
    let case = case(&parallax)?;
    let folder = match &arguments.out {
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| format!("making `{}`", folder.display()))?;
            folder.clone()
        }
        None => places::emptied_folder("screenshots")?,
    };

    let driver = Driver::start(&window, [&case], &[])?;
    driver.wait_for("main h1", PATIENCE)?;
    let pages = pages(&driver)?;
    for theme in THEMES {
        set_theme(&driver, theme)?;
        for (width, height) in SIZES {
            driver.resize(width, height)?;
            for (number, page) in (1..).zip(&pages) {
                show(&driver, page)?;
                let path = folder.join(format!("{}.{width}x{height}.{theme}.png", file_name(number, page)));
                let picture = driver.screenshot()?;
                std::fs::write(&path, picture).with_context(|| format!("writing `{}`", path.display()))?;
            }
        }
    }
    println!("{} pages, {} pictures: {}", pages.len(), pages.len() * SIZES.len() * THEMES.len(), folder.display());
    Ok(ExitCode::SUCCESS)
}

/// A demonstration case in which somebody has said something already, so that no page is empty.
fn case(parallax: &Path) -> Result<PathBuf> {
    let folder = places::emptied_folder("screenshots-case")?;
    let case = folder.join("demonstration.parallax");
    run::demonstrate(parallax, &case, &folder.join("report"))?;
    let quiet = |arguments: &[&str]| {
        let mut command = Command::new(parallax);
        command.arg(arguments[0]).arg(&case).args(&arguments[1..]).stdout(Stdio::null());
        cargo::succeed(&mut command)
    };
    quiet(&[
        "case",
        "annotate",
        "--finding",
        "F1",
        "--as",
        "amma",
        "--lang",
        "en",
        "--note",
        "This is how we would read it",
    ])?;
    quiet(&["contest", "new", "--finding", "F1"])?;
    Ok(case)
}

/// Follows the links from the first page on and keeps the first page of each kind, in the order of finding.
fn pages(driver: &Driver) -> Result<Vec<String>> {
    let first = driver.script("return location.hash", &[])?;
    let mut pages = vec![first.as_str().filter(|hash| !hash.is_empty()).unwrap_or("#/start").to_owned()];
    let mut kinds: BTreeSet<(String, usize)> = pages.iter().map(|page| kind(page)).collect();
    let mut next = 0;
    while let Some(page) = pages.get(next) {
        show(driver, page)?;
        for link in driver.script(LINKS, &[])?.as_array().into_iter().flatten().filter_map(Value::as_str) {
            if kinds.insert(kind(link)) {
                pages.push(link.to_owned());
            }
        }
        next += 1;
    }
    ensure!(pages.len() > 1, "the first page links to no other");
    Ok(pages)
}

/// What pages that differ only in what they are about have in common: the first word and the number of words.
fn kind(page: &str) -> (String, usize) {
    let path = page.trim_start_matches("#/").split('?').next().unwrap_or_default();
    (path.split('/').next().unwrap_or_default().to_owned(), path.split('/').count())
}

/// The beginning of a file name: the same one each time, which an address that holds an id is not.
fn file_name(number: usize, page: &str) -> String {
    format!("{number:02}-{}", kind(page).0)
}

/// Goes to a page and waits until it stands still.
fn show(driver: &Driver, page: &str) -> Result<()> {
    driver.script("location.hash = arguments[0]", &[page.into()])?;
    driver.wait_for("main h1", PATIENCE).with_context(|| format!("going to `{page}`"))?;
    let stands = driver.script_until_called(STANDS_STILL, &[])?;
    ensure!(stands == true, "the page `{page}` does not come to rest");
    Ok(())
}

/// Presses the button for the other theme where that is the one which is wanted.
fn set_theme(driver: &Driver, theme: &str) -> Result<()> {
    const THEME: &str = "return document.documentElement.dataset.theme";
    if driver.script(THEME, &[])? != theme {
        driver.find("#theme")?.click()?;
    }
    ensure!(driver.script(THEME, &[])? == theme, "the button `#theme` does not change to {theme}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_page_of_a_kind_is_enough() {
        assert_eq!(kind("#/finding/F1"), kind("#/finding/F2"));
        assert_eq!(kind("#/items"), kind("#/items?moved=yes"), "a query narrows a page down");
        assert_ne!(kind("#/finding/F1"), kind("#/findings"));
        assert_ne!(kind("#/contest/1b2c3d4e"), kind("#/contest"));
        assert_ne!(kind("#/contest/1b2c3d4e"), kind("#/contest/1b2c3d4e/preview"));
    }

    #[test]
    fn a_picture_is_named_after_its_page_and_has_the_same_name_each_time() {
        assert_eq!(file_name(3, "#/findings"), "03-findings");
        assert_eq!(file_name(14, "#/item/livelihoods/a%2F1?x=y"), "14-item");
    }
}
