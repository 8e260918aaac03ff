//! Whatever a stranger changes in a file, opening it gives an answer and never a panic.

use std::path::Path;

use parallax_artifact::{Variant, open};
use proptest::prelude::*;

use crate::made::{self, Gguf};

/// A variant that does open must be able to hand out every tensor.
fn check(variant: &Variant) {
    for tensor in variant.tensors() {
        assert_eq!(variant.bytes(tensor).len(), tensor.len, "{} has its bytes", tensor.name);
    }
}

fn mutated(mut bytes: Vec<u8>, changes: &[(usize, u8)]) -> Vec<u8> {
    for &(place, value) in changes {
        let place = place % bytes.len();
        bytes[place] = value;
    }
    bytes
}

fn changes(within: usize) -> impl Strategy<Value = Vec<(usize, u8)>> {
    prop::collection::vec((0..within, any::<u8>()), 1..4)
}

fn gguf_at(root: &Path, bytes: &[u8]) -> Result<Variant, parallax_artifact::Error> {
    let path = root.join("small.gguf");
    made::write(&path, bytes);
    open(&path)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_gguf_with_changed_header_bytes_never_panics(changes in changes(2600)) {
        let root = tempfile::tempdir().expect("a temporary folder can be made");
        if let Ok(variant) = gguf_at(root.path(), &mutated(Gguf::sound().bytes(), &changes)) {
            check(&variant);
        }
    }

    #[test]
    fn safetensors_with_changed_header_bytes_never_panic(changes in changes(3500)) {
        let root = tempfile::tempdir().expect("a temporary folder can be made");
        let bytes = mutated(made::safetensors(&made::hugging_face_tensors()), &changes);
        if let Ok(variant) = open(&made::folder(root.path(), &made::config(), &bytes)) {
            check(&variant);
        }
    }

    #[test]
    fn a_config_with_changed_bytes_never_panics(changes in changes(400)) {
        let root = tempfile::tempdir().expect("a temporary folder can be made");
        let folder = made::folder(root.path(), &made::config(), &made::safetensors(&made::hugging_face_tensors()));
        made::write(&folder.join("config.json"), &mutated(made::config().to_string().into_bytes(), &changes));
        if let Ok(variant) = open(&folder) {
            check(&variant);
        }
    }
}

#[test]
fn a_gguf_cut_anywhere_is_refused() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let whole = Gguf::sound().bytes();
    check(&gguf_at(root.path(), &whole).expect("the whole file opens"));
    // The last tensor has 16 bytes and 16 of padding, which some writers leave out.
    for length in 0..whole.len() - 17 {
        assert!(gguf_at(root.path(), &whole[..length]).is_err(), "cut after {length} bytes");
    }
}

#[test]
fn safetensors_cut_anywhere_are_refused() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let whole = made::safetensors(&made::hugging_face_tensors());
    check(&open(&made::folder(root.path(), &made::config(), &whole)).expect("the whole file opens"));
    for length in 0..whole.len() {
        let folder = made::folder(root.path(), &made::config(), &whole[..length]);
        assert!(open(&folder).is_err(), "cut after {length} bytes");
    }
}
