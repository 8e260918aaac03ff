//! Matrices for tests: those of a real model, rounded, quantized and edited.

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use half::{bf16, f16};
use parallax_weights::residual::Rows;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::shared::shared;

/// The wide matrix of the first feed-forward block, [1536, 384].
pub(crate) const WIDE: &str = "encoder.layer.0.intermediate.dense.weight";
/// The narrow one, [384, 1536].
pub(crate) const NARROW: &str = "encoder.layer.0.output.dense.weight";
/// A square one, [384, 384].
pub(crate) const SQUARE: &str = "encoder.layer.2.attention.self.query.weight";
/// The token embeddings, [30522, 384].
pub(crate) const EMBEDDING: &str = "embeddings.word_embeddings.weight";

/// A matrix in memory.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) values: Vec<f32>,
}

impl Rows for Matrix {
    fn rows(&self) -> usize {
        self.rows
    }

    fn columns(&self) -> usize {
        self.columns
    }

    fn read(&self, first: usize, out: &mut [f32]) {
        out.copy_from_slice(&self.values[first * self.columns..][..out.len()]);
    }
}

impl Matrix {
    /// Independent normal numbers.
    pub(crate) fn normal(rows: usize, columns: usize, seed: u64) -> Self {
        let mut draw = ChaCha8Rng::seed_from_u64(seed);
        let values = (0..rows * columns).map(|_| StandardNormal.sample(&mut draw)).collect();
        Self { rows, columns, values }
    }

    /// The matrices of the real model with at least 32 rows and columns; `None` where it is missing.
    pub(crate) fn all_real() -> Option<Vec<(String, Self)>> {
        let variant = parallax_artifact::open(&shared("models/all-MiniLM-L6-v2")?).unwrap();
        let large = variant.tensors().iter().filter(|tensor| tensor.shape.len() == 2 && tensor.shape[0] >= 32);
        let matrices = large.map(|tensor| {
            assert_eq!(tensor.dtype, parallax_artifact::DType::F32, "{}", tensor.name);
            let numbers = variant.bytes(tensor).chunks_exact(4);
            let values = numbers.map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect();
            (tensor.name.clone(), Self { rows: tensor.shape[0], columns: tensor.shape[1], values })
        });
        Some(matrices.collect())
    }

    /// One of them.
    pub(crate) fn real(name: &str) -> Option<Self> {
        let found = Self::all_real()?.into_iter().find(|(other, _)| other == name);
        Some(found.unwrap_or_else(|| panic!("the model has no {name}")).1)
    }

    /// The first 6,000 rows of the token embeddings.
    pub(crate) fn embeddings() -> Option<Self> {
        Some(Self::real(EMBEDDING)?.with_rows(&(0..6000).collect::<Vec<_>>()))
    }

    /// Matrices of every shape of the model; none where it is missing.
    pub(crate) fn several() -> Vec<(&'static str, Self)> {
        let Some(embeddings) = Self::embeddings() else { return Vec::new() };
        let mut found = vec![(EMBEDDING, embeddings)];
        found.extend([WIDE, NARROW, SQUARE].into_iter().filter_map(|name| Some((name, Self::real(name)?))));
        found
    }

    /// What a training leaves that moves everything: singular values that fall by a power law, over many directions.
    pub(crate) fn training(rows: usize, columns: usize) -> Self {
        let mut sum = Self { rows, columns, values: vec![0.0; rows * columns] };
        for direction in 0..150u64 {
            let one = Self::low_rank(rows, columns, 1, 100 + direction);
            let strength = 1.0 / (direction as f32 + 1.0).powf(0.6);
            sum.values.iter_mut().zip(&one.values).for_each(|(sum, value)| *sum += strength * value);
        }
        sum
    }

    pub(crate) fn norm(&self) -> f64 {
        self.values.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt()
    }

    pub(crate) fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.columns..][..self.columns]
    }

    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [f32] {
        &mut self.values[row * self.columns..][..self.columns]
    }

    pub(crate) fn map(&self, number: impl Fn(f32) -> f32) -> Self {
        Self { values: self.values.iter().map(|&value| number(value)).collect(), ..*self }
    }

    pub(crate) fn bf16(&self) -> Self {
        self.map(|value| bf16::from_f32(value).to_f32())
    }

    pub(crate) fn f16(&self) -> Self {
        self.map(|value| f16::from_f32(value).to_f32())
    }

    /// Through a block format and back, as candle encodes it: the legacy formats are ggml's byte for byte.
    pub(crate) fn quantized(&self, format: GgmlDType) -> Self {
        let tensor = Tensor::from_vec(self.values.clone(), (self.rows, self.columns), &Device::Cpu).unwrap();
        let stored = QTensor::quantize(&tensor, format).unwrap();
        let back = stored.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        Self { values: back, ..*self }
    }

    /// A product of two thin matrices of normal numbers.
    pub(crate) fn low_rank(rows: usize, columns: usize, rank: usize, seed: u64) -> Self {
        let (up, down) = (Self::normal(rows, rank, seed), Self::normal(rank, columns, seed + 1000));
        let mut product = Self { rows, columns, values: vec![0.0; rows * columns] };
        for row in 0..rows {
            for (k, &factor) in up.row(row).iter().enumerate() {
                for (sum, &value) in product.row_mut(row).iter_mut().zip(down.row(k)) {
                    *sum += factor * value;
                }
            }
        }
        product
    }

    /// This one plus an edit, brought to a share of this one's norm.
    pub(crate) fn edited(&self, edit: &Self, share: f64) -> Self {
        let factor = share * self.norm() / edit.norm();
        let sum = |(&value, &edit): (&f32, &f32)| (f64::from(value) + factor * f64::from(edit)) as f32;
        Self { values: self.values.iter().zip(&edit.values).map(sum).collect(), ..*self }
    }

    /// The same rows in another order.
    pub(crate) fn with_rows(&self, from: &[usize]) -> Self {
        let values = from.iter().flat_map(|&row| self.row(row).to_vec()).collect();
        Self { rows: from.len(), columns: self.columns, values }
    }

    pub(crate) fn transposed(&self) -> Self {
        let at = |index: usize| self.values[index % self.rows * self.columns + index / self.rows];
        Self { rows: self.columns, columns: self.rows, values: (0..self.values.len()).map(at).collect() }
    }
}
