//! The pages of files and of pieces: read at once, gone through with mouse and keyboard, and fluid with many tensors.

use anyhow::{Context, Result, ensure};
use parallax_webdriver::keys;
use serde_json::{Value, json};

use crate::{PATIENCE, Window};

/// Number of tensors that the list says it has.
const LISTED: &str = "return Number(document.querySelector('.tensor-list').getAttribute('aria-rowcount')) - 1;";

fn open_files(window: &Window) -> Result<()> {
    window.wait("[data-page]")?;
    window.click("[data-page=window-nav-files]")?;
    window.wait("#files-headline")?;
    window.settled()
}

#[test]
fn the_files_of_the_example_are_explained_in_words_before_anything_else() -> Result<()> {
    let window = Window::on_demonstration()?;
    open_files(&window)?;
    let headline = window.wait("#files-headline")?.text()?;
    ensure!(headline.contains("tensor") || headline.contains("weights"), "what holds for the whole: {headline}");
    let not_said = window.wait("#files-not-said")?.text()?;
    ensure!(not_said.contains("does not say"), "and what that does not say: {not_said}");
    ensure!(!window.wait("#files-claim")?.text()?.is_empty(), "and what became of the claim");
    // Every tensor has one verdict: the table of verdicts counts what the list lists.
    let counted = window.value(
        "return Array.from(document.querySelectorAll('#verdicts tbody td:nth-child(2)'),
             (cell) => Number(cell.innerText.replaceAll(',', ''))).reduce((sum, count) => sum + count, 0);",
    )?;
    assert_eq!(window.value(LISTED)?, counted);
    // Colour is not the only cue: each cell has a sign, and its words.
    let bare = window.value(
        "return Array.from(document.querySelectorAll('#tensor-grid button'))
             .filter((cell) => !cell.innerText.trim() || !cell.getAttribute('aria-label')).length;",
    )?;
    assert_eq!(bare, json!(0));
    window.wait("#file-identities")?;
    let codes = window.value(
        "return Array.from(document.querySelectorAll('#file-identities *'))
             .filter((part) => /^[0-9a-f]{64}$/.test(part.textContent.trim()) && !part.children.length).length;",
    )?;
    ensure!(codes.as_u64().is_some_and(|codes| codes >= 2), "both sides have codes: {codes}");
    Ok(())
}

#[test]
fn a_tensor_is_chosen_in_the_grid_and_by_keyboard_in_the_list() -> Result<()> {
    let window = Window::on_demonstration()?;
    open_files(&window)?;
    window.click("#tensor-grid [data-cell], #tensor-grid .alone")?;
    window.wait(".drawer [data-shown]")?;
    let shown = "return document.querySelector('.drawer [data-shown]')?.dataset.shown ?? null;";
    let from_grid = window.value(shown)?;
    assert_eq!(
        window.value("return document.querySelector('tr.chosen')?.dataset.tensor ?? null;")?,
        from_grid,
        "the list shows the same tensor"
    );
    window.driver.script("document.querySelector('.tensor-list').focus();", &[])?;
    window.driver.key(keys::END)?;
    window.driver.key(keys::ENTER)?;
    let last = window.driver.wait_until("the last tensor of the list", PATIENCE, || {
        let last = window.value(
            "const active = document.querySelector('.tensor-list').getAttribute('aria-activedescendant');
             return document.getElementById(active)?.dataset.tensor ?? null;",
        )?;
        Ok((window.value(shown)? == last && last != Value::Null).then_some(last))
    })?;
    window.wait_for_text(".drawer", "its verdict in words", |text| text.contains('.'))?;
    let list = "return document.activeElement === document.querySelector('.tensor-list');";
    assert_eq!(window.value(list)?, json!(true), "the keyboard stays in the list");
    // A filter that only this tensor can meet leaves it chosen, and the list shorter.
    let name = last.as_str().context("a name")?.to_owned();
    window.wait("[name=tensor-name]")?.type_text(&name)?;
    window.driver.key(keys::ENTER)?;
    window.driver.wait_until("the list to be filtered", PATIENCE, || {
        let rows = window
            .value("return Array.from(document.querySelectorAll('tr[data-tensor]'), (row) => row.dataset.tensor);")?;
        let rows = rows.as_array().cloned().unwrap_or_default();
        let all = rows.iter().all(|row| row.as_str().is_some_and(|row| row.contains(&name)));
        Ok((all && !rows.is_empty()).then_some(()))
    })?;
    window.click("#close-tensor")?;
    window.wait(".drawer-place")?;
    Ok(())
}

