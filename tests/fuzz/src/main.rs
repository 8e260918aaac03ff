//! libFuzzer's side: feeds the target that `PARALLAX_FUZZ_TARGET` names.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use parallax_fuzz::{Target, target};

static CHOSEN: OnceLock<Target> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let chosen = CHOSEN.get_or_init(|| {
        let name = std::env::var("PARALLAX_FUZZ_TARGET").expect("PARALLAX_FUZZ_TARGET names a target");
        target(&name).unwrap_or_else(|| panic!("there is no target `{name}`"))
    });
    chosen(bytes);
});
