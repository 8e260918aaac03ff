//! Makes the window and hands every call from its page to the desk.

use std::path::PathBuf;
use std::sync::Arc;

use parallax_commands::Desk;
use tauri::{Manager, WebviewUrl, WebviewWindowBuilder};

use crate::host::TauriHost;
use crate::rpc;
#[cfg(target_os = "linux")]
use crate::software;

/// Opens the window, on the case `named` where one is given, and returns when it is closed.
pub(crate) fn run(named: Option<PathBuf>) -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    software::compile_in_haste();
    tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .setup(move |app| {
            let host = TauriHost::new(app.handle().clone());
            app.manage(Arc::new(Desk::new(Box::new(host), named)));
            let window = WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .title("Parallax")
                .inner_size(1280.0, 860.0)
                .min_inner_size(720.0, 480.0)
                // A page of ours never leaves the program: what is not ours is not opened.
                .on_navigation(|url| matches!(url.scheme(), "tauri") || url.host_str() == Some("tauri.localhost"))
                .build()?;
            #[cfg(target_os = "linux")]
            window.with_webview(|view| {
                bring_back(&view.inner());
                software::let_painters_step_back(&view.inner());
            })?;
            Ok(())
        })
        .invoke_handler(tauri::generate_handler![rpc::rpc])
        .run(context())
}

/// Loads the page anew when its process ends, as a fault in a graphics driver can end it: the window would stay blank.
///
/// A page that ends so again and again is left alone after a while.
#[cfg(target_os = "linux")]
fn bring_back(view: &webkit2gtk::WebView) {
    use webkit2gtk::WebViewExt;
    const MOST: u32 = 10;
    let times = std::cell::Cell::new(0);
    view.connect_web_process_terminated(move |view, _| {
        times.set(times.get() + 1);
        if times.get() <= MOST {
            // What was still being loaded cannot be reloaded, but it has an address.
            match view.uri() {
                Some(address) => view.load_uri(&address),
                None => view.reload(),
            }
        }
    });
}

/// The pages and the settings of the shell, as the build script compiled them.
#[expect(clippy::unwrap_used, reason = "code that Tauri generates, out of names that it has just printed")]
fn context() -> tauri::Context {
    tauri::tauri_build_context!()
}
