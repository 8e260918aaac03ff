//! The comparison of weights: elements a second of every test beside the machine's limits and gguf-py's quantizer, and
//! the peak memory on a pair of 4 GB.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::measured::Measured;
use crate::{cargo, places};

/// Size of the synthetic pair.
const PAIR_MEBIBYTES: &str = "4096";
/// Most memory that the program and its worker may hold together.
const LIMIT_BYTES: u64 = 512 << 20;
/// Fewest million elements a second that a replay or a code test may reach on two cores.
const LEAST_MELEMENTS: f64 = 400.0;

/// What gguf-py's quantizer does on numbers of the same kind, where it is installed.
const PEER: &str = "
import time
import numpy as np
from gguf import quants, GGMLQuantizationType as T
values = np.random.default_rng(1).normal(0, 0.02, (1024, 4096)).astype(np.float32)
for name in ['F16', 'BF16', 'Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q8_0']:
    best = min((lambda t: (quants.quantize(values, T[name]), time.perf_counter() - t)[1])(time.perf_counter()) for _ in range(3))
    print(f'gguf-py {name}\\t{values.size / best / 1e6:.0f}\\t{values.nbytes / best / 1e9:.2f}')
";

/// Runs the bench; false when a limit is passed.
pub(super) fn run(parallax: &Path) -> Result<bool> {
    let [rates, synthetic_pair] = cargo::build_examples(["rates", "synthetic_pair"])?;
    let printed = Command::new(rates).output().context("running the example `rates`")?;
    if !printed.status.success() {
        bail!("the example `rates` failed: {}", String::from_utf8_lossy(&printed.stderr));
    }
    let printed = String::from_utf8(printed.stdout).context("what `rates` prints is text")?;
    print!("{printed}");
    print!("{}", peer());
    print!("{}", openssl());
    let mut within = true;
    for line in printed.lines() {
        let mut fields = line.split('\t');
        let (Some(name), Some(rate)) = (fields.next(), fields.next().and_then(|rate| rate.parse::<f64>().ok())) else {
            continue;
        };
        let limited = name.starts_with("codes ") || (name.starts_with("replay ") && !name.ends_with("_K"));
        if limited && rate < LEAST_MELEMENTS {
            println!("failed: {name} may not fall below {LEAST_MELEMENTS} million elements a second");
            within = false;
        }
    }
    Ok(memory(parallax, &synthetic_pair)? && within)
}

/// The lines of the peer, or why there are none.
fn peer() -> String {
    match Command::new("python3").args(["-c", PEER]).output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        _ => "gguf-py\tnot installed (python3 -m pip install gguf)\n".to_owned(),
    }
}

/// What OpenSSL reaches with the same hash on one core.
fn openssl() -> String {
    let output =
        Command::new("openssl").args(["speed", "-seconds", "1", "-bytes", "1048576", "-evp", "sha256"]).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let rate = text.lines().last().and_then(|line| line.split_whitespace().last()).unwrap_or("not there").to_owned();
    format!("openssl sha256, one core\t-\t{rate}\n")
}

/// Compares the synthetic pair and holds its peak memory against the limit.
fn memory(parallax: &Path, synthetic_pair: &Path) -> Result<bool> {
    let folder = places::emptied_folder("bench-weights")?;
    let made = Command::new(synthetic_pair)
        .arg(&folder)
        .arg(PAIR_MEBIBYTES)
        .status()
        .context("running the example `synthetic_pair`")?;
    if !made.success() {
        bail!("the synthetic pair could not be written");
    }
    let mut command = Command::new(parallax);
    let [nominal, operative] = ["model.safetensors", "deployed.gguf"].map(|name| folder.join(name));
    command.arg("weights").arg("--nominal").arg(nominal).arg("--operative").arg(operative);
    let measured = Measured::of(&mut command)?;
    if !measured.status.success() {
        bail!("the comparison failed: {}", measured.status);
    }
    let mebibytes = measured.peak_bytes() >> 20;
    println!("pair of 4 GiB: {:.1} s, peak {mebibytes} MiB", measured.elapsed.as_secs_f64());
    std::fs::remove_dir_all(&folder).with_context(|| format!("removing `{}`", folder.display()))?;
    let within = measured.peak_bytes() < LIMIT_BYTES;
    if !within {
        println!("failed: the comparison may hold {} MiB", LIMIT_BYTES >> 20);
    }
    Ok(within)
}
