//! One window under the hands of WebKitWebDriver.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use base64::Engine;
use serde_json::{Value, json};

use crate::element::selector;
use crate::http::{Refusal, ask};
use crate::process::Process;
use crate::{Display, Element, wait_until};

/// Longest that the driver may be silent: a script may compute, and a busy machine may be slow.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longest that the driver may take to end a session before it is killed.
const FAREWELL: Duration = Duration::from_secs(5);

/// A program with one window, on a screen of its own, with a profile of its own; all of it ends when this is dropped.
#[derive(Debug)]
pub struct Driver {
    port: u16,
    session: String,
    // Dropped in this order: the driver, then the screen, which ends a program that is still there.
    process: Process,
    _display: Display,
    _profile: Profile,
}

impl Driver {
    /// Starts a program and waits until its page can be driven.
    ///
    /// `environment` is added to what the program finds; what it keeps under the XDG folders starts empty.
    ///
    /// # Errors
    /// When Xvfb or WebKitWebDriver is missing, or the program does not come up; the message holds what they said.
    pub fn start<A: AsRef<OsStr>>(
        binary: &Path,
        arguments: impl IntoIterator<Item = A>,
        environment: &[(&str, &OsStr)],
    ) -> Result<Self> {
        let arguments: Vec<String> =
            arguments.into_iter().map(|argument| argument.as_ref().to_string_lossy().into_owned()).collect();
        let display = Display::start()?;
        let port = free_port()?;
        let profile = Profile::make(port)?;
        let mut command = Command::new("WebKitWebDriver");
        command.arg(format!("--port={port}")).stdout(Stdio::null());
        display.apply(&mut command);
        profile.apply(&mut command);
        // Tauri's window lets itself be driven only when this is set.
        command.env("TAURI_WEBVIEW_AUTOMATION", "true").envs(environment.iter().copied());
        let mut process = Process::start(&mut command)?;

        let session = wait_until("the start of WebKitWebDriver", PATIENCE, || {
            if process.has_ended()? {
                bail!("WebKitWebDriver ended");
            }
            Ok(ask(port, "GET", "/status", None, PATIENCE).ok())
        })
        .and_then(|_| {
            let options = json!({ "binary": binary.to_string_lossy(), "args": arguments });
            let wanted = json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
            let reply = ask(port, "POST", "/session", Some(&wanted), PATIENCE)?;
            reply["sessionId"].as_str().map(str::to_owned).context("the session has no name")
        })
        .with_context(|| {
            format!("starting `{}` under WebKitWebDriver, which said: {}", binary.display(), process.said())
        })?;
        Ok(Self { port, session, process, _display: display, _profile: profile })
    }

    fn path(&self, rest: &str) -> String {
        format!("/session/{}{rest}", self.session)
    }

    /// Asks for something of the session.
    pub(crate) fn get(&self, rest: &str) -> Result<Value> {
        ask(self.port, "GET", &self.path(rest), None, PATIENCE)
    }

    /// Tells the session to do something.
    pub(crate) fn post(&self, rest: &str, body: &Value) -> Result<Value> {
        ask(self.port, "POST", &self.path(rest), Some(body), PATIENCE)
    }

