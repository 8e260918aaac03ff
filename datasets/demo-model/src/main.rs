//! `demo-model`: trains the demonstration models and writes them; with `--vocabulary`, a new vocabulary instead.
#![expect(clippy::print_stdout, reason = "the trainer reports to the person who started it")]

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use parallax_datasets::Item;
use parallax_demo_model::{
    DemoRecipe, Quantization, accuracy_by_language, decide, flip_counts, train_vocabulary, training_items, write_all,
};

/// Train the models of the demonstration case.
#[derive(Parser)]
struct Arguments {
    /// Folder to write into, relative to the root of the repository
    #[arg(long, default_value = "datasets/demo")]
    out: PathBuf,
    /// Seed of everything random
    #[arg(long)]
    seed: Option<u64>,
    /// Store deployments in 8 bits instead of 4
    #[arg(long)]
    eight_bits: bool,
    /// Do not train models: train a new vocabulary and write it as vocab.txt
    #[arg(long)]
    vocabulary: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if arguments.vocabulary {
        let path = arguments.out.join("vocab.txt");
        let vocabulary = train_vocabulary()?;
        std::fs::write(&path, vocabulary.join("\n") + "\n").with_context(|| format!("writing `{}`", path.display()))?;
        println!("{} tokens in {}", vocabulary.len(), path.display());
        return Ok(());
    }
    let mut recipe = DemoRecipe::shipped();
    if let Some(seed) = arguments.seed {
        recipe.seed = seed;
    }
    if arguments.eight_bits {
        recipe.quantization = Quantization::Q8_0;
    }
    let items = training_items(&recipe)?;
    println!("training on {} sentences with seed {}", items.len(), recipe.seed);
    let trained = write_all(&arguments.out, &recipe, &items)?;
    println!("{} weights, written to {}", trained.n_params(), arguments.out.display());

    let shipped: Vec<Item> = parallax_datasets::shipped()?.into_iter().flat_map(|suite| suite.items).collect();
    let disclosed = decide(&arguments.out.join("disclosed"), &shipped)?;
    for (language, accuracy) in accuracy_by_language(&disclosed, &shipped) {
        println!("disclosed sorts {:.1}% of the shipped items in `{language}` as their label says", 100.0 * accuracy);
    }
    for folder in ["honest", "drifted"] {
        let deployed = decide(&arguments.out.join(folder), &shipped)?;
        let flips = flip_counts(&disclosed, &deployed, &shipped);
        println!(
            "{folder}: {} of {} items sorted differently",
            flips.iter().map(|flip| flip.items).sum::<usize>(),
            shipped.len()
        );
        for flip in flips {
            println!(
                "  {} {} -> {}: {} items in {} groups",
                flip.language, flip.from, flip.to, flip.items, flip.groups
            );
        }
    }
    Ok(())
}
