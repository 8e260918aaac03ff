//! The pages of files and of pieces say in words, before anything else, what was found.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::Window;

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
