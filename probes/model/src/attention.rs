//! Attention inside one text: softmax(Q K^T / sqrt(d)) V, head by head (Vaswani et al. 2017,
//! arXiv:1706.03762, equation 1). No mask is needed because a text is never padded.

use pulp::Arch;

use crate::arithmetic::exp_of_non_positive;

/// Rows of scores are padded to a multiple of this, so that vector loops have no remainder.
const PAD: usize = 16;

/// Working space of one worker, reused from text to text.
#[derive(Default)]
pub(crate) struct Scratch {
    /// Queries of one head, scaled, `[tokens, head_dim]`.
    queries: Vec<f32>,
    /// Keys of one head, transposed, `[head_dim, padded tokens]`.
    keys: Vec<f32>,
    /// Values of one head, `[tokens, head_dim]`.
    values: Vec<f32>,
    /// Scores of one query, `[padded tokens]`.
    scores: Vec<f32>,
}

/// Attends within one text.
///
/// `qkv` is `[tokens, 3 dim]` without biases (queries, keys, values side by side), `bias` is
/// `[3 dim]`, and `out` is `[tokens, dim]`.
pub(crate) fn attend(arch: Arch, qkv: &[f32], bias: &[f32], n_heads: usize, scratch: &mut Scratch, out: &mut [f32]) {
    let dim = bias.len() / 3;
    let head_dim = dim / n_heads;
    let n_tokens = out.len() / dim;
    let padded = n_tokens.div_ceil(PAD) * PAD;
    let scale = 1.0 / (head_dim as f32).sqrt();
    scratch.queries.resize(n_tokens * head_dim, 0.0);
    scratch.values.resize(n_tokens * head_dim, 0.0);
    scratch.scores.resize(padded, 0.0);
    scratch.keys.clear();
    scratch.keys.resize(head_dim * padded, 0.0);
    for head in 0..n_heads {
        let at = head * head_dim;
        arch.dispatch(|| {
            gather(qkv, bias, at, head_dim, scale, padded, scratch);
            for (query, out) in scratch.queries.chunks_exact(head_dim).zip(out.chunks_exact_mut(dim)) {
                attend_query(
                    query,
                    &scratch.keys,
                    &scratch.values,
                    n_tokens,
                    &mut scratch.scores,
                    &mut out[at..at + head_dim],
                );
            }
        });
    }
}

/// Copies one head's queries, keys and values, with their biases, into the scratch space.
#[inline(always)]
fn gather(qkv: &[f32], bias: &[f32], at: usize, head_dim: usize, scale: f32, padded: usize, scratch: &mut Scratch) {
    let dim = bias.len() / 3;
    let part = |row: usize| row * dim + at..row * dim + at + head_dim;
    let rows = qkv.chunks_exact(3 * dim);
    let queries = scratch.queries.chunks_exact_mut(head_dim);
    let values = scratch.values.chunks_exact_mut(head_dim);
    for (token, ((row, query), value)) in rows.zip(queries).zip(values).enumerate() {
        for ((out, x), b) in query.iter_mut().zip(&row[part(0)]).zip(&bias[part(0)]) {
            *out = (x + b) * scale;
        }
        for ((column, x), b) in scratch.keys.chunks_exact_mut(padded).zip(&row[part(1)]).zip(&bias[part(1)]) {
            column[token] = x + b;
        }
        for ((out, x), b) in value.iter_mut().zip(&row[part(2)]).zip(&bias[part(2)]) {
            *out = x + b;
        }
    }
}

/// Attends from one query; `scores` is working space.
#[inline(always)]
fn attend_query(query: &[f32], keys: &[f32], values: &[f32], n_tokens: usize, scores: &mut [f32], out: &mut [f32]) {
    scores.fill(0.0);
    for (q, column) in query.iter().zip(keys.chunks_exact(scores.len())) {
        for (score, k) in scores.iter_mut().zip(column) {
            *score += q * k;
        }
    }
    let scores = &mut scores[..n_tokens];
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, |a, b| if b > a { b } else { a });
    for score in scores.iter_mut() {
        *score = exp_of_non_positive(*score - largest);
    }
    let total: f32 = scores.iter().sum();
    out.fill(0.0);
    for (weight, value) in scores.iter().zip(values.chunks_exact(out.len())) {
        for (sum, v) in out.iter_mut().zip(value) {
            *sum += weight * v;
        }
    }
    for sum in out.iter_mut() {
        *sum /= total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attention_is_a_softmax_weighted_mean_of_the_values() {
        let (n_tokens, dim, n_heads) = (5, 8, 2);
        let noise = |i: usize| ((i * 7919 + 13) % 97) as f32 / 40.0 - 1.2;
        let qkv: Vec<f32> = (0..n_tokens * 3 * dim).map(noise).collect();
        let bias: Vec<f32> = (0..3 * dim).map(|i| noise(i + 1000) / 5.0).collect();
        let mut out = vec![0.0; n_tokens * dim];
        attend(Arch::new(), &qkv, &bias, n_heads, &mut Scratch::default(), &mut out);
        let at = |token: usize, column: usize| f64::from(qkv[token * 3 * dim + column] + bias[column]);
        for token in 0..n_tokens {
            for column in 0..dim {
                let head = column / 4 * 4;
                let score =
                    |other: usize| (0..4).map(|c| at(token, head + c) * at(other, dim + head + c)).sum::<f64>() / 2.0;
                let weights: Vec<f64> = (0..n_tokens).map(|other| score(other).exp()).collect();
                let expected = (0..n_tokens).map(|other| weights[other] * at(other, 2 * dim + column)).sum::<f64>()
                    / weights.iter().sum::<f64>();
                let got = f64::from(out[token * dim + column]);
                assert!((got - expected).abs() < 1e-5, "token {token}, column {column}: {got} instead of {expected}");
            }
        }
    }
}
