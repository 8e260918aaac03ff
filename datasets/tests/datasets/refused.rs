//! Suites and templates that must be refused, each with the sentence that says where and why.

use parallax_datasets::templates::Templates;
use parallax_datasets::{MAX_TEXT_CHARS, load};

use crate::write_suite;

const SUITE: &str = r#"id = "fruit"
version = "1"
licence = "CC0-1.0"
synthetic = true
title.en = "Fruit"

[[category]]
id = "apple"
labels.en = "Apple"

[[category]]
id = "pear"
labels.en = "Pear"
"#;

const ITEMS: &str = r#"{"id":"a/1","text":"It is crisp.","language":"en","category":"apple","group":"a"}
{"id":"p/1","text":"It is soft.","language":"en","category":"pear","group":null}
"#;

/// What is refused, with the sound suite changed in one place.
fn broken_suites() -> Vec<(&'static str, String, Vec<u8>)> {
    let suite = |from: &str, to: &str| {
        assert!(SUITE.contains(from), "the change must find its place: {from}");
        (SUITE.replacen(from, to, 1), ITEMS.as_bytes().to_vec())
    };
    let items = |from: &str, to: &str| {
        assert!(ITEMS.contains(from), "the change must find its place: {from}");
        (SUITE.to_owned(), ITEMS.replacen(from, to, 1).into_bytes())
    };
    let only_items = |text: &str| (SUITE.to_owned(), text.as_bytes().to_vec());
    let mut not_utf8 = ITEMS.as_bytes().to_vec();
    not_utf8.extend_from_slice(b"{\"id\":\"\xff\"}\n");
    let one_category = SUITE.split("\n[[category]]\nid = \"pear\"").next().unwrap_or_default().to_owned();

    let changes = [
        ("toml that does not parse", suite("synthetic = true", "synthetic = maybe")),
        ("missing field in suite.toml", suite("licence = \"CC0-1.0\"\n", "")),
        ("unknown field in suite.toml", suite("synthetic = true", "synthetic = true\nsize = 2")),
        ("unknown field of a category", suite("labels.en = \"Pear\"", "labels.en = \"Pear\"\ncolour = \"green\"")),
        ("suite id with a space", suite("\"fruit\"", "\"my fruit\"")),
        ("title without language", suite("title.en = \"Fruit\"", "title = {}")),
        ("empty title", suite("\"Fruit\"", "\" \"")),
        ("empty licence", suite("\"CC0-1.0\"", "\"\"")),
        ("no category", (SUITE.split("\n[[category]]").next().unwrap_or_default().to_owned(), ITEMS.into())),
        ("one category", (one_category, ITEMS.into())),
        ("duplicate category id", suite("\"pear\"", "\"apple\"")),
        ("category id with a slash", suite("id = \"pear\"", "id = \"pear/green\"")),
        ("empty label", suite("\"Pear\"", "\"\"")),
        ("label under what is no language", suite("labels.en = \"Pear\"", "labels.English = \"Pear\"")),
        ("empty word in a word set", {
            (format!("{SUITE}\n[[word_set]]\nid = \"colours\"\nwords.en = [\"red\", \"\"]\n"), ITEMS.into())
        }),
        ("no items", only_items("")),
        ("only blank lines", only_items("\n\n\n")),
        ("items of one category", only_items(ITEMS.lines().next().unwrap_or_default())),
        ("bytes that are no text", (SUITE.to_owned(), not_utf8)),
        ("line that is no JSON", items("{\"id\":\"p/1\"", "id: p/1")),
        ("JSON that is no object", items(ITEMS.lines().nth(1).unwrap_or_default(), "\"It is soft.\"")),
        ("JSON cut short", items("\"group\":null}", "\"group\":")),
        ("missing field in an item", items(",\"language\":\"en\"", "")),
        ("unknown field in an item", items("\"group\":null", "\"label\":\"pear\"")),
        ("field given twice", items("\"group\":null", "\"id\":\"p/2\"")),
        ("number for text", items("\"It is soft.\"", "7")),
        ("duplicate item id", items("p/1", "a/1")),
        ("empty item id", items("p/1", "")),
        ("item id with a space", items("p/1", "p 1")),
        ("empty group", items("null", "\"\"")),
        ("unknown category", items("\"category\":\"pear\"", "\"category\":\"plum\"")),
        ("language without labels", items("\"It is soft.\",\"language\":\"en\"", "\"ಮೆತ್ತಗಿದೆ.\",\"language\":\"kn\"")),
        ("what is no language", items("\"language\":\"en\"", "\"language\":\"english\"")),
        ("empty text", items("It is soft.", "")),
        ("text of white space", items("It is soft.", " \\t")),
        ("text too long", items("It is soft.", &"soft ".repeat(MAX_TEXT_CHARS))),
        ("same text in two categories", items("It is soft.", "It is crisp.")),
    ];
    changes.into_iter().map(|(name, (suite, items))| (name, suite, items)).collect()
}

