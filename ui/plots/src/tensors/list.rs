//! Which tensors are listed, and in which order.

use std::cmp::Ordering;

use parallax_wire::TensorRow;

use super::TensorQuery;

/// What stands for all verdicts that are not explained, in the address and in the filter.
pub const UNEXPLAINED: &str = "unexplained";

/// A column that the list can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Name in the operative file; numbers in it count as numbers.
    Name,
    /// Verdict, from explained to unrelated.
    Verdict,
    /// Stored types.
    Type,
    /// Number of weights.
    Weights,
    /// Relative error; what is not known is the smallest.
    Error,
}

impl Column {
    /// From the left to the right.
    pub const ALL: [Self; 5] = [Self::Name, Self::Verdict, Self::Type, Self::Weights, Self::Error];

    /// Its word in the address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Verdict => "verdict",
            Self::Type => "type",
            Self::Weights => "weights",
            Self::Error => "error",
        }
    }

    /// Id of its heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Name => "window-files-name",
            Self::Verdict => "window-files-verdict",
            Self::Type => "window-files-column-type",
            Self::Weights => "window-files-weights",
            Self::Error => "window-files-column-error",
        }
    }

    /// Whether the largest comes first when one begins to sort by it.
    fn falls(self) -> bool {
        matches!(self, Self::Verdict | Self::Weights | Self::Error)
    }

    fn compare(self, one: &TensorRow, other: &TensorRow) -> Ordering {
        match self {
            Self::Name => natural(&one.name, &other.name),
            Self::Verdict => one.verdict.cmp(&other.verdict),
            Self::Type => (&one.stored_type, &one.nominal_type).cmp(&(&other.stored_type, &other.nominal_type)),
            Self::Weights => one.parameters.cmp(&other.parameters),
            Self::Error => {
                let known = |row: &TensorRow| row.relative_error.unwrap_or(f64::NEG_INFINITY);
                known(one).total_cmp(&known(other))
            }
        }
    }
}

/// How the list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// By which column.
    pub column: Column,
    /// True when the largest comes first.
    pub falling: bool,
}

impl Order {
    /// The order that an address asks for; the least explained first where it asks for none.
    pub fn of(query: &TensorQuery) -> Self {
        let asked = query.order.as_deref().unwrap_or(Column::Verdict.word());
        let (word, turned) = asked.strip_prefix('-').map_or((asked, false), |word| (word, true));
        let column = Column::ALL.into_iter().find(|column| column.word() == word).unwrap_or(Column::Verdict);
        Self { column, falling: column.falls() != turned }
    }

    /// What the address says after a click on a column: the other way round where the list is sorted by it already.
    pub fn clicked(self, column: Column) -> Option<String> {
        let turned = self.column == column && self.falling == column.falls();
        let word = format!("{}{}", if turned { "-" } else { "" }, column.word());
        (word != Column::Verdict.word()).then_some(word)
    }
}

/// A kind with `*` for each number inside it, so that the experts of a layer are one kind.
pub fn common_kind(kind: &str) -> String {
    let one = |part: &str| {
        let number = !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit());
        if number { "*".to_owned() } else { part.to_owned() }
    };
    kind.split('.').map(one).collect::<Vec<_>>().join(".")
}

/// Indices of the tensors that match, in the wanted order; the order of the file decides among equals.
pub fn listed(rows: &[TensorRow], query: &TensorQuery) -> Vec<usize> {
    let search = query.search.as_deref().map(|search| search.trim().to_lowercase());
    let matches = |row: &TensorRow| {
        let verdict = query.verdict.as_deref().is_none_or(|wanted| match wanted {
            UNEXPLAINED => !row.verdict.is_explained(),
            word => row.verdict.as_str() == word,
        });
        let stored = query.stored_type.as_deref().is_none_or(|wanted| row.stored_type == wanted);
        let layer = query.layer.is_none_or(|wanted| row.layer == Some(wanted));
        let kind = query.kind.as_deref().is_none_or(|wanted| common_kind(&row.kind) == wanted);
        let holds = |name: &str, search: &str| name.to_lowercase().contains(search);
        let search =
            search.as_deref().is_none_or(|search| holds(&row.name, search) || holds(&row.nominal_name, search));
        verdict && stored && layer && kind && search
    };
    let mut listed: Vec<usize> = (0..rows.len()).filter(|index| matches(&rows[*index])).collect();
    let order = Order::of(query);
    listed.sort_by(|one, other| {
        let compared = order.column.compare(&rows[*one], &rows[*other]);
        if order.falling { compared.reverse() } else { compared }
    });
    listed
}

/// Compares names so that `blk.2` comes before `blk.10`.
fn natural(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    loop {
        let (Some(first), Some(second)) = (one.chars().next(), other.chars().next()) else {
            return one.len().cmp(&other.len());
        };
        if first.is_ascii_digit() && second.is_ascii_digit() {
            let (left, right) = (digits(one), digits(other));
            let (a, b) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
            let compared = a.len().cmp(&b.len()).then(a.cmp(b));
            if compared != Ordering::Equal {
                return compared;
            }
            (one, other) = (&one[left.len()..], &other[right.len()..]);
        } else if first != second {
            return first.cmp(&second);
        } else {
            (one, other) = (&one[first.len_utf8()..], &other[second.len_utf8()..]);
        }
    }
}

fn digits(text: &str) -> &str {
    &text[..text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len())]
}
