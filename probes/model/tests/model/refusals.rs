//! Input that cannot be represented is refused with a typed error that names it.

use candle_core::{Device, Tensor};
use parallax_model::{Bert, Error, Perturbation, Pooling};

use crate::made;
use crate::shared::{largest_difference, load, open, represent};

#[test]
fn texts_that_do_not_fit_the_model_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    made::write(folder.path(), "gelu", |_| ());
    let bert = load(folder.path());
    let refusal =
        |text: Vec<u32>| represent(&bert, &[vec![1, 2], text], Pooling::Mean).expect_err("the text does not fit");
    assert!(matches!(refusal(vec![]), Error::EmptyItem { item: 1 }), "a text without tokens has no state");
    assert!(
        matches!(refusal(vec![3; made::POSITIONS + 1]), Error::TooLong { item: 1, got: 41, max: 40 }),
        "there is no position for the last token"
    );
    assert!(
        matches!(refusal(vec![1, made::VOCAB as u32]), Error::UnknownToken { item: 1, id: 50, vocab_size: 50 }),
        "there is no row for the token"
    );
    let none = represent(&bert, &[], Pooling::Mean).expect("no items are not an error");
    assert!(none.pooled.is_empty(), "no items have no states");
}

#[test]
fn weights_that_are_not_numbers_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    made::write(folder.path(), "gelu", |tensors| {
        let mut values = vec![0.5f32; made::DIM];
        values[7] = f32::NAN;
        let spoiled = Tensor::from_vec(values, made::DIM, &Device::Cpu).expect("as many values as the shape holds");
        tensors.insert("bert.encoder.layer.1.output.dense.bias".into(), spoiled);
    });
    let refusal = Bert::load(&open(folder.path()), &Perturbation::None).err();
    assert!(
        matches!(&refusal, Some(Error::NonFiniteWeight { name, position: 7 }) if name == "blk.1.ffn_down.bias"),
        "a NaN weight must be named, not {refusal:?}"
    );
}

#[test]
fn the_configuration_decides_the_activation() {
    let states = |activation: &str| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        made::write(folder.path(), activation, |_| ());
        represent(&load(folder.path()), &made::texts(), Pooling::Mean).expect("the texts fit the model").pooled
    };
    let (exact, tanh, relu) = (states("gelu"), states("gelu_new"), states("relu"));
    assert!(largest_difference(&exact, &relu) > 1e-2, "relu is another function");
    let off = largest_difference(&exact, &tanh);
    assert!(off > 0.0 && off < 1e-2, "the tanh form is close to gelu but not it, and moved a state by {off}");
}
