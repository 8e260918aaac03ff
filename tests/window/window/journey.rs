//! The whole thread in the window: from the top finding to a sealed folder that the command line verifies.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{PATIENCE, Window, parallax};

/// Words of a person, in Kannada.
const OWN_WORDS: &str = "ನಾನು ಮನೆಯಲ್ಲಿ ಬಟ್ಟೆ ಹೊಲಿಯುತ್ತೇನೆ.";

#[test]
fn from_the_top_finding_to_a_sealed_folder_that_verifies() -> Result<()> {
    let window = Window::on_demonstration()?;
    let sentence = read_the_top_finding(&window)?;
    reach_its_items_through_the_matrix(&window, &sentence)?;
    select_one_on_the_map(&window)?;
    try_own_words(&window)?;
    annotate(&window)?;
    fill_in_an_objection(&window)?;
    let folder = preview_and_seal(&window)?;
    let verified = parallax().arg("verify").arg(&folder).output()?;
    ensure!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    std::fs::write(folder.join("data/report.json"), "{}")?;
    window.click("#verify-sealed")?;
    window.wait("#verified[data-intact=false]")?;
    Ok(())
}

fn read_the_top_finding(window: &Window) -> Result<String> {
    window.click("[data-page=window-nav-findings]")?;
    let sentence = window.wait("[data-finding=F1] .sentence")?.text()?;
    ensure!(sentence.contains("Kannada"), "the planted change is in Kannada: {sentence}");
    window.click("[data-finding=F1] .sentence a")?;
    let heading = window.wait_for_text("main h1", "the page of the finding", |text| text == sentence)?;
    Ok(heading)
}

fn reach_its_items_through_the_matrix(window: &Window, sentence: &str) -> Result<()> {
    window.click("[data-page=window-nav-matrix]")?;
    window.wait("table.matrix")?;
    window.settled()?;
    let cell = window.wait("table.matrix .moved.strong a")?;
    let count = cell.text()?;
    ensure!(sentence.contains(&format!(" {count} of ")), "the strongest cell is the finding: {count} in “{sentence}”");
    cell.click()?;
    window.wait("tr[data-item]")?;
    window.settled()?;
    let rows = window.driver.find_all("tr[data-item]")?.len();
    assert_eq!(rows.to_string(), count, "the cell opens the items that it counts");
    Ok(())
}

/// Selects an item in the list, reads where the map shows it, goes to another one, and comes back by a click on the map.
fn select_one_on_the_map(window: &Window) -> Result<()> {
    let text = window.wait("tr[data-item] .item-text")?.text()?;
    window.click("tr[data-item] a")?;
    window.wait_for_text(".drawer", "the item beside the list", |shown| shown.contains(&text))?;
    window.click("[data-page=window-nav-map]")?;
    window.wait_for_text(".map-label.selected", "the label of the item from the list", |label| label == text)?;
    // By keyboard to the next item, whose place is then known, and away from it again.
    window.driver.script("document.querySelector('.map-holder').focus({ preventScroll: true });", &[])?;
    window.driver.key(parallax_webdriver::keys::RIGHT)?;
    let shown = window.wait_for_text(".map-label.selected", "another item", |label| label != text)?;
    let mut seen = Vec::new();
    let place = window.driver.wait_until("the label of the selected item to stand still", PATIENCE, || {
        // The label lies a fixed gap beside the mark, on the side that has more room.
        let place = window.value(
            "const label = document.querySelector('.map-label.selected');
             const frame = document.querySelector('.map-frame');
             if (!label || !frame) return null;
             const box = frame.getBoundingClientRect();
             const side = (near, far, length) => near === 'auto' ? length - parseFloat(far) + 12 : parseFloat(near) - 12;
             return [side(label.style.left, label.style.right, box.width),
                     side(label.style.top, label.style.bottom, box.height)];",
        )?;
        seen.push(point(&place));
        // What is around the map is still being drawn: the same place for half a second is where it stays.
        let still = seen.len() > 25 && seen[seen.len() - 25..].iter().all(|point| point == &seen[seen.len() - 1]);
        Ok(point(&place).filter(|_| still))
    })?;
    window.driver.key(parallax_webdriver::keys::LEFT)?;
    window.wait_for_text(".map-label.selected", "another item", |label| label != shown)?;
    let mut tried = Vec::new();
    let again = window.driver.wait_until("the item that was clicked to be selected", Duration::from_secs(20), || {
        let corner = window.value(
            "const frame = document.querySelector('.map-frame');
             frame.scrollIntoView({ block: 'center', behavior: 'instant' });
             const box = frame.getBoundingClientRect();
             return [box.left, box.top];",
        )?;
        let corner = point(&corner).context("the map is on the page")?;
        window.driver.click_at(corner.0 + place.0, corner.1 + place.1)?;
        let label = window.driver.find_all(".map-label.selected")?.first().map(|label| label.text());
        let label = label.transpose().unwrap_or_default().unwrap_or_default();
        tried.push(format!("{corner:?} + {place:?}: {label}"));
        Ok((label == shown).then_some(label))
    });
    let again = again.with_context(|| format!("{tried:?}"))?;
    let beside = window.wait_for_text(".drawer", "the item beside the map", |text| text.contains(&again))?;
    assert!(!beside.is_empty(), "what is clicked on the map is shown beside it");
    Ok(())
}

fn point(value: &Value) -> Option<(f64, f64)> {
    Some((value.get(0)?.as_f64()?, value.get(1)?.as_f64()?))
}

