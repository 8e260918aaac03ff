//! What single pages promise: what is seen at once, what is kept, and what a number counts.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::{PATIENCE, Window};

/// The share of what is at a selector that lies within the window.
fn share_in_sight(window: &Window, css: &str) -> Result<f64> {
    let script = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
        const seen = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
        return Math.max(seen, 0) / box.height;";
    window.driver.script(script, &[json!(css)])?.as_f64().context("a share")
}

#[test]
fn the_first_finding_and_the_map_are_in_sight_on_a_small_screen() -> Result<()> {
    let window = Window::on_demonstration()?;
    window.driver.resize(1000, 700)?;
    window.go("#/overview")?;
    let sentence = share_in_sight(&window, ".finding .sentence")?;
    ensure!(sentence >= 1.0, "{sentence} of the first finding's sentence can be seen without scrolling");
    for css in [".sides h2", ".sides strong", ".sides .kind"] {
        ensure!(window.driver.find_all(css)?.len() == 2, "both sides show `{css}`");
    }
    assert!(window.driver.find_all(".sides details[open]")?.is_empty(), "what they are made of is folded away");
    window.click(".sides details summary")?;
    let made_of = window.wait(".sides details[open]")?.text()?;
    let hash = made_of.split_whitespace().any(|word| word.len() == 64 && word.chars().all(|c| c.is_ascii_hexdigit()));
    assert!(hash, "and there when one unfolds it, with the codes of the files: {made_of}");

    window.go("#/map")?;
    window.wait(".map-holder canvas")?;
    let map = share_in_sight(&window, ".map-frame")?;
    ensure!(map > 0.9, "{map} of the map can be seen without scrolling");
    let rows = window.value(
        "const places = [...document.querySelectorAll('.filters select, .filters input[type=search]')];
         return new Set(places.map((place) => Math.round(place.getBoundingClientRect().top))).size;",
    )?;
    assert_eq!(rows, json!(1), "the choices above it are one row");
    Ok(())
}

#[test]
fn no_page_is_dear_to_paint() -> Result<()> {
    let window = Window::on_demonstration()?;
    for (width, height) in [(1000, 700), (1600, 600)] {
        window.driver.resize(width, height)?;
        for page in ["#/overview", "#/preflight", "#/findings", "#/finding/F1", "#/matrix", "#/steps", "#/pieces"] {
            window.go(page)?;
            window.is_cheap_to_paint(page)?;
        }
        window.go("#/map")?;
        window.wait(".map-holder canvas")?;
        window.is_cheap_to_paint("the map")?;
        window.go("#/items")?;
        window.click("tr[data-item] a")?;
        // Beside the list where there is room, or on a page of its own.
        window.wait("main .item-title")?;
        window.settled()?;
        window.is_cheap_to_paint("an item")?;
        window.go("#/files")?;
        window.click("#tensor-grid [data-cell], #tensor-grid .alone")?;
        window.wait("main [data-shown]")?;
        window.settled()?;
        window.is_cheap_to_paint("a tensor")?;
    }
    Ok(())
}

#[test]
fn the_keyboard_goes_to_a_page_that_opens_but_not_away_from_who_uses_it() -> Result<()> {
    let window = Window::on_demonstration()?;
    window.wait("[data-page]")?;
    // The next frame may be long in coming: here it never comes.
    window.value("window.frames_asked = requestAnimationFrame; window.requestAnimationFrame = () => 0;")?;
    window.driver.script("location.hash = '#/preflight';", &[])?;
    window.driver.wait_until("the keyboard at the beginning of the page", PATIENCE, || {
        let there = window.value(
            "return location.hash === '#/preflight' && document.activeElement === document.querySelector('main h1');",
        )?;
        Ok((there == json!(true)).then_some(()))
    })?;
    window.value("window.requestAnimationFrame = window.frames_asked;")?;
    // Who moves the keyboard while a page opens keeps it.
    let kept = window.driver.script_until_called(
        "const done = arguments[arguments.length - 1];
         const title = document.querySelector('main h1').innerText;
         addEventListener('hashchange', () => document.getElementById('theme').focus(), { once: true });
         location.hash = '#/findings';
         const look = () => {
             const heading = document.querySelector('main h1');
             if (!heading || heading.innerText === title) return setTimeout(look, 20);
             setTimeout(() => done(document.activeElement.id), 500);
         };
         look();",
        &[],
    )?;
    assert_eq!(kept, json!("theme"), "the keyboard stays where it was moved to");
    Ok(())
}

