//! The demonstration case that ships inside the program: three small variants and their card, as bytes. Not how they are trained.

use std::path::Path;

macro_rules! shipped_files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_bytes!(concat!("../demo/", $name)).as_slice())),*] };
}

const FILES: &[(&str, &[u8])] = shipped_files![
    "CARD.md",
    "disclosed/config.json",
    "disclosed/model.safetensors",
    "disclosed/tokenizer.json",
    "disclosed/tokenizer_config.json",
    "disclosed/vocab.txt",
    "drifted/model.gguf",
    "drifted/tokenizer.json",
    "honest/model.gguf",
    "honest/tokenizer.json",
];

/// Every file with its path below the folder of the case, parts joined by `/`.
pub fn files() -> &'static [(&'static str, &'static [u8])] {
    FILES
}

/// Writes [`files`] below `dir`, which is made where it is missing; files of the same name are replaced.
///
/// # Errors
/// What the operating system says when a folder or file cannot be written.
pub fn write_to(dir: &Path) -> std::io::Result<()> {
    for (name, bytes) in FILES {
        let path = dir.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, bytes)?;
    }
    Ok(())
}
