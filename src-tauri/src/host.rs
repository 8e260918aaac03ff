//! What only a desktop can do: ask for files in the system's own dialogs, and say where its folders are.

use std::path::PathBuf;

use parallax_commands::{Host, Wanted};
use parallax_wire::{Code, Error};
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::DialogExt;

/// The desktop behind a running window.
pub(crate) struct TauriHost {
    app: AppHandle,
}

impl TauriHost {
    pub(crate) fn new(app: AppHandle) -> Self {
        Self { app }
    }
}

impl Host for TauriHost {
    fn choose(&self, wanted: Wanted, title: &str) -> Option<PathBuf> {
        let mut dialog = self.app.dialog().file().set_title(title);
        if let Some(window) = self.app.get_webview_window("main") {
            dialog = dialog.set_parent(&window);
        }
        let chosen = match wanted {
            Wanted::Case => dialog.add_filter("Parallax", &["parallax"]).blocking_pick_file(),
            Wanted::VariantFile => {
                dialog.add_filter("GGUF, safetensors", &["gguf", "safetensors"]).blocking_pick_file()
            }
            Wanted::VariantFolder | Wanted::SealFolder | Wanted::Bundle => dialog.blocking_pick_folder(),
        };
        chosen?.into_path().ok()
    }

    fn data_folder(&self) -> Result<PathBuf, Error> {
        self.app.path().app_data_dir().map_err(|error| no_folder(&error))
    }

    fn documents_folder(&self) -> Result<PathBuf, Error> {
        // A system without a folder for documents still has a home.
        let paths = self.app.path();
        paths.document_dir().or_else(|_| paths.home_dir()).map_err(|error| no_folder(&error))
    }

    fn executable(&self) -> Result<PathBuf, Error> {
        std::env::current_exe().map_err(|error| Error::from_source(Code::Internal, &error))
    }
}

fn no_folder(error: &tauri::Error) -> Error {
    Error::new(Code::BadInput, format!("the system names no folder to keep files in: {error}"))
}
