//! Rows of a tensor as numbers: borrowed bytes, read exactly, after the layout changes that a converter makes.

use parallax_artifact::DType;
use pulp::Arch;

use crate::blocks::float;

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

    /// Whether its type holds weights, its rows are whole blocks, and there are as many bytes as the shape asks for.
    pub fn is_whole(&self) -> bool {
        self.dtype.is_readable()
            && self.columns().is_multiple_of(self.dtype.block_size())
            && self.rows().checked_mul(self.row_len()) == Some(self.bytes.len())
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
            Precision::F16 => Arch::new().dispatch(|| {
                for value in values.iter_mut() {
                    *value = float::f16_value(float::f16_bits(*value));
                }
            }),
            Precision::BF16 => Arch::new().dispatch(|| {
                for value in values.iter_mut() {
                    *value = float::bf16_value(float::bf16_bits(*value));
                }
            }),
        }
    }
}

/// What a converter does to the rows of a published tensor before it stores them.
///
/// A vector counts as rows of one element each, so that a bias follows the rows of its weight.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Layout {
    /// Nothing.
    #[default]
    AsStored,
    /// The rows of each attention head are interleaved for rotary positions (llama family): of a head's rows,
    /// first and second half alternate. The number is that of heads.
    PermuteHeads(usize),
    /// The inverse of [`Layout::PermuteHeads`]: a GGUF brought back to a checkpoint.
    RestoreHeads(usize),
    /// The first rows are left out (RoBERTa's position embeddings).
    SkipRows(usize),
    /// Only the first rows are kept (embeddings beyond the tokenizer's size).
    FirstRows(usize),
    /// Of every `of` rows, `count` are kept, from row `first` on: one matrix out of a fused tensor.
    TakeRows {
        /// Rows of one period.
        of: usize,
        /// The first row kept, counted from the period's beginning.
        first: usize,
        /// Rows kept of each period.
        count: usize,
    },
    /// As [`Layout::TakeRows`], and the rows kept of each period are interleaved as by [`Layout::PermuteHeads`]
    /// (a fused attention that was converted as one of the llama family).
    TakeHeads {
        /// Rows of one period.
        of: usize,
        /// The first row kept, counted from the period's beginning.
        first: usize,
        /// Rows kept of each period.
        count: usize,
        /// Heads among them.
        heads: usize,
    },
    /// One is added to every number (Gemma's normalisation weights).
    AddOne,
    /// One is taken away from every number. Not always the exact inverse of [`Layout::AddOne`]: the sum was rounded.
    SubtractOne,
    /// Rows and columns change places.
    Transpose,
    /// The rows are cut into so many matrices of equal size, and rows and columns of each change places
    /// (experts stored below one another).
    TransposeEach(usize),
}