    /// The first element that a CSS selector finds.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(&self, css: &str) -> Result<Element<'_>> {
        let found = self.post("/element", &selector(css)).with_context(|| format!("finding `{css}`"))?;
        Element::from_value(self, &found)
    }

    /// All elements that a CSS selector finds, in the order of the page; none is no error.
    ///
    /// # Errors
    /// When the selector is none, or the window is gone.
    pub fn find_all(&self, css: &str) -> Result<Vec<Element<'_>>> {
        let found = self.post("/elements", &selector(css)).with_context(|| format!("finding `{css}`"))?;
        found.as_array().into_iter().flatten().map(|value| Element::from_value(self, value)).collect()
    }

    /// Waits for an element that can be seen.
    ///
    /// # Errors
    /// When the time is over; the message holds what the page shows instead.
    pub fn wait_for(&self, css: &str, patience: Duration) -> Result<Element<'_>> {
        self.wait_until(&format!("the appearance of `{css}`"), patience, || {
            for element in self.find_all(css)? {
                if element.is_displayed()? {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        })
    }

    /// Looks every 20 ms until there is something to see, and gives it back.
    ///
    /// An element that vanishes while it is looked at is looked for again.
    ///
    /// # Errors
    /// When the time is over, the message holds what the page shows instead; at once when looking fails.
    pub fn wait_until<T>(
        &self,
        what: &str,
        patience: Duration,
        mut look: impl FnMut() -> Result<Option<T>>,
    ) -> Result<T> {
        wait_until(what, patience, || match look() {
            Err(error) if is_passing(&error) => Ok(None),
            outcome => outcome,
        })
        .map_err(|error| anyhow!("{error:#}\n{}", self.state()))
    }

    /// Runs the body of a function in the page, with `arguments`, and gives back what it returns.
    ///
    /// # Errors
    /// When the script throws.
    pub fn script(&self, body: &str, arguments: &[Value]) -> Result<Value> {
        self.post("/execute/sync", &json!({ "script": body, "args": arguments }))
    }

    /// Runs the body of a function in the page, whose last argument is a function to call when it is done.
    ///
    /// # Errors
    /// When the script throws or is not done within 30 s, which is the protocol's own limit.
    pub fn script_until_called(&self, body: &str, arguments: &[Value]) -> Result<Value> {
        self.post("/execute/async", &json!({ "script": body, "args": arguments }))
    }

    /// Presses and lets go of a key, whatever has the focus: a character or one of [`crate::keys`].
    ///
    /// # Errors
    /// When the window is gone.
    pub fn key(&self, key: &str) -> Result<()> {
        self.chord(&[key])
    }

    /// Presses keys one after the other, holding each, and lets go of them in the opposite order.
    ///
    /// # Errors
    /// When the window is gone.
    pub fn chord(&self, keys: &[&str]) -> Result<()> {
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        let actions: Vec<Value> = down.chain(up).collect();
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }))
            .map(|_| ())
    }

    /// Moves the pointer to a point of the page, in pixels from its top left corner, and clicks there.
    ///
    /// # Errors
    /// When the window is gone, or the point lies outside it.
    pub fn click_at(&self, x: f64, y: f64) -> Result<()> {
        // The driver takes whole numbers only, and takes anything else for 0.
        let actions = json!([
            { "type": "pointerMove", "duration": 0, "origin": "viewport", "x": x.round() as i64, "y": y.round() as i64 },
            { "type": "pause", "duration": 60 },
            { "type": "pointerDown", "button": 0 },
            { "type": "pause", "duration": 60 },
            { "type": "pointerUp", "button": 0 },
        ]);
        let mouse =
            json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions });
        self.post("/actions", &json!({ "actions": [mouse] })).map(|_| ())
    }

    /// The element that has the focus.
    ///
    /// # Errors
    /// When nothing has.
    pub fn focused(&self) -> Result<Element<'_>> {
        Element::from_value(self, &self.get("/element/active")?)
    }

    /// Gives the window a size in pixels and waits until the page has it.
    ///
    /// # Errors
    /// When the page does not come to that size.
    pub fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.post("/window/rect", &json!({ "x": 0, "y": 0, "width": width, "height": height }))?;
        let wanted = json!([width, height]);
        self.wait_until(&format!("a page of {width} by {height} pixels"), PATIENCE, || {
            let size = self.script("return [window.innerWidth, window.innerHeight]", &[])?;
            Ok((size == wanted).then_some(()))
        })
    }

    /// A picture of the page as PNG.
    ///
    /// # Errors
    /// When the window is gone.
    pub fn screenshot(&self) -> Result<Vec<u8>> {
        let value = self.get("/screenshot")?;
        let text = value.as_str().context("the picture is not text")?;
        // The driver breaks long lines.
        let text: String = text.split_ascii_whitespace().collect();
        base64::engine::general_purpose::STANDARD.decode(text).context("the picture is not base64")
    }

    /// What the driver and the program wrote on stderr so far.
    pub fn said(&self) -> String {
        self.process.said()
    }

    /// What the page shows and the programs said, for messages about failures.
    fn state(&self) -> String {
        let page = self.script("return location.hash + '\\n' + document.body.innerText", &[]);
        let page = match &page {
            Ok(value) => value.as_str().unwrap_or_default().to_owned(),
            Err(error) => format!("(nothing: {error:#})"),
        };
        format!("the page shows:\n{page}\nthe program said:\n{}\n", self.said())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Ends the program in peace; the screen that goes away ends it otherwise.
        let _ = ask(self.port, "DELETE", &self.path(""), None, FAREWELL);
    }
}

/// True for refusals that only say that the page changed between two questions.
fn is_passing(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<Refusal>()
        .is_some_and(|refusal| matches!(refusal.error.as_str(), "no such element" | "stale element reference"))
}

/// A port that nobody listens on just now.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("looking for a free port")?;
    Ok(listener.local_addr().context("looking for a free port")?.port())
}

/// A folder for what a program keeps about its user; it is removed at the end.
#[derive(Debug)]
struct Profile {
    folder: PathBuf,
}

impl Profile {
    fn make(port: u16) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("parallax-window-{}-{port}", std::process::id()));
        std::fs::create_dir(&folder).with_context(|| format!("making `{}`", folder.display()))?;
        Ok(Self { folder })
    }

    fn apply(&self, command: &mut Command) {
        for (variable, name) in [
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_CACHE_HOME", "cache"),
        ] {
            command.env(variable, self.folder.join(name));
        }
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        // A program that is just ending may still write there; then a small folder stays in the temporary folder.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
