//! scratch
#![allow(clippy::all, clippy::unwrap_used, clippy::print_stdout, clippy::allow_attributes)]
use parallax_demo_model::*;
use std::time::Instant;
fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/self/stat").unwrap();
    let f: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect();
    (f[11].parse::<f64>().unwrap() + f[12].parse::<f64>().unwrap()) / 100.
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut r = DemoRecipe::shipped();
    for kv in &a[1..] {
        let (k, v) = kv.split_once('=').unwrap();
        match k {
            "seed" => r.seed = v.parse().unwrap(),
            "layers" => r.n_layers = v.parse().unwrap(),
            "dim" => r.dim = v.parse().unwrap(),
            "inner" => r.inner_dim = v.parse().unwrap(),
            "epochs" => r.epochs = v.parse().unwrap(),
            "per" => r.per_group = v.parse().unwrap(),
            "batch" => r.batch_items = v.parse().unwrap(),
            "lr" => r.learning_rate = v.parse().unwrap(),
            "dlr" => r.drift_learning_rate = v.parse().unwrap(),
            "depochs" => r.drift_epochs = v.parse().unwrap(),
            "hide" => r.hidden_tokens = v.parse().unwrap(),
            _ => panic!(),
        }
    }
    let items = training_items(&r).unwrap();
    let suites = parallax_datasets::shipped().unwrap();
    let shipped: Vec<_> = suites.iter().flat_map(|s| s.items.clone()).collect();
    let mut redrawn = vec![];
    for s in &suites {
        redrawn.extend(parallax_datasets::templates::redraw(&s.id, 777, 3).unwrap().items);
    }
    let d = std::path::PathBuf::from(format!("/tmp/trial-{}", std::process::id()));
    let t = Instant::now();
    let c = cpu();
    let m = train(&r, &items).unwrap();
    println!(
        "{a:?} {} items, {} weights, train {:.0} s cpu ({:.0?})",
        items.len(),
        m.n_params(),
        cpu() - c,
        t.elapsed()
    );
    let h8 = deploy_honest(&m, &r).unwrap();
    let mut r4 = r.clone();
    r4.quantization = Quantization::Q4_0;
    let h4 = deploy_honest(&m, &r4).unwrap();
    let c = cpu();
    let dr = deploy_drifted(&m, &r, &items);
    println!("drift {:.0} s cpu {:?}", cpu() - c, dr.as_ref().err());
    // disclosed through a Q8 file would not be exact: write the folder by write_all would retrain; use f32-like decisions from probabilities via files
    write_disclosed(&d.join("disclosed"), &m, &r).unwrap();
    for (n, x) in [("q8", Some(&h8)), ("q4", Some(&h4)), ("drifted", dr.as_ref().ok())] {
        if let Some(x) = x {
            let f = d.join(n);
            std::fs::create_dir_all(&f).unwrap();
            std::fs::write(f.join("model.gguf"), &x.gguf).unwrap();
            std::fs::write(f.join("tokenizer.json"), &x.tokenizer).unwrap();
        }
    }
    for (name, items) in [("shipped", &shipped), ("redrawn", &redrawn)] {
        let n = decide(&d.join("disclosed"), items).unwrap();
        println!("{name} accuracy {:?}", accuracy_by_language(&n, items));
        for f in ["q8", "q4", "drifted"] {
            if !d.join(f).exists() {
                continue;
            }
            let o = decide(&d.join(f), items).unwrap();
            let fl = flip_counts(&n, &o, items);
            println!(
                "  {name} {f}: {} flips {:?}",
                fl.iter().map(|f| f.items).sum::<usize>(),
                fl.iter()
                    .map(|f| format!("{} {}>{} {}i/{}g", f.language, f.from, f.to, f.items, f.groups))
                    .collect::<Vec<_>>()
            );
        }
    }
    std::fs::remove_dir_all(&d).unwrap();
}
