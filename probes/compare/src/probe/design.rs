//! The two shapes of features a probe is fitted on: dense states and sparse token counts. No labels here.

use ndarray::{Array2, ArrayView2};

/// Features as the solver sees them: products with a few columns at a time.
pub(crate) trait Design: Sync {
    /// Number of items.
    fn n_rows(&self) -> usize;
    /// Number of features.
    fn n_columns(&self) -> usize;
    /// `X w` for `w` [features, columns].
    fn forward(&self, weights: ArrayView2<'_, f64>) -> Array2<f64>;
    /// `X' r` for `r` [items, columns].
    fn adjoint(&self, residuals: ArrayView2<'_, f64>) -> Array2<f64>;
}

impl Design for ArrayView2<'_, f64> {
    fn n_rows(&self) -> usize {
        self.nrows()
    }

    fn n_columns(&self) -> usize {
        self.ncols()
    }

    fn forward(&self, weights: ArrayView2<'_, f64>) -> Array2<f64> {
        self.dot(&weights)
    }

    fn adjoint(&self, residuals: ArrayView2<'_, f64>) -> Array2<f64> {
        self.t().dot(&residuals)
    }
}

/// Rows with few entries, such as the tokens of short texts.
#[derive(Clone, Debug, PartialEq)]
pub struct SparseRows {
    n_columns: usize,
    /// Column and value of each entry, row by row.
    rows: Vec<Vec<(usize, f64)>>,
}

impl SparseRows {
    /// Rows of (column, value); entries in columns from `n_columns` on are dropped.
    pub fn new(rows: Vec<Vec<(usize, f64)>>, n_columns: usize) -> Self {
        let rows =
            rows.into_iter().map(|row| row.into_iter().filter(|(column, _)| *column < n_columns).collect()).collect();
        Self { n_columns, rows }
    }
}

impl Design for SparseRows {
    fn n_rows(&self) -> usize {
        self.rows.len()
    }

    fn n_columns(&self) -> usize {
        self.n_columns
    }

    fn forward(&self, weights: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut product = Array2::zeros((self.rows.len(), weights.ncols()));
        for (entries, mut out) in self.rows.iter().zip(product.rows_mut()) {
            for &(column, value) in entries {
                out.scaled_add(value, &weights.row(column));
            }
        }
        product
    }

    fn adjoint(&self, residuals: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut product = Array2::zeros((self.n_columns, residuals.ncols()));
        for (entries, residual) in self.rows.iter().zip(residuals.rows()) {
            for &(column, value) in entries {
                product.row_mut(column).scaled_add(value, &residual);
            }
        }
        product
    }
}