#[test]
fn the_map_is_drawn_in_its_new_size_before_that_is_seen() -> Result<()> {
    let window = Window::on_demonstration()?;
    window.driver.resize(1300, 800)?;
    window.go("#/map")?;
    window.wait(".map-holder canvas")?;
    // This observer comes after the map's own one, and is asked in the same frame before anything is shown.
    window.value(
        "const canvas = document.querySelector('.map-holder canvas');
         window.seen = [];
         window.wideBefore = canvas.width;
         window.observer = new ResizeObserver(() => {
             const box = canvas.getBoundingClientRect();
             const wide = Math.round(box.width * devicePixelRatio);
             window.seen.push([wide, canvas.width]);
         });
         window.observer.observe(canvas);",
    )?;
    window.driver.resize(1000, 700)?;
    let seen = window.driver.wait_until("the map to change its size", PATIENCE, || {
        let seen = window.value("return window.seen.some(([wide]) => wide !== window.wideBefore) && window.seen;")?;
        Ok(seen.as_array().cloned())
    })?;
    for sizes in seen {
        assert_eq!(sizes[0], sizes[1], "the picture is as wide as its place");
    }
    Ok(())
}

#[test]
fn a_note_that_is_being_typed_waits_where_it_was_begun() -> Result<()> {
    const NOTE: &str = ".drawer .note-form textarea";
    let window = Window::on_demonstration()?;
    let typed = || -> Result<String> {
        let value = window.wait(NOTE)?.property("value")?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    };
    let choose = |row: usize| -> Result<()> {
        window.driver.script("document.querySelectorAll('tr[data-item] a')[arguments[0]].click();", &[json!(row)])?;
        let chosen = window.driver.find_all("tr[data-item] .item-text")?[row].text()?;
        window.wait_for_text(".drawer .item-title", "the chosen item", |text| text.contains(&chosen))?;
        window.settled()
    };
    window.go("#/items")?;
    window.wait("tr[data-item]")?;
    choose(0)?;
    window.wait(NOTE)?.type_text("ಇದು ಕೃಷಿ")?;
    window.wait_for_text(".drawer .note-form .hint", "the language of the letters", |text| text.contains("Kannada"))?;
    let language = window.wait(".drawer .note-form [name=language]")?.property("value")?;
    assert_eq!(language, json!("kn"), "a note guesses its language as own words do");
    choose(1)?;
    assert_eq!(typed()?, "", "another item has a note of its own");
    window.wait(NOTE)?.type_text("two")?;
    // To another page and back.
    window.go("#/findings")?;
    window.go("#/items")?;
    choose(0)?;
    assert_eq!(typed()?, "ಇದು ಕೃಷಿ", "what was begun is there again");
    assert_eq!(window.wait(".drawer .note-form [name=language]")?.property("value")?, json!("kn"));
    window.click(".drawer .note-form button[type=submit]")?;
    window.wait_for_text(".drawer .notes", "the note", |text| text.contains("ಕೃಷಿ"))?;
    assert_eq!(typed()?, "", "what was kept is no draft any more");
    choose(1)?;
    assert_eq!(typed()?, "two", "and the other one still is");
    Ok(())
}

/// The first number of a text.
fn number(text: &str) -> Option<u64> {
    let digits = text.replace(',', "");
    digits.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty())?.parse().ok()
}

#[test]
fn moved_means_the_same_in_the_list_and_on_the_map_and_steps_are_in_the_address() -> Result<()> {
    let window = Window::on_demonstration()?;
    window.go("#/items?suite=livelihoods&moved=yes")?;
    let in_list = number(&window.wait(".total strong")?.text()?).context("a number of items")?;
    window.click("#moved-any")?;
    window.driver.wait_until("the other number", PATIENCE, || {
        let hash = window.value("return location.hash;")?;
        Ok(hash.as_str().is_some_and(|hash| hash.contains("moved=any")).then_some(()))
    })?;
    window.settled()?;
    let any = number(&window.wait(".total strong")?.text()?).context("a number of items")?;
    ensure!(any >= in_list, "{any} items moved for any reader, {in_list} for the first one");
    window.go("#/map?suite=livelihoods&moved=yes")?;
    let said = window.wait_for_text(".map-tools [role=status]", "how many are brought out", |text| !text.is_empty())?;
    assert_eq!(number(&said), Some(in_list), "the map counts as the list does: {said}");

    window.go("#/steps")?;
    window.click("[data-step=\"0\"]")?;
    window.wait("[data-step=\"0\"][aria-pressed=true]")?;
    let hash = window.value("return location.hash;")?;
    ensure!(hash.as_str().is_some_and(|hash| hash.contains("step=0")), "the step is in the address: {hash}");
    window.value("history.back();")?;
    window.driver.wait_until("the step of before", PATIENCE, || {
        Ok(window.driver.find_all("[data-step=\"0\"][aria-pressed=true]")?.is_empty().then_some(()))
    })?;
    window.go("#/steps?suite=livelihoods&step=1")?;
    window.wait("[data-step=\"1\"][aria-pressed=true]")?;
    Ok(())
}
