//! The one way to the shell: a command by name, its request as JSON, its reply as bytes.

use std::cell::Cell;

use js_sys::{Function, Object, Reflect, Uint8Array};
use parallax_wire::{Code, Command, Error, FilesOverview, LoadMap, MapPoints, Progress, ShowFiles, WeightsReport};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};

use crate::dom::breath;

/// Rows that are read in one go: a large model has ten thousand.
const ROWS_AT_ONCE: usize = 1000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["window", "__TAURI__", "core"], js_name = invoke, catch)]
    async fn invoke(command: &str, arguments: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["window", "__TAURI__", "core"])]
    type Channel;

    #[wasm_bindgen(constructor, js_namespace = ["window", "__TAURI__", "core"])]
    fn new(observe: &Function) -> Channel;
}

/// Calls a command.
///
/// # Errors
/// What the command fails with; [`Code::Internal`] where the shell is not there or answers with something else.
pub(crate) async fn call<C: Command>(request: &C) -> Result<C::Reply, Error> {
    call_observed(request, |_| ()).await
}

/// Calls a command that says how far it is.
///
/// # Errors
/// As [`call`].
pub(crate) async fn call_observed<C: Command>(
    request: &C,
    observe: impl Fn(Progress) + 'static,
) -> Result<C::Reply, Error> {
    let bytes = send(request, observe).await?;
    read(C::NAME, &bytes)
}

/// How the weights of both variants compare, read piece by piece.
///
/// # Errors
/// As [`call`].
pub(crate) async fn show_files(request: &ShowFiles) -> Result<Option<FilesOverview>, Error> {
    let bytes = send(request, |_| ()).await?;
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let report: Option<WeightsReport> = read(ShowFiles::NAME, lines.next().unwrap_or_default())?;
    let mut rows = Vec::new();
    for line in lines {
        if rows.len() % ROWS_AT_ONCE == 0 {
            breath().await;
        }
        rows.push(read(ShowFiles::NAME, line)?);
    }
    Ok(report.map(|report| FilesOverview { report, rows }))
}

/// The points of a map.
///
/// # Errors
/// As [`call`].
pub(crate) async fn load_map(request: &LoadMap) -> Result<MapPoints, Error> {
    let bytes = send(request, |_| ()).await?;
    MapPoints::from_bytes(&bytes).ok_or_else(|| unexpected(LoadMap::NAME, "not a whole number of points"))
}

/// An id for a job, by which it can be cancelled.
pub(crate) fn next_job() -> u32 {
    thread_local!(static NEXT: Cell<u32> = const { Cell::new(1) });
    NEXT.with(|next| next.replace(next.get() + 1))
}

async fn send<C: Command>(request: &C, observe: impl Fn(Progress) + 'static) -> Result<Vec<u8>, Error> {
    let text = serde_json::to_string(request).map_err(|error| unexpected(C::NAME, &error.to_string()))?;
    if !shell_is_there() {
        return Err(Error::new(Code::Internal, "this page works in the window of Parallax only"));
    }
    let on_message = Closure::<dyn Fn(JsValue)>::new(move |message: JsValue| {
        // A message that cannot be read only costs one step of a progress bar.
        if let Some(progress) = read_json(&message) {
            observe(progress);
        }
    });
    let arguments = Object::new();
    for (name, value) in [
        ("command", JsValue::from_str(C::NAME)),
        ("request", JsValue::from_str(&text)),
        ("progress", Channel::new(on_message.as_ref().unchecked_ref()).into()),
    ] {
        Reflect::set(&arguments, &JsValue::from_str(name), &value).map_err(|error| refused(&error))?;
    }
    let reply = invoke("rpc", &arguments).await.map_err(|error| refused(&error))?;
    drop(on_message);
    Ok(Uint8Array::new(&reply).to_vec())
}

fn shell_is_there() -> bool {
    web_sys::window()
        .and_then(|window| Reflect::get(&window, &JsValue::from_str("__TAURI__")).ok())
        .is_some_and(|shell| !shell.is_undefined())
}

/// An error as the shell sends it, or whatever else was thrown.
fn refused(thrown: &JsValue) -> Error {
    read_json(thrown)
        .unwrap_or_else(|| Error::new(Code::Internal, thrown.as_string().unwrap_or_else(|| format!("{thrown:?}"))))
}

fn read<T: DeserializeOwned>(command: &str, json: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(json).map_err(|error| unexpected(command, &error.to_string()))
}

fn unexpected(command: &str, reason: &str) -> Error {
    Error::new(Code::Internal, format!("`{command}` was answered with something unexpected: {reason}"))
}

fn read_json<T: DeserializeOwned>(value: &JsValue) -> Option<T> {
    let text = js_sys::JSON::stringify(value).ok()?.as_string()?;
    serde_json::from_str(&text).ok()
}
