//! How long anything that a person does in the window holds up its one thread.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use parallax_webdriver::{Driver, keys};
use serde_json::{Value, json};

use super::measured::processor_time;
use crate::screenshots::STANDS_STILL;
use crate::{places, run};

/// Longest that the page may be deaf, in milliseconds: more is felt as a delay.
const LIMIT: f64 = 100.0;
/// Items of a large map.
const LARGE: u64 = 20_000;
/// Tensors of a large model.
const TENSORS: u64 = 10_000;
/// Longest that a page may take to appear.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often everything is done: a web view compiles what runs for the first time.
const TIMES: usize = 2;
/// How long a page is watched while nobody does anything: bars that fade and the like take a while to begin.
const AT_REST: Duration = Duration::from_secs(5);
/// Most that a window may take then, in per cent of one processor.
const MOST_AT_REST: f64 = 5.0;
/// Every page that can be opened without writing anything, by what is opened and its address.
const PAGES: [(&str, &str); 15] = [
    ("open: overview", "#/overview"),
    ("open: first checks", "#/preflight"),
    ("open: findings", "#/findings"),
    ("open: one finding", "#/finding/F1"),
    ("open: who went where", "#/matrix"),
    ("open: map", "#/map"),
    ("open: steps", "#/steps"),
    ("open: items", "#/items"),
    ("open: own words", "#/words"),
    ("open: files", "#/files"),
    ("open: words and pieces", "#/pieces"),
    ("open: notes", "#/notes"),
    ("open: objections", "#/contest"),
    ("open: check a folder", "#/verify"),
    ("open: start", "#/start"),
];

