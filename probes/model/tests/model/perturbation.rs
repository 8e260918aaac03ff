//! Perturbed weights and the independence of results from threads and from the observer.

use std::ops::ControlFlow;
use std::sync::Mutex;

use parallax_model::{Bert, Error, Perturbation, Pooling, RepresentOptions, stored_types};

use crate::made;
use crate::shared::{largest_difference, load, open, represent, shared, token_ids};

#[test]
fn the_number_of_threads_does_not_change_one_bit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    made::write(folder.path(), "gelu", |_| ());
    let bert = load(folder.path());
    let with = |threads| {
        let options = RepresentOptions { pooling: Pooling::Mean, threads, batch_tokens: 100 };
        bert.represent(&made::texts(), &options, &|_, _| ControlFlow::Continue(())).expect("the texts fit the model")
    };
    let one = with(1);
    assert!(one == with(2), "two threads give what one gives");
    assert!(one == with(5), "five threads give what one gives");
}

#[test]
fn the_size_of_a_batch_changes_only_rounding() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    made::write(folder.path(), "gelu", |_| ());
    let bert = load(folder.path());
    let with = |batch_tokens| {
        let options = RepresentOptions { pooling: Pooling::Last, threads: 1, batch_tokens };
        bert.represent(&made::texts(), &options, &|_, _| ControlFlow::Continue(())).expect("the texts fit the model")
    };
    let (alone, together) = (with(1), with(100_000));
    let off = largest_difference(&alone.pooled, &together.pooled);
    assert!(off < 1e-5, "a text must not see its neighbours in the batch, but states differ by {off}");
    let off = largest_difference(alone.logits.as_deref().expect("a head"), together.logits.as_deref().expect("a head"));
    assert!(off < 1e-5, "nor may its logits, but they differ by {off}");
}

#[test]
fn progress_grows_to_the_whole_and_breaking_cancels() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    made::write(folder.path(), "gelu", |_| ());
    let bert = load(folder.path());
    let options = RepresentOptions { pooling: Pooling::Mean, threads: 3, batch_tokens: 64 };
    let seen = Mutex::new(Vec::new());
    bert.represent(&made::texts(), &options, &|done, all| {
        seen.lock().expect("no panic").push((done, all));
        ControlFlow::Continue(())
    })
    .expect("the texts fit the model");
    let seen = seen.into_inner().expect("no panic");
    assert!(seen.windows(2).all(|pair| pair[0].0 < pair[1].0), "progress never goes back: {seen:?}");
    assert_eq!(seen.last(), Some(&(60, 60)), "the last word is that all is done");
    let cancelled = bert.represent(&made::texts(), &options, &|_, _| ControlFlow::Break(()));
    assert!(
        matches!(cancelled, Err(Error::Cancelled { done, all: 60 }) if done < 60),
        "the first batch is not everything"
    );
}

#[test]
fn last_bit_noise_moves_the_states_a_little_and_repeatably() {
    let (Some(model), Some(ids)) = (shared("models/all-MiniLM-L6-v2"), shared("oracle/golden/token_ids.json")) else {
        return;
    };
    let variant = open(&model);
    let texts = &token_ids(&ids)[..16];
    let with = |perturbation: &Perturbation| {
        let bert = Bert::load(&variant, perturbation).expect("the reference model is complete");
        represent(&bert, texts, Pooling::Mean).expect("the texts fit the model")
    };
    let plain = with(&Perturbation::None);
    let noisy = with(&Perturbation::LastBit { seed: 1 });
    let off = largest_difference(&plain.pooled, &noisy.pooled);
    assert!(off > 0.0 && off < 1e-3, "last-bit noise moved a state by {off}");
    assert!(noisy == with(&Perturbation::LastBit { seed: 1 }), "the seed decides the noise");
    assert!(noisy != with(&Perturbation::LastBit { seed: 2 }), "another seed is other noise");
}

#[test]
fn the_nominal_rounded_as_a_legacy_file_is_that_file() {
    let (Some(model), Some(ids)) = (shared("models/all-MiniLM-L6-v2"), shared("oracle/golden/token_ids.json")) else {
        return;
    };
    let texts = &token_ids(&ids)[..16];
    for file in ["models/gguf/minilm-q8_0.gguf", "models/gguf/minilm-q4_0.gguf"] {
        let Some(gguf) = shared(file) else { return };
        let operative = open(&gguf);
        let rounding = Perturbation::RoundedAs(stored_types(&operative));
        let rounded = Bert::load(&open(&model), &rounding).expect("the reference model is complete");
        let rounded = represent(&rounded, texts, Pooling::Mean).expect("the texts fit the model");
        let deployed = represent(&load(&gguf), texts, Pooling::Mean).expect("the texts fit the model");
        let off = largest_difference(&rounded.pooled, &deployed.pooled);
        assert!(off < 1e-5, "rounding explains all of {file}, but states differ by {off}");
    }
}

#[test]
fn the_nominal_rounded_as_a_k_quant_file_is_about_as_far_as_that_file() {
    let (Some(model), Some(gguf), Some(ids)) = (
        shared("oracle/golden/tiny/model"),
        shared("oracle/golden/tiny/tiny-q4_k_m.gguf"),
        shared("oracle/golden/tiny/token_ids.json"),
    ) else {
        return;
    };
    let (nominal, texts) = (open(&model), token_ids(&ids));
    let last_tap = |bert: &Bert| {
        let states = represent(bert, &texts, Pooling::Mean).expect("the texts fit the model");
        (0..states.n_items).flat_map(|item| states.state(item, states.n_taps - 1).to_vec()).collect::<Vec<f32>>()
    };
    let distance = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt();
    let plain = last_tap(&load(&model));
    let deployed = last_tap(&load(&gguf));
    let rounding = Perturbation::RoundedAs(stored_types(&open(&gguf)));
    let rounded = last_tap(&Bert::load(&nominal, &rounding).expect("the reference model is complete"));
    let ratio = distance(&plain, &rounded) / distance(&plain, &deployed);
    assert!((0.5..2.0).contains(&ratio), "the two roundings move the states by about as much, not {ratio} times");
}
