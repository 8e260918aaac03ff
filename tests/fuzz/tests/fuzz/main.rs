//! Every committed seed goes through its reader: what noise once found stays found.

use std::path::{Path, PathBuf};

use parallax_fuzz::{TARGETS, target};

fn seeds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder of seeds can be listed");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    files.sort();
    files
}

#[test]
fn every_reader_comes_back_from_every_seed() {
    for (name, read) in TARGETS {
        let files = files(&seeds().join(name));
        assert!(!files.is_empty(), "`{name}` has seeds");
        for file in files {
            read(&std::fs::read(&file).expect("a seed can be read"));
        }
    }
}

#[test]
fn every_folder_of_seeds_belongs_to_a_reader_and_all_are_small() {
    let mut total = 0;
    for folder in files(&seeds()) {
        let name = folder.file_name().expect("a folder has a name").to_string_lossy().into_owned();
        assert!(target(&name).is_some(), "`{name}` is no target");
        total += files(&folder).iter().map(|file| file.metadata().expect("a seed has a size").len()).sum::<u64>();
    }
    assert!(total < 200_000, "the seeds have {total} bytes together");
}
