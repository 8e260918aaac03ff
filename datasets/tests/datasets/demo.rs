//! The demonstration case that is built into the program is the one that lies in the folder, and it is small.

use std::collections::BTreeMap;
use std::path::Path;

use parallax_datasets::demo;

/// Largest size of all files together, in bytes.
const MOST_BYTES: usize = 8 << 20;

fn walk(folder: &Path, below: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be listed") {
        let entry = entry.expect("an entry");
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            walk(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name, std::fs::read(entry.path()).expect("a file can be read"));
        }
    }
}

#[test]
fn every_file_of_the_demonstration_is_shipped_as_it_is() {
    let mut in_folder = BTreeMap::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("demo"), "", &mut in_folder);
    // What later trainings start from; the disclosed model carries its own copy.
    in_folder.remove("vocab.txt");
    let shipped: BTreeMap<String, Vec<u8>> =
        demo::files().iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    assert_eq!(
        shipped.keys().collect::<Vec<_>>(),
        in_folder.keys().collect::<Vec<_>>(),
        "a file is missing or forgotten"
    );
    assert!(shipped == in_folder, "the shipped bytes should be those of the folder");
    let size: usize = shipped.values().map(Vec::len).sum();
    assert!(size < MOST_BYTES, "the demonstration has {size} bytes");
    let folder = tempfile::tempdir().expect("a temporary folder");
    demo::write_to(&folder.path().join("new")).expect("it can be written");
    let mut written = BTreeMap::new();
    walk(&folder.path().join("new"), "", &mut written);
    assert!(written == shipped, "what is written should be what is shipped");
}