#[test]
fn in_a_small_window_a_tensor_has_a_page_of_its_own() -> Result<()> {
    let window = Window::on_demonstration()?;
    window.driver.resize(1000, 700)?;
    open_files(&window)?;
    window.click("tr[data-tensor] a")?;
    window.wait("h1.item-title")?;
    window.wait("[data-shown]")?;
    let hash = window.value("return window.location.hash;")?;
    ensure!(hash.as_str().is_some_and(|hash| hash.starts_with("#/tensor/")), "{hash}");
    window.value("history.back();")?;
    window.wait("tr.chosen")?;
    Ok(())
}

/// Makes the list of the page into one of many tensors, as a large model has, by copying those that are there.
const MANY: &str = "
    const core = window.__TAURI__.core;
    const invoke = core.invoke;
    const many = arguments[0];
    const changed = { ...core, invoke: async (name, request) => {
        const reply = await invoke(name, request);
        if (request?.command !== 'show-files') return reply;
        const [report, ...lines] = new TextDecoder().decode(reply).split('\\n');
        const rows = lines.map((line) => JSON.parse(line));
        const copies = Array.from({ length: many }, (_, at) => {
            const row = rows[at % rows.length];
            return JSON.stringify({ ...row, name: `copy.${at}.${row.name}`, layer: null });
        });
        return new TextEncoder().encode([report, ...copies].join('\\n')).buffer;
    } };
    window.__TAURI__ = { ...window.__TAURI__, core: changed };
    return window.__TAURI__.core.invoke !== invoke;";

#[test]
fn a_list_of_ten_thousand_tensors_draws_only_what_is_in_view() -> Result<()> {
    let window = Window::on_demonstration()?;
    window.wait("[data-page]")?;
    let replaced = window.driver.script(MANY, &[json!(10_000)])?;
    assert_eq!(replaced, json!(true), "the page hears of as many tensors as a large model has");
    open_files(&window)?;
    assert_eq!(window.value(LISTED)?, json!(10_000));
    let drawn = "return document.querySelectorAll('tr[data-tensor]').length;";
    let few = |rows: &Value| rows.as_u64().is_some_and(|rows| rows > 0 && rows < 80);
    ensure!(few(&window.value(drawn)?), "few rows are drawn at first");
    window.driver.script("document.querySelector('.tensor-list').focus();", &[])?;
    for _ in 0..20 {
        window.driver.key(keys::PAGE_DOWN)?;
    }
    window.driver.wait_until("the last row to be drawn", PATIENCE, || {
        window.driver.key(keys::END)?;
        let there = window.value("return document.querySelector('tr[aria-rowindex=\"10001\"]') !== null;")?;
        Ok((there == json!(true)).then_some(()))
    })?;
    ensure!(few(&window.value(drawn)?), "few rows are drawn at the end");
    Ok(())
}

#[test]
fn words_and_pieces_are_counted_by_language_with_what_cannot_be_read_beside_it() -> Result<()> {
    let window = Window::on_demonstration()?;
    window.wait("[data-page]")?;
    window.click("[data-page=window-nav-pieces]")?;
    let headline = window.wait("#pieces-headline")?.text()?;
    ensure!(headline.contains("words"), "in counts: {headline}");
    let kannada = window.wait("#pieces-languages [data-language=kn]")?.text()?;
    ensure!(kannada.contains("Kannada") && kannada.matches('%').count() >= 2, "what cannot be read: {kannada}");
    ensure!(!window.wait("#tokenizer-parts")?.text()?.is_empty(), "the tokenizers themselves");
    // A template is text: nothing in it became an element.
    let elements = window.value("return document.querySelectorAll('.template-lines .line bdi *').length;")?;
    assert_eq!(elements, json!(0));
    Ok(())
}