/// A published tensor, or several whose rows follow one another, as a converter would hand it to the quantizer.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The published tensors; several when the converter fuses them. Several vectors make one long vector.
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
        if self.is_vector() {
            return self.kept(self.parts.iter().map(TensorView::columns).sum());
        }
        match self.matrices() {
            Some(matrices) => self.stored_rows() / matrices.max(1),
            None => self.parts.first().map_or(0, TensorView::columns),
        }
    }

    /// Rows, after the layout change.
    pub fn rows(&self) -> usize {
        if self.is_vector() {
            return 1;
        }
        match self.matrices() {
            Some(matrices) => matrices * self.parts.first().map_or(0, TensorView::columns),
            None => self.kept(self.stored_rows()),
        }
    }

    /// Reads one row as f32, after the layout change; F16, BF16, F32 and every block type are read exactly.
    ///
    /// # Panics
    /// When the row lies beyond the source, `out` has another length than [`Source::columns`],
    /// or the type is none that holds weights: callers check both before they stream.
    pub fn read_row(&self, index: usize, out: &mut [f32]) {
        assert_eq!(out.len(), self.columns(), "a row is read into a slice of its length");
        assert!(index < self.rows(), "row {index} lies beyond the source");
        if self.is_vector() {
            self.read_vector(out);
        } else if let Some(matrices) = self.matrices() {
            let columns = self.rows() / matrices.max(1);
            self.read_column(index / columns * out.len(), index % columns, out);
        } else {
            let stored = self.stored(index, self.stored_rows());
            let (part, row) = self.part_of(stored);
            read(part, row, out);
            self.shift(part.dtype, out);
        }
    }

    /// Whether every row can be read: whole parts of one width, and a layout that their rows can be brought into.
    pub fn is_sound(&self) -> bool {
        let Some(first) = self.parts.first() else { return false };
        let one_width = self.is_vector() || self.parts.iter().all(|part| part.columns() == first.columns());
        if !one_width || !self.parts.iter().all(TensorView::is_whole) {
            return false;
        }
        let stored =
            if self.is_vector() { self.parts.iter().map(TensorView::columns).sum() } else { self.stored_rows() };
        match self.layout {
            Layout::PermuteHeads(heads) | Layout::RestoreHeads(heads) => {
                heads.checked_mul(2).is_some_and(|halves| halves > 0 && stored.is_multiple_of(halves))
            }
            Layout::TransposeEach(matrices) => matrices > 0 && stored.is_multiple_of(matrices),
            Layout::SkipRows(skipped) => skipped <= stored,
            Layout::TakeRows { of, first, count } => {
                of > 0 && stored.is_multiple_of(of) && first.checked_add(count).is_some_and(|end| end <= of)
            }
            Layout::TakeHeads { of, first, count, heads } => {
                of > 0
                    && stored.is_multiple_of(of)
                    && first.checked_add(count).is_some_and(|end| end <= of)
                    && heads.checked_mul(2).is_some_and(|halves| halves > 0 && count.is_multiple_of(halves))
            }
            Layout::AsStored | Layout::FirstRows(_) | Layout::AddOne | Layout::SubtractOne | Layout::Transpose => true,
        }
    }

    /// Whether the parts are vectors, which have one row however the layout names their elements.
    fn is_vector(&self) -> bool {
        !self.parts.is_empty() && self.parts.iter().all(|part| part.shape.len() < 2)
    }

    /// Matrices whose rows and columns change places, if any do.
    fn matrices(&self) -> Option<usize> {
        match self.layout {
            Layout::Transpose => Some(1),
            Layout::TransposeEach(matrices) => Some(matrices),
            _ => None,
        }
    }

    fn stored_rows(&self) -> usize {
        self.parts.iter().map(TensorView::rows).sum()
    }

    /// How many of the stored rows the layout keeps.
    fn kept(&self, stored: usize) -> usize {
        match self.layout {
            Layout::SkipRows(skipped) => stored.saturating_sub(skipped),
            Layout::FirstRows(kept) => stored.min(kept),
            Layout::TakeRows { of, count, .. } | Layout::TakeHeads { of, count, .. } => {
                stored.checked_div(of).map_or(0, |periods| periods * count)
            }
            _ => stored,
        }
    }

    /// The stored row behind a row of the result.
    fn stored(&self, index: usize, rows: usize) -> usize {
        match self.layout {
            Layout::PermuteHeads(heads) => interleaved(index, rows, heads),
            Layout::RestoreHeads(heads) => restored(index, rows, heads),
            Layout::SkipRows(skipped) => index + skipped,
            Layout::TakeRows { of, first, count } => index / count * of + first + index % count,
            Layout::TakeHeads { of, first, count, heads } => {
                index / count * of + first + interleaved(index % count, count, heads)
            }
            _ => index,
        }
    }

    fn part_of(&self, mut stored: usize) -> (&TensorView<'a>, usize) {
        for part in &self.parts {
            if stored < part.rows() {
                return (part, stored);
            }
            stored -= part.rows();
        }
        panic!("stored row {stored} lies beyond the source's parts");
    }

    fn read_vector(&self, out: &mut [f32]) {
        let mut stored = vec![0.0; self.parts.iter().map(TensorView::columns).sum()];
        let mut rest = stored.as_mut_slice();
        for part in &self.parts {
            let (values, later) = rest.split_at_mut(part.columns());
            read(part, 0, values);
            self.shift(part.dtype, values);
            rest = later;
        }
        for (index, value) in out.iter_mut().enumerate() {
            *value = stored[self.stored(index, stored.len())];
        }
    }

    /// Reads one column over as many rows as `out` has numbers, from the row `first` on.
    fn read_column(&self, first: usize, column: usize, out: &mut [f32]) {
        let mut row = Vec::new();
        for (offset, value) in out.iter_mut().enumerate() {
            let (part, index) = self.part_of(first + offset);
            let bytes = part.dtype.block_bytes();
            if part.dtype.block_size() == 1 {
                let at = column * bytes;
                let mut number = [0.0];
                crate::blocks::dequantize(part.dtype, &part.row(index)[at..at + bytes], &mut number);
                *value = number[0];
            } else {
                row.resize(part.columns(), 0.0);
                read(part, index, &mut row);
                *value = row[column];
            }
        }
    }

    /// llama.cpp adds the one in the tensor's own type when that is f16, and in f32 otherwise.
    fn shift(&self, dtype: DType, values: &mut [f32]) {
        let by = match self.layout {
            Layout::AddOne => 1.0,
            Layout::SubtractOne => -1.0,
            _ => return,
        };
        values.iter_mut().for_each(|value| *value += by);
        if dtype == DType::F16 && self.layout == Layout::AddOne {
            Precision::F16.round(values);
        }
    }

    /// Reads rows that follow one another, as many as fill `out`. A transposed source is read once for all of them.
    ///
    /// # Panics
    /// As [`Source::read_row`].
    pub(crate) fn read_rows(&self, first: usize, out: &mut [f32]) {
        let columns = self.columns();
        if columns == 0 {
            return;
        }
        if self.layout != Layout::Transpose || self.parts.len() > 1 || self.is_vector() {
            for (within, row) in out.chunks_exact_mut(columns).enumerate() {
                self.read_row(first + within, row);
            }
            return;
        }
        let part = &self.parts[0];
        let mut stored = vec![0.0; part.columns()];
        let n = out.len() / columns;
        for column in 0..columns {
            read(part, column, &mut stored);
            for (within, value) in stored[first..first + n].iter().enumerate() {
                out[within * columns + column] = *value;
            }
        }
    }
}

/// The stored row behind a row of a tensor whose heads were interleaved: llama.cpp reshapes `[heads, 2, half, …]`
/// and swaps the middle axes (`LlamaModel.permute` in its `conversion/llama.py`).
///
/// # Panics
/// When the rows cannot be cut into so many heads of two halves.
fn interleaved(row: usize, rows: usize, heads: usize) -> usize {
    let (per_head, half) = halves(rows, heads);
    let (head, within) = (row / per_head, row % per_head);
    head * per_head + within % 2 * half + within / 2
}

/// The inverse of [`interleaved`].
fn restored(row: usize, rows: usize, heads: usize) -> usize {
    let (per_head, half) = halves(rows, heads);
    let (head, within) = (row / per_head, row % per_head);
    head * per_head + within % half * 2 + within / half
}

/// Rows of a head and of its half.
fn halves(rows: usize, heads: usize) -> (usize, usize) {
    assert!(heads > 0 && rows.is_multiple_of(2 * heads), "{rows} rows are not {heads} heads of two halves");
    (rows / heads, rows / heads / 2)
}

fn read(part: &TensorView<'_>, row: usize, out: &mut [f32]) {
    crate::blocks::dequantize(part.dtype, part.row(row), out);
}
