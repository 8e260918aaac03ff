//! The one command of the page: a call by name, answered in bytes, with progress through a channel.

use std::sync::Arc;

use parallax_commands::Desk;
use parallax_wire::{Call, Code, Error, Progress};
use serde::Deserialize;
use tauri::State;
use tauri::ipc::{Channel, CommandScope, Response};

/// An entry of the capability file: a command that the page may call.
#[derive(Debug, Deserialize)]
pub(crate) struct Allowed {
    command: String,
}

/// Answers `command` with the JSON text `request`.
///
/// The work is done on a thread of its own, so that neither the window nor other calls wait for it.
#[tauri::command]
pub(crate) async fn rpc(
    command: String,
    request: String,
    progress: Channel<Progress>,
    allowed: CommandScope<Allowed>,
    desk: State<'_, Arc<Desk>>,
) -> Result<Response, Error> {
    if !allowed.allows().iter().any(|entry| entry.command == command) {
        return Err(Error::new(Code::Internal, format!("the page may not call `{command}`")));
    }
    let call = call(&command, &request)?;
    let desk = Arc::clone(&desk);
    let answer = tauri::async_runtime::spawn_blocking(move || {
        // A window that was closed meanwhile listens no more; the job is then cancelled with the process.
        desk.answer(call, &mut |step| drop(progress.send(step.clone())))
    });
    match answer.await {
        Ok(answer) => Ok(Response::new(answer?.into_bytes())),
        Err(lost) => Err(Error::new(Code::Internal, format!("a command ended without an answer: {lost}"))),
    }
}

/// The call that a command and its request make.
fn call(command: &str, request: &str) -> Result<Call, Error> {
    let broken = |error: serde_json::Error| {
        Error::new(Code::Internal, format!("the page called `{command}` in a way that is not known: {error}"))
    };
    let request: serde_json::Value = serde_json::from_str(request).map_err(broken)?;
    serde_json::from_value(serde_json::json!({ "command": command, "request": request })).map_err(broken)
}
