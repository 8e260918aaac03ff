//! The differences of two tokenizers as rows that say where.

use parallax_tokens::{
    AddedRow, ChangedMerge, FlagRow, Merge, MergeRow, MovedMerge, MovedRow, PieceRow, PropertyRow, RoleRow, ScoreRow,
    Stated, SwapRow, TokenizerDifference,
};
use parallax_wire::{PreflightStatus, TokenizerRow};

use super::{examples, status};

/// Every part of a tokenizer, the same or not.
pub(super) fn rows(found: &TokenizerDifference) -> Vec<TokenizerRow> {
    let mut rows = vec![kind(found), vocabulary(found), merges(found), scores(found), added(found)];
    rows.extend(found.roles.iter().map(role));
    rows.extend(found.properties.iter().map(property));
    rows.extend(found.converter.iter().map(|note| TokenizerRow {
        part: format!("converter: {}", note.rule.as_str()),
        status: PreflightStatus::Same,
        nominal: None,
        operative: None,
        count: Some(note.ids.count() as u64),
        examples: examples(&note.ids, |id| format!("id {id}")),
    }));
    rows
}

fn kind(found: &TokenizerDifference) -> TokenizerRow {
    let (nominal, operative) = (found.kinds.0.as_str(), found.kinds.1.as_str());
    TokenizerRow {
        part: "kind".to_owned(),
        status: by_count(usize::from(nominal != operative)),
        nominal: Some(nominal.to_owned()),
        operative: Some(operative.to_owned()),
        count: None,
        examples: Vec::new(),
    }
}

fn by_count(count: usize) -> PreflightStatus {
    if count == 0 { PreflightStatus::Same } else { PreflightStatus::Differs }
}

fn vocabulary(found: &TokenizerDifference) -> TokenizerRow {
    let vocabulary = &found.vocabulary;
    let only = |side: &'static str| move |row: &PieceRow| format!("only {side}: `{}` (id {})", row.piece, row.id);
    let mut shown = examples(&vocabulary.swapped, |row: &SwapRow| {
        format!("swapped: `{}` and `{}` (ids {} and {})", row.first, row.second, row.first_id, row.second_id)
    });
    if let Some(shift) = &vocabulary.shift {
        shown.push(format!("{} pieces from id {} on are moved by {}", shift.pieces, shift.first_id, shift.by));
    }
    shown.extend(examples(&vocabulary.moved, |row: &MovedRow| {
        format!("`{}` has id {} published and {} deployed", row.piece, row.nominal_id, row.operative_id)
    }));
    shown.extend(examples(&vocabulary.only_nominal, only("published")));
    shown.extend(examples(&vocabulary.only_operative, only("deployed")));
    TokenizerRow {
        part: "vocabulary".to_owned(),
        status: by_count(vocabulary.count()),
        nominal: Some(format!("{} pieces", vocabulary.nominal)),
        operative: Some(format!("{} pieces", vocabulary.operative)),
        count: Some(vocabulary.count() as u64),
        examples: shown,
    }
}

fn merges(found: &TokenizerDifference) -> TokenizerRow {
    let merges = &found.merges;
    let text = |merge: &Merge| format!("`{}` + `{}`", merge.left, merge.right);
    let only =
        |side: &'static str| move |row: &MergeRow| format!("only {side}: rank {}, {}", row.rank, text(&row.merge));
    let mut shown = examples(&merges.changed, |row: &ChangedMerge| {
        format!("rank {}: {} published, {} deployed", row.rank, text(&row.nominal), text(&row.operative))
    });
    shown.extend(examples(&merges.moved, |row: &MovedMerge| {
        format!("{} has rank {} published and {} deployed", text(&row.merge), row.nominal_rank, row.operative_rank)
    }));
    shown.extend(examples(&merges.only_nominal, only("published")));
    shown.extend(examples(&merges.only_operative, only("deployed")));
    let number = |count: Option<usize>| count.map(|count| format!("{count} merges"));
    part("merges", merges.not_compared, merges.count(), (number(merges.nominal), number(merges.operative)), shown)
}

fn scores(found: &TokenizerDifference) -> TokenizerRow {
    let scores = &found.scores;
    let show = |row: &ScoreRow| {
        format!("`{}` (id {}): {} published, {} deployed", row.piece, row.id, row.nominal, row.operative)
    };
    let largest = scores.largest.iter().map(|row| format!("largest: {}", show(row)));
    let shown = largest.chain(examples(&scores.rows, show)).collect();
    let compared = Some(format!("{} compared", scores.compared));
    part("scores", scores.not_compared, scores.differing, (compared.clone(), compared), shown)
}

fn added(found: &TokenizerDifference) -> TokenizerRow {
    let added = &found.added;
    let only = |side: &'static str| {
        move |row: &AddedRow| format!("only {side}: `{}` (id {})", row.token.content, row.token.id)
    };
    let mut shown = examples(&added.only_nominal, only("published"));
    shown.extend(examples(&added.only_operative, only("deployed")));
    shown.extend(examples(&added.flags, |row: &FlagRow| {
        format!(
            "`{}` (id {}): {} is {} published, {} deployed",
            row.content,
            row.id,
            row.flag.as_str(),
            row.nominal,
            row.operative
        )
    }));
    let number = |count: Option<usize>| count.map(|count| format!("{count} tokens"));
    part("added-tokens", added.not_compared, added.count(), (number(added.nominal), number(added.operative)), shown)
}

fn part(
    name: &str,
    not_compared: Option<&'static str>,
    count: usize,
    (nominal, operative): (Option<String>, Option<String>),
    examples: Vec<String>,
) -> TokenizerRow {
    TokenizerRow {
        part: name.to_owned(),
        status: if not_compared.is_some() { PreflightStatus::Unknown } else { by_count(count) },
        nominal,
        operative,
        count: not_compared.is_none().then_some(count as u64),
        examples: not_compared.map(str::to_owned).into_iter().chain(examples).collect(),
    }
}

fn role(row: &RoleRow) -> TokenizerRow {
    let shown = |side: &Stated<Option<parallax_tokens::NamedToken>>| {
        side.value().map(|token| match token {
            Some(token) => format!("`{}` (id {})", token.content, token.id),
            None => "none".to_owned(),
        })
    };
    TokenizerRow {
        part: format!("special token: {}", row.role.as_str()),
        status: status(row.comparison),
        nominal: shown(&row.nominal),
        operative: shown(&row.operative),
        count: None,
        examples: why(&row.nominal, &row.operative),
    }
}

fn property(row: &PropertyRow) -> TokenizerRow {
    TokenizerRow {
        part: format!("{}: {}", row.name.part().as_str(), row.name.as_str()),
        status: status(row.comparison),
        nominal: row.nominal.value().cloned(),
        operative: row.operative.value().cloned(),
        count: None,
        examples: why(&row.nominal, &row.operative),
    }
}

/// Why a side does not say.
fn why<T>(nominal: &Stated<T>, operative: &Stated<T>) -> Vec<String> {
    let sides = [("published", nominal.why()), ("deployed", operative.why())];
    sides.into_iter().filter_map(|(side, why)| Some(format!("{side}: {}", why?))).collect()
}