/// What is done in the window.
enum Act {
    /// Calls one of the gestures of `window.js` with these arguments.
    Call(&'static str, Vec<Value>),
    /// Types into a field, key by key.
    Type(&'static str, &'static str),
    /// Presses a key so many times on what a selector finds.
    Key(&'static str, &'static str, usize),
}

/// One thing that a person does, by its name for people.
struct Interaction {
    name: &'static str,
    act: Act,
}

/// Opens the demonstration in the window, does what people do there, and prints how long each held up the page, and what
/// the window takes while nobody does anything.
///
/// False when something took more than its limit.
pub(super) fn run(parallax: &Path, window: &Path) -> Result<bool> {
    let folder = places::emptied_folder("bench-window")?;
    let case = folder.join("demonstration.parallax");
    run::demonstrate(parallax, &case, &folder.join("report"))?;
    let driver = opened(window, &case)?;
    driver.script(include_str!("window.js"), &[])?;

    let mut slowest: f64 = 0.0;
    println!("window: longest time that the page could not answer, in ms (limit {LIMIT:.0})");
    println!("{:<52} {:>7} {:>7}", "interaction", "first", "again");
    for (title, made_up, interactions) in [
        ("pages", None, pages()),
        ("what is done on pages", None, on_pages()),
        ("map of the demonstration", None, on_map()),
        ("map of 20,000 items", Some(("enlarge", LARGE)), on_map()),
        ("files of the demonstration", None, on_files()),
        ("files of 10,000 tensors", Some(("addTensors", TENSORS)), on_files()),
    ] {
        println!("-- {title}");
        if let Some((change, count)) = made_up {
            call(&driver, change, &[json!(count)])?;
        }
        let mut blocks = vec![Vec::new(); interactions.len()];
        for _ in 0..TIMES {
            for (interaction, blocks) in interactions.iter().zip(&mut blocks) {
                let block = measure(&driver, &interaction.act).with_context(|| interaction.name.to_owned())?;
                blocks.push(block);
            }
        }
        for (interaction, blocks) in interactions.iter().zip(&blocks) {
            let shown: Vec<String> = blocks.iter().map(|block| format!("{block:>7.0}")).collect();
            println!("{:<52} {}", interaction.name, shown.join(" "));
            slowest = blocks.iter().copied().fold(slowest, f64::max);
        }
    }
    if slowest > LIMIT {
        println!("failed: the page was held up for {slowest:.0} ms");
    }
    drop(driver);
    let rests = rests(&opened(window, &case)?)?;
    Ok(slowest <= LIMIT && rests)
}

/// A window in which a case stands still.
fn opened(window: &Path, case: &Path) -> Result<Driver> {
    let driver = Driver::start(window, [case], &[])?;
    driver.resize(1280, 860)?;
    driver.wait_for("main h1", PATIENCE)?;
    rest(&driver)?;
    Ok(driver)
}

/// Prints what the window, with all that draws it, takes on each page while nobody does anything; whether that is little.
fn rests(driver: &Driver) -> Result<bool> {
    println!("-- at rest, in per cent of one processor (limit {MOST_AT_REST:.0})");
    let mut most: f64 = 0.0;
    for (name, hash) in PAGES {
        driver.script("location.hash = arguments[0];", &[json!(hash)])?;
        rest(driver)?;
        let before = processor_time();
        std::thread::sleep(AT_REST);
        let share = 100.0 * processor_time().saturating_sub(before).as_secs_f64() / AT_REST.as_secs_f64();
        println!("{name:<52} {share:>7.1}");
        most = most.max(share);
    }
    if most > MOST_AT_REST {
        println!("failed: a window at rest took {most:.0}% of a processor");
    }
    Ok(most <= MOST_AT_REST)
}

/// Does one thing, waits until the page stands still, and gives the longest time between two beats.
fn measure(driver: &Driver, act: &Act) -> Result<f64> {
    if let Act::Type(css, _) | Act::Key(css, ..) = act {
        driver.wait_for(css, PATIENCE)?;
        driver.script("document.querySelector(arguments[0]).focus({ preventScroll: true });", &[json!(css)])?;
    }
    driver.script("bench.begin();", &[])?;
    match act {
        Act::Call(name, arguments) => call(driver, name, arguments)?,
        Act::Type(_, text) => {
            for letter in text.chars() {
                driver.key(&letter.to_string())?;
            }
        }
        Act::Key(_, key, times) => {
            for _ in 0..*times {
                driver.key(key)?;
            }
        }
    }
    rest(driver)?;
    let worst = driver.script("return bench.worst;", &[])?;
    worst.as_f64().with_context(|| format!("{worst} is no time"))
}

/// Calls a function of `window.js`, and waits until that is done.
fn call(driver: &Driver, name: &str, arguments: &[Value]) -> Result<()> {
    // What a person does begins with an event of its own, and so does this.
    let call = "const [name, values, done] = arguments;
        setTimeout(() => bench[name](...values).then(() => done(null), (error) => done(String(error))), 0);";
    let failed = driver.script_until_called(call, &[json!(name), json!(arguments)])?;
    ensure!(failed.is_null(), "`{name}` failed: {failed}");
    Ok(())
}

fn rest(driver: &Driver) -> Result<()> {
    let stands = driver.script_until_called(STANDS_STILL, &[])?;
    ensure!(stands == true, "the page does not come to rest");
    Ok(())
}

fn calls(name: &'static str, gesture: &'static str, arguments: impl Into<Vec<Value>>) -> Interaction {
    Interaction { name, act: Act::Call(gesture, arguments.into()) }
}

fn go(name: &'static str, hash: &str) -> Interaction {
    calls(name, "go", [json!(hash)])
}

fn types(name: &'static str, css: &'static str, text: &'static str) -> Interaction {
    Interaction { name, act: Act::Type(css, text) }
}

fn pages() -> Vec<Interaction> {
    PAGES.map(|(name, hash)| go(name, hash)).into()
}

/// What is done on the pages other than the map.
fn on_pages() -> Vec<Interaction> {
    vec![
        go("open: items", "#/items"),
        types("type: words to search for", "main [name=search]", "rice"),
        Interaction { name: "press: enter in the search", act: Act::Key("main [name=search]", keys::ENTER, 1) },
        calls("click: an item of the list", "press", [json!("tr[data-item] a")]),
        types("type: a note on it", ".drawer .note-form textarea", "ಅಕ್ಕಿ rice"),
        calls("tick: only items that moved", "press", [json!("#moved-only")]),
        calls("choose: a language", "choose", [json!("main [name=language]"), json!(1)]),
        calls("scroll: the list", "scroll", [json!(20)]),
        go("open: steps", "#/steps"),
        calls("click: a step", "press", [json!("[data-step=\"0\"]")]),
        calls("choose: another list", "choose", [json!("main [name=suite]"), json!(1)]),
        go("open: who went where", "#/matrix"),
        calls("choose: another reading", "choose", [json!("main [name=reader]"), json!(1)]),
        go("open: own words", "#/words"),
        types("type: own words", "#own-words", "ನಾನು ಹೊಲಿಯುತ್ತೇನೆ"),
        calls("click: other colours", "press", [json!("#theme")]),
    ]
}

/// What is done on a map.
fn on_map() -> Vec<Interaction> {
    vec![
        go("leave: the map", "#/findings"),
        go("open: map", "#/map"),
        calls("zoom: 30 turns in", "wheel", [json!(30), json!(-5)]),
        calls("drag: to the side", "drag", [json!(20), json!(0.2)]),
        calls("hover: across", "hover", [json!(30)]),
        calls("zoom: 30 turns out", "wheel", [json!(30), json!(5)]),
        calls("click: an item", "click", []),
        Interaction { name: "press: arrow keys", act: Act::Key(".map-holder", keys::RIGHT, 4) },
        types("type: words to bring out", "main [name=search]", "rice"),
        Interaction { name: "press: backspace", act: Act::Key("main [name=search]", keys::BACKSPACE, 4) },
        calls("choose: a language", "choose", [json!("main [name=language]"), json!(1)]),
        calls("tick: moved items", "press", [json!("#map-moved")]),
        calls("click: show everything", "press", [json!("#map-all")]),
        calls("unfold: the table", "press", [json!("details.folded > summary")]),
    ]
}

/// What is done on the page of files.
fn on_files() -> Vec<Interaction> {
    vec![
        go("leave: the files", "#/findings"),
        go("open: files", "#/files"),
        calls("click: a square of the grid", "press", [json!("#tensor-grid [data-cell], #tensor-grid .alone")]),
        go("open: all tensors", "#/files"),
        calls("scroll: the list, a row a frame", "scrollIn", [json!(".tensor-list"), json!(30), json!(40)]),
        calls("scroll: the list, far", "scrollIn", [json!(".tensor-list"), json!(30), json!(4000)]),
        calls("click: a row", "press", [json!("tr[data-tensor]")]),
        Interaction { name: "press: page down in the list", act: Act::Key(".tensor-list", keys::PAGE_DOWN, 10) },
        Interaction { name: "press: end", act: Act::Key(".tensor-list", keys::END, 1) },
        Interaction { name: "press: enter", act: Act::Key(".tensor-list", keys::ENTER, 1) },
        calls("click: sort by name", "press", [json!("[data-sort=name]")]),
        calls("click: sort by difference", "press", [json!("[data-sort=error]")]),
        calls("choose: a type", "choose", [json!("[name=tensor-type]"), json!(1)]),
        calls("choose: any type", "choose", [json!("[name=tensor-type]"), json!(0)]),
        types("type: a name", "[name=tensor-name]", "embed"),
        Interaction { name: "press: enter in the name", act: Act::Key("[name=tensor-name]", keys::ENTER, 1) },
        go("open: words and pieces", "#/pieces"),
    ]
}