fn try_own_words(window: &Window) -> Result<()> {
    window.click("[data-page=window-nav-words]")?;
    window.wait("#own-words")?.type_text(OWN_WORDS)?;
    window.click("#sort-words")?;
    let sorted = window.wait_for_text("#sorted", "the words to be sorted", |text| !text.is_empty())?;
    assert!(!window.driver.find_all("#sorted [data-reader=head]")?.is_empty(), "the model's own decision: {sorted}");
    let case = std::fs::read(window.folder.path().join("case.parallax"))?;
    let holds = case.windows(OWN_WORDS.len()).any(|part| part == OWN_WORDS.as_bytes());
    assert!(!holds, "nothing is stored unless it is kept");
    Ok(())
}

fn annotate(window: &Window) -> Result<()> {
    window.go("#/finding/F1")?;
    window.wait(".note-form textarea")?.type_text("ಇದು ಹೊಲಿಗೆ, ಮನೆಗೆಲಸ ಅಲ್ಲ.")?;
    window.wait(".note-form button[type=submit]:not(:disabled)")?;
    window.click(".note-form button[type=submit]")?;
    window.wait_for_text(".notes", "the note", |text| text.contains("ಹೊಲಿಗೆ"))?;
    Ok(())
}

/// Opens an objection to the first finding and fills in what it needs.
pub(crate) fn fill_in_an_objection(window: &Window) -> Result<()> {
    window.go("#/finding/F1")?;
    window.click("#contest")?;
    window.wait("[name=summary]")?;
    window.settled()?;
    window.wait("[name=summary]")?.type_text("ನಮ್ಮ ಕೆಲಸವನ್ನು ಬೇರೆ ಹೆಸರಿನಲ್ಲಿ ಎಣಿಸುತ್ತಾರೆ.")?;
    for choice in ["[name=asks][value=explain]", "[name=asks][value=correct_category]"] {
        window.click(choice).with_context(|| format!("choosing {choice}"))?;
    }
    window.wait("[name=signatory]")?.type_text("Example Works")?;
    window.wait("[name=reviewer]")?.type_text("neem")?;
    window.click("[name=scope][value=GREEN]")?;
    window.driver.wait_until("everything to be saved and nothing to be missing", PATIENCE, || {
        let ready = window.value(
            "const button = document.querySelector('#to-preview');
             return Boolean(button && !button.disabled && document.querySelector('.saved[data-saved=true]'));",
        )?;
        Ok((ready == json!(true)).then_some(()))
    })
}

/// Looks at what would leave and seals it; the folder of the bundle.
fn preview_and_seal(window: &Window) -> Result<PathBuf> {
    window.click("#to-preview")?;
    window.wait("#preview")?;
    let files = window.driver.find_all("#preview-files [data-path]")?.len();
    assert!(files > 5, "the preview lists every file");
    window.is_cheap_to_paint("the preview")?;
    assert!(window.wait("#preview")?.text()?.contains("ನಮ್ಮ ಕೆಲಸವನ್ನು"), "and shows the report in words");
    window.click("#seal")?;
    let sealed = window.wait_for_text("#sealed", "the seal", |text| text.contains("SHA256:"))?;
    window.click("#verify-sealed")?;
    window.wait("#verified[data-intact=true]")?;
    // The documents of this window's person, which has no folder of that name: the home itself.
    let home = window.folder.path().join("home");
    let mut found = Vec::new();
    for place in [home.join("Parallax"), home.join("Documents/Parallax")] {
        if let Ok(entries) = std::fs::read_dir(place) {
            found.extend(entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()));
        }
    }
    let [folder] = found.as_slice() else { anyhow::bail!("one sealed folder: {found:?}") };
    let name = folder.file_name().and_then(|name| name.to_str()).context("a name")?;
    assert!(sealed.contains(name), "the person is told where it lies: {sealed}");
    Ok(folder.clone())
}

#[test]
fn every_page_can_be_reached_by_keyboard_and_says_where_one_is() -> Result<()> {
    let window = Window::on_demonstration()?;
    window.wait("[data-page]")?;
    let pages = window.driver.find_all("[data-page]")?.len();
    assert!(pages >= 10, "the navigation lists the pages");
    for page in 0..pages {
        window.driver.script("document.querySelectorAll('[data-page]')[arguments[0]].focus();", &[json!(page)])?;
        window.driver.key(parallax_webdriver::keys::ENTER)?;
        window.driver.wait_until("the page to be the current one", PATIENCE, || {
            let here = window.driver.script(
                "const link = document.querySelectorAll('[data-page]')[arguments[0]];
                 const current = link.getAttribute('aria-current') === 'page';
                 return current && document.querySelector('main h1') !== null
                     && document.querySelector('main [aria-busy=true]') === null;",
                &[json!(page)],
            )?;
            Ok((here == json!(true)).then_some(()))
        })?;
        let flaws = window.value(
            "const flaws = [];
             for (const field of document.querySelectorAll('main input, main select, main textarea')) {
                 if (!field.labels?.length && !field.getAttribute('aria-label') && !field.getAttribute('aria-labelledby'))
                     flaws.push('no label: ' + field.outerHTML.slice(0, 120));
             }
             for (const image of document.querySelectorAll('main svg:not([aria-hidden=true])')) {
                 if (image.getAttribute('role') !== 'img' && !image.closest('[aria-hidden=true]'))
                     flaws.push('a picture without words: ' + image.outerHTML.slice(0, 120));
             }
             const main = document.querySelector('main');
             if (main.scrollWidth > main.clientWidth + 1) flaws.push('the page is wider than the window');
             if (document.body.innerText.includes('[')) {
                 const at = document.body.innerText.indexOf('[');
                 const text = document.body.innerText.slice(at, at + 80);
                 if (/^.(no |the |message|sentence|slot|`)/i.test(text)) flaws.push('a sentence is missing: ' + text);
             }
             return flaws;",
        )?;
        assert_eq!(flaws, json!([]), "{}", window.value("return location.hash")?);
    }
    Ok(())
}
