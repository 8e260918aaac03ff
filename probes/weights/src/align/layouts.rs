//! Which changes of layout may lead from published tensors to a deployed one, the likeliest first.

use std::ops::Range;

use super::Facts;
use super::family::Family;
use super::meaning::{Named, Scheme};
use crate::Layout;

/// What the proposals look at.
pub(super) struct Proposer<'a> {
    pub family: Family,
    pub nominal: &'a Facts,
    pub operative: &'a Facts,
    /// Name schemes of the nominal and the operative side.
    pub schemes: (Scheme, Scheme),
}

/// The layouts to try, and the operative rows that the result stands for.
pub(super) struct Proposal {
    pub layouts: Vec<Layout>,
    pub operative_rows: Range<usize>,
}

impl Proposal {
    fn whole(layouts: Vec<Layout>, operative: &Named<'_>) -> Self {
        Proposal { layouts, operative_rows: 0..stored_rows(operative) }
    }
}

impl Proposer<'_> {
    /// The layouts that lead from one published tensor to a deployed one; none when their shapes have nothing to do
    /// with each other. `part` is llama.cpp's name within the block.
    pub(super) fn single(&self, part: &str, nominal: &Named<'_>, operative: &Named<'_>) -> Proposal {
        let same_shape = nominal.rows() == operative.rows() && nominal.columns() == operative.columns();
        // An axis of one row may have been dropped or added.
        let reshaped = nominal.elements() == operative.elements() && (nominal.shape.last() == operative.shape.last());
        if let Some(layouts) = self.transposed(nominal, operative, same_shape) {
            return Proposal::whole(layouts, operative);
        }
        if same_shape || reshaped {
            return Proposal::whole(self.in_shape(part, operative.rows()), operative);
        }
        if nominal.columns() != operative.columns() {
            return Proposal::whole(Vec::new(), operative);
        }
        self.fewer_or_more(part, nominal, operative)
    }

    /// Layouts of rows cut out of a fused tensor. Only a fused attention cut for the llama family is permuted after it.
    pub(super) fn cut(&self, part: &str, rows: Layout, count: usize) -> Vec<Layout> {
        let converted = self.schemes == (Scheme::HuggingFace, Scheme::Gguf) && self.family.permutes != Some(false);
        let heads = self.heads(part).filter(|heads| converted && halves(count, *heads));
        match (rows, heads) {
            (Layout::TakeRows { of, first, count }, Some(heads)) => {
                let permuted = Layout::TakeHeads { of, first, count, heads };
                let plain = Layout::TakeRows { of, first, count };
                if self.family.permutes == Some(true) { vec![permuted, plain] } else { vec![plain, permuted] }
            }
            (rows, _) => vec![rows],
        }
    }

    /// Layouts when every row has its counterpart.
    fn in_shape(&self, part: &str, rows: usize) -> Vec<Layout> {
        let converted = match self.schemes {
            (Scheme::HuggingFace, Scheme::Gguf) => true,
            (Scheme::Gguf, Scheme::HuggingFace) => false,
            _ => return vec![Layout::AsStored],
        };
        if let Some(heads) = self.heads(part).filter(|heads| halves(rows, *heads)) {
            let permuted = if converted { Layout::PermuteHeads(heads) } else { Layout::RestoreHeads(heads) };
            return match self.family.permutes {
                Some(true) => vec![permuted, Layout::AsStored],
                Some(false) => vec![Layout::AsStored],
                None => vec![Layout::AsStored, permuted],
            };
        }
        if self.family.adds_one && part.ends_with("norm.weight") {
            return vec![if converted { Layout::AddOne } else { Layout::SubtractOne }, Layout::AsStored];
        }
        vec![Layout::AsStored]
    }

    /// Heads of a query or key tensor, from whichever side states them.
    fn heads(&self, part: &str) -> Option<usize> {
        let either = |number: fn(&Facts) -> Option<usize>| number(self.nominal).or_else(|| number(self.operative));
        match part {
            "attn_q.weight" | "attn_q.bias" => either(|facts| facts.heads),
            "attn_k.weight" | "attn_k.bias" => either(|facts| facts.kv_heads.or(facts.heads)),
            _ => None,
        }
    }

    /// Layouts that swap rows and columns, where the family or the shapes ask for them.
    fn transposed(&self, nominal: &Named<'_>, operative: &Named<'_>, same_shape: bool) -> Option<Vec<Layout>> {
        if nominal.shape.len() < 2 || operative.shape.len() < 2 {
            return None;
        }
        if let ([experts, rows, columns], true) = (operative.shape, nominal.name.contains("mlp.experts.mlp.w2")) {
            let fits = nominal.columns() == *rows && Some(nominal.rows()) == experts.checked_mul(*columns);
            return fits.then(|| vec![Layout::TransposeEach(*experts)]);
        }
        let swapped = nominal.shape.len() == 2
            && operative.shape.len() == 2
            && nominal.rows() == operative.columns()
            && nominal.columns() == operative.rows();
        let conv1d = self.family.transposes
            && self.schemes.0 != self.schemes.1
            && [nominal.name, operative.name].iter().any(|name| name.contains(".c_") && name.ends_with(".weight"));
        match (swapped, conv1d, same_shape) {
            (true, true, true) => Some(vec![Layout::Transpose, Layout::AsStored]),
            (true, _, false) => Some(vec![Layout::Transpose]),
            _ => None,
        }
    }

    /// Layouts for tables that lose or gain rows: embeddings and the output matrix.
    fn fewer_or_more(&self, part: &str, nominal: &Named<'_>, operative: &Named<'_>) -> Proposal {
        let (published, deployed) = (nominal.rows(), operative.rows());
        let positions = part == "position_embd.weight";
        let table =
            positions || matches!(part, "token_embd.weight" | "output.weight" | "output.bias" | "token_types.weight");
        if !table {
            return Proposal::whole(Vec::new(), operative);
        }
        if deployed < published {
            let missing = published - deployed;
            let skip = Layout::SkipRows(missing);
            let first = Layout::FirstRows(deployed);
            let offset = self.nominal.padding_token.and_then(|token| token.checked_add(1));
            let layouts = match (positions, self.family.skips_positions) {
                (true, true) if offset.is_none_or(|offset| offset == missing) => vec![skip, first],
                (true, _) => vec![first, skip],
                (false, _) => vec![first],
            };
            return Proposal::whole(layouts, operative);
        }
        // Vectors are one row: part of one cannot be told as rows.
        if operative.shape.len() < 2 {
            return Proposal::whole(Vec::new(), operative);
        }
        let added = deployed - published;
        let restored = positions && self.family.skips_positions && self.schemes.0 == Scheme::Gguf;
        let operative_rows = if restored { added..deployed } else { 0..published };
        Proposal { layouts: vec![Layout::AsStored], operative_rows }
    }
}

/// Whether rows can be cut into so many heads of two halves.
fn halves(rows: usize, heads: usize) -> bool {
    heads > 0 && heads.checked_mul(2).is_some_and(|halves| rows.is_multiple_of(halves))
}

/// Rows as they are read, a vector being one row.
pub(super) fn stored_rows(tensor: &Named<'_>) -> usize {
    tensor.shape.split_last().map_or(1, |(_, outer)| outer.iter().product())
}
