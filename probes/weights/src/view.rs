//! Rows of a tensor as numbers: borrowed bytes, read exactly, after the layout changes that a converter makes.

use parallax_artifact::DType;

/// A tensor's type, shape and bytes, borrowed from a mapped file.
#[derive(Clone, Copy, Debug)]
pub struct TensorView<'a> {
    /// Storage type.
    pub dtype: DType,
    /// Dimensions, outermost first; the last one is the length of a row.
    pub shape: &'a [usize],
    /// The stored bytes, row after row.
    pub bytes: &'a [u8],
}

impl<'a> TensorView<'a> {
    /// Elements in a row: the last dimension; 1 for a scalar.
    pub fn columns(&self) -> usize {
        self.shape.last().copied().unwrap_or(1)
    }

    /// Rows: the product of all dimensions but the last.
    pub fn rows(&self) -> usize {
        self.shape.split_last().map_or(1, |(_, outer)| outer.iter().product())
    }

    /// Bytes of one row.
    pub fn row_len(&self) -> usize {
        self.columns() / self.dtype.block_size() * self.dtype.block_bytes()
    }

    /// The stored bytes of one row.
    ///
    /// # Panics
    /// When the row lies beyond the tensor.
    pub fn row(&self, index: usize) -> &'a [u8] {
        let len = self.row_len();
        &self.bytes[index * len..(index + 1) * len]
    }
}

/// The number format that a converter may have put between the published numbers and the quantizer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    /// None: the published numbers themselves, as f32.
    Stored,
    /// Rounded to f16 first.
    F16,
    /// Rounded to bf16 first.
    BF16,
}

impl Precision {
    /// All of them, in the order in which they are tried.
    pub const ALL: [Precision; 3] = [Precision::Stored, Precision::F16, Precision::BF16];

    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Precision::Stored => "stored",
            Precision::F16 => "f16",
            Precision::BF16 => "bf16",
        }
    }

    /// Rounds numbers to the format, to the nearest and ties to even, and brings them back to f32.
    pub fn round(self, values: &mut [f32]) {
        match self {
            Precision::Stored => {}
            Precision::F16 => values.iter_mut().for_each(|value| *value = half::f16::from_f32(*value).to_f32()),
            Precision::BF16 => values.iter_mut().for_each(|value| *value = half::bf16::from_f32(*value).to_f32()),
        }
    }
}

/// What a converter does to the rows of a published tensor before it stores them.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Layout {
    /// Nothing.
    #[default]
    AsStored,
    /// The rows of each attention head are interleaved for rotary positions (llama family): of a head's rows,
    /// first and second half alternate. The number is that of heads.
    PermuteHeads(usize),
    /// The first rows are left out (RoBERTa's position embeddings).
    SkipRows(usize),
    /// Only the first rows are kept (embeddings beyond the tokenizer's size).
    FirstRows(usize),
    /// One is added to every number (Gemma's normalisation weights).
    AddOne,
    /// Rows and columns change places.
    Transpose,
}

/// A published tensor, or several whose rows follow one another, as a converter would hand it to the quantizer.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The published tensors; several when the converter fuses them.
    pub parts: Vec<TensorView<'a>>,
    /// What happens to their rows.
    pub layout: Layout,
}

impl<'a> Source<'a> {
    /// One tensor as it is.
    pub fn plain(view: TensorView<'a>) -> Self {
        Source { parts: vec![view], layout: Layout::AsStored }
    }

    /// Elements in a row, after the layout change.
    pub fn columns(&self) -> usize {
        match self.layout {
            Layout::Transpose => self.parts.first().map_or(0, TensorView::rows),
            _ => self.parts.first().map_or(0, TensorView::columns),
        }
    }

    /// Rows, after the layout change.
    pub fn rows(&self) -> usize {
        let stored: usize = self.parts.iter().map(TensorView::rows).sum();
        match self.layout {
            Layout::Transpose => self.parts.first().map_or(0, TensorView::columns),
            Layout::SkipRows(skipped) => stored.saturating_sub(skipped),
            Layout::FirstRows(kept) => stored.min(kept),
            Layout::AsStored | Layout::PermuteHeads(_) | Layout::AddOne => stored,
        }
    }

    /// Reads one row as f32, after the layout change; F16, BF16, F32 and every block type are read exactly.
    ///
    /// # Panics
    /// When the row lies beyond the source, `out` has another length than [`Source::columns`],
    /// or the type is none that holds weights: callers check both before they stream.
    pub fn read_row(&self, index: usize, out: &mut [f32]) {
        assert_eq!(out.len(), self.columns(), "a row is read into a slice of its length");
        if self.layout == Layout::Transpose {
            let part = &self.parts[0];
            let mut row = vec![0.0; part.columns()];
            for (stored, value) in out.iter_mut().enumerate() {
                read(part, stored, &mut row);
                *value = row[index];
            }
            return;
        }
        let mut stored = match self.layout {
            Layout::PermuteHeads(heads) => interleaved(index, self.rows(), heads),
            Layout::SkipRows(skipped) => index + skipped,
            _ => index,
        };
        for part in &self.parts {
            if stored < part.rows() {
                read(part, stored, out);
                if self.layout == Layout::AddOne {
                    add_one(part.dtype, out);
                }
                return;
            }
            stored -= part.rows();
        }
        panic!("row {index} lies beyond the source");
    }
}

/// The stored row behind a row of a tensor whose heads were interleaved: llama.cpp reshapes `[heads, 2, half, …]`
/// and swaps the middle axes.
fn interleaved(row: usize, rows: usize, heads: usize) -> usize {
    let per_head = rows / heads;
    let half = per_head / 2;
    let (head, within) = (row / per_head, row % per_head);
    head * per_head + within % 2 * half + within / 2
}

/// llama.cpp adds the one in the tensor's own type when that is f16, and in f32 otherwise.
fn add_one(dtype: DType, values: &mut [f32]) {
    for value in values.iter_mut() {
        *value += 1.0;
    }
    if dtype == DType::F16 {
        Precision::F16.round(values);
    }
}

fn read(part: &TensorView<'_>, row: usize, out: &mut [f32]) {
    crate::blocks::dequantize(part.dtype, part.row(row), out);
}