#[test]
fn the_suite_that_the_broken_ones_are_made_from_is_sound() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    write_suite(folder.path(), SUITE, ITEMS);
    let suite = load(folder.path()).expect("otherwise every case below could fail for the wrong reason");
    assert_eq!(suite.items.len(), 2, "both items are read");
    assert_eq!(suite.items.first().and_then(|item| item.group.as_deref()), Some("a"), "a group is kept");
    assert_eq!(suite.items.last().and_then(|item| item.group.as_deref()), None, "null is no group");
}

#[test]
fn a_broken_suite_is_refused_with_its_file_and_line() {
    let mut told = String::new();
    for (name, suite, items) in broken_suites() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        write_suite(folder.path(), &suite, items);
        let error = load(folder.path()).expect_err(name).to_string();
        assert!(error.contains(" line "), "`{name}` must name a line: {error}");
        assert_eq!(error.lines().count(), 1, "`{name}` must be told in one line: {error}");
        told.push_str(&format!("{name}\n    {}\n", error.replace(&folder.path().display().to_string(), "fruit")));
    }
    insta::assert_snapshot!("broken_suites", told);
}

#[test]
fn a_suite_that_is_not_there_is_refused_with_its_path() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let shown = |path: &std::path::Path| {
        let error = load(path).expect_err("there is no suite").to_string();
        error.replace(&folder.path().display().to_string(), "here")
    };
    let mut told = String::new();
    told.push_str(&format!("no folder\n    {}\n", shown(&folder.path().join("gone"))));
    std::fs::write(folder.path().join("file"), "text").expect("a fresh folder can be written to");
    told.push_str(&format!("a file\n    {}\n", shown(&folder.path().join("file"))));
    told.push_str(&format!("no suite.toml\n    {}\n", shown(folder.path())));
    std::fs::write(folder.path().join("suite.toml"), SUITE).expect("a fresh folder can be written to");
    told.push_str(&format!("no items.jsonl\n    {}\n", shown(folder.path())));
    insta::assert_snapshot!("absent_suites", told);
}

#[test]
fn broken_templates_are_refused_with_their_line() {
    const HEAD: &str = "suite = \"fruit\"\nseed = 1\nper_group = 2\n";
    let group = |id: &str, text: &str| format!("\n[[group]]\nid = \"{id}\"\n{text}\n");
    let sound = group("apple/01", "text.en = \"It is {red|green}.\"");
    let cases = [
        ("no groups", HEAD.to_owned()),
        ("unknown field", format!("{HEAD}{}", group("apple/01", "texts.en = \"It is red.\""))),
        ("suite id with a slash", HEAD.replace("fruit", "fruit/1") + &sound),
        ("group without number", format!("{HEAD}{sound}{}", group("apple", "text.en = \"It is red.\""))),
        ("group given twice", format!("{HEAD}{sound}{sound}")),
        ("group in fewer languages", {
            let both = group("apple/01", "text.en = \"It is {red|green}.\"\ntext.kn = \"{ಕೆಂಪು|ಹಸಿರು} ಇದೆ.\"");
            format!("{HEAD}{both}{}", group("apple/02", "text.en = \"It is red.\""))
        }),
        ("what is no language", format!("{HEAD}{}", group("apple/01", "text.English = \"It is red.\""))),
        ("brace left open", format!("{HEAD}{}", group("apple/01", "text.en = \"It is {red|green.\""))),
        ("brace never opened", format!("{HEAD}{}", group("apple/01", "text.en = \"It is red|green}.\""))),
        ("brace in a brace", format!("{HEAD}{}", group("apple/01", "text.en = \"It is {red|{green}}.\""))),
        ("empty value", format!("{HEAD}{}", group("apple/01", "text.en = \"It is {red|}.\""))),
        ("value given twice", format!("{HEAD}{}", group("apple/01", "text.en = \"It is {red|red}.\""))),
        ("too many sentences", {
            format!("{HEAD}{}", group("apple/01", &format!("text.en = \"{}\"", "{a|b|c|d|e|f|g|h|i|j}".repeat(6))))
        }),
    ];
    let mut told = String::new();
    for (name, text) in cases {
        let error = Templates::parse("fruit/templates.toml", &text).expect_err(name);
        told.push_str(&format!("{name}\n    {error}\n"));
    }
    let templates =
        Templates::parse("fruit/templates.toml", &format!("{HEAD}{sound}")).expect("these templates are sound");
    let error = templates.draw(1, 3).expect_err("there are only two sentences");
    told.push_str(&format!("more asked than there are\n    {error}\n"));
    let error = Templates::shipped("fruit").expect_err("no such suite is shipped");
    told.push_str(&format!("not shipped\n    {error}\n"));
    insta::assert_snapshot!("broken_templates", told);
}
