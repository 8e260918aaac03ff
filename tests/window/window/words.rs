//! Every sentence that the pages ask for is there, and every sentence that is there for them is asked for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Result;

fn texts(folder: &Path, ending: &str, found: &mut Vec<(PathBuf, String)>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            texts(&path, ending, found)?;
        } else if path.extension().is_some_and(|extension| extension == ending) {
            let text = std::fs::read_to_string(&path)?;
            found.push((path, text));
        }
    }
    Ok(())
}

/// Whole words in double quotes that look like the id of a sentence of the window.
fn asked(text: &str) -> impl Iterator<Item = &str> {
    let id = |word: &&str| {
        let shape = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        word.starts_with("window-") && word.chars().all(shape)
    };
    text.split('"').filter(id)
}

#[test]
fn the_pages_and_their_sentences_belong_together() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (mut sentences, mut sources) = (Vec::new(), Vec::new());
    texts(&root.join("app/words/locales/en"), "ftl", &mut sentences)?;
    // The pictures know the ids of a few sentences; their own tests bring words that no page has.
    for folder in ["ui/src", "ui/plots/src"] {
        texts(&root.join(folder), "rs", &mut sources)?;
    }
    let there: BTreeSet<&str> = sentences
        .iter()
        .flat_map(|(_, text)| text.lines())
        .filter_map(|line| line.split_once(" =").map(|(id, _)| id))
        .filter(|id| id.starts_with("window-"))
        .collect();
    let asked: BTreeSet<&str> = sources.iter().flat_map(|(_, text)| asked(text)).collect();
    assert!(there.len() > 200 && asked.len() > 200, "both are found: {} and {}", there.len(), asked.len());
    let missing: Vec<_> = asked.difference(&there).collect();
    assert!(missing.is_empty(), "the pages ask for sentences that are not there: {missing:?}");
    let unused: Vec<_> = there.difference(&asked).collect();
    assert!(unused.is_empty(), "no page says these sentences: {unused:?}");
    Ok(())
}
