//! The grid: one column a layer, one row a kind of tensor, each cell with the least explained verdict in it.

use std::collections::{BTreeMap, HashMap};

use parallax_wire::{TensorRow, Verdict};

use super::common_kind;

/// What a cell of the grid says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Index of its least explained tensor; the first in the file among equals.
    pub tensor: usize,
    /// That tensor's verdict.
    pub verdict: Verdict,
    /// Tensors in the cell: more than one where a layer has many of a kind, such as experts.
    pub tensors: usize,
}

impl Cell {
    fn take_in(&mut self, tensor: usize, verdict: Verdict) {
        self.tensors += 1;
        if verdict > self.verdict {
            (self.tensor, self.verdict) = (tensor, verdict);
        }
    }
}

/// Tensors of one kind outside the layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alone {
    /// Their kind.
    pub kind: String,
    /// What they say.
    pub cell: Cell,
}

/// All tensors by layer and kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// Layers, in order: the columns.
    pub layers: Vec<u32>,
    /// Kinds, in the order in which the file has them first: the rows.
    pub kinds: Vec<String>,
    /// Cells by row and column; what a layer does not have is not there.
    pub cells: BTreeMap<(usize, usize), Cell>,
    /// Kinds outside the layers, in the order of the file.
    pub outside: Vec<Alone>,
}

impl Grid {
    /// The grid of all tensors of a file.
    pub fn of(rows: &[TensorRow]) -> Self {
        let mut layers: Vec<u32> = rows.iter().filter_map(|row| row.layer).collect();
        layers.sort_unstable();
        layers.dedup();
        let mut grid = Self { layers, ..Self::default() };
        // A large model has ten thousand tensors of a few dozen kinds: what is said of a kind is found out once.
        let (mut rows_by_kind, mut alone_by_kind) = (HashMap::new(), HashMap::new());
        for (tensor, row) in rows.iter().enumerate() {
            let new = Cell { tensor, verdict: row.verdict, tensors: 0 };
            let Some(column) = row.layer.and_then(|layer| grid.layers.binary_search(&layer).ok()) else {
                let at = *alone_by_kind.entry(row.kind.as_str()).or_insert_with(|| {
                    let kind = common_kind(&row.kind);
                    grid.outside.iter().position(|alone| alone.kind == kind).unwrap_or_else(|| {
                        grid.outside.push(Alone { kind, cell: new });
                        grid.outside.len() - 1
                    })
                });
                grid.outside[at].cell.take_in(tensor, row.verdict);
                continue;
            };
            let at = *rows_by_kind.entry(row.kind.as_str()).or_insert_with(|| {
                let kind = common_kind(&row.kind);
                grid.kinds.iter().position(|known| *known == kind).unwrap_or_else(|| {
                    grid.kinds.push(kind);
                    grid.kinds.len() - 1
                })
            });
            grid.cells.entry((at, column)).or_insert(new).take_in(tensor, row.verdict);
        }
        grid
    }

    /// The cell that holds a tensor, by row and column.
    pub fn place(&self, tensor: &TensorRow) -> Option<(usize, usize)> {
        let column = self.layers.binary_search(&tensor.layer?).ok()?;
        let kind = common_kind(&tensor.kind);
        let row = self.kinds.iter().position(|known| *known == kind)?;
        self.cells.contains_key(&(row, column)).then_some((row, column))
    }

    /// The first cell, where the keyboard begins.
    pub fn first(&self) -> Option<(usize, usize)> {
        self.cells.keys().next().copied()
    }

    /// The next cell from one in a direction, given as rows down and columns to the right; over gaps.
    pub fn next(&self, from: (usize, usize), (down, right): (isize, isize)) -> Option<(usize, usize)> {
        let (mut row, mut column) = from;
        loop {
            row = row.checked_add_signed(down).filter(|row| *row < self.kinds.len())?;
            column = column.checked_add_signed(right).filter(|column| *column < self.layers.len())?;
            if self.cells.contains_key(&(row, column)) {
                return Some((row, column));
            }
            if (down, right) == (0, 0) {
                return None;
            }
        }
    }
}
