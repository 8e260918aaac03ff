//! The lines by which two texts differ. Small and bounded, because the texts are strangers' and a few hundred lines at most:
//! a general diff library would be another dependency for one use, and its cost on hostile texts another thing to know.

use crate::difference::Examples;

/// The most cells of the table from which common lines are read; larger differences are told as a whole.
const MOST_CELLS: usize = 1 << 22;
/// The most characters of a line that are shown.
const LONGEST_LINE: usize = 400;

/// A line that only one text has at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineChange {
    /// Whether the operative text has it; otherwise the nominal one does.
    pub added: bool,
    /// Its number in its text, from 1.
    pub line: usize,
    /// Its text, at most 400 characters of it.
    pub text: String,
}

/// The changes between two texts in their order: a longest common subsequence of lines stays (Wagner and Fischer 1974).
/// Where the differing middle is too large for that, all its nominal lines are told, then all its operative ones.
pub(crate) fn line_changes(nominal: &str, operative: &str) -> Examples<LineChange> {
    let (old, new): (Vec<&str>, Vec<&str>) = (nominal.split('\n').collect(), operative.split('\n').collect());
    let begin = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let ends = old[begin..].iter().rev().zip(new[begin..].iter().rev());
    let end = ends.take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[begin..old.len() - end], &new[begin..new.len() - end]);
    let mut changes = Examples::default();
    let mut tell = |added: bool, place: usize, text: &str| {
        let text = text.chars().take(LONGEST_LINE).collect();
        changes.add(LineChange { added, line: begin + place + 1, text });
    };
    let width = new.len() + 1;
    if (old.len() + 1).saturating_mul(width) > MOST_CELLS {
        old.iter().enumerate().for_each(|(place, line)| tell(false, place, line));
        new.iter().enumerate().for_each(|(place, line)| tell(true, place, line));
        return changes;
    }
    // The length of the longest common subsequence of the rests that begin at each pair of places.
    let mut common = vec![0u32; (old.len() + 1) * width];
    for first in (0..old.len()).rev() {
        for second in (0..new.len()).rev() {
            common[first * width + second] = if old[first] == new[second] {
                common[(first + 1) * width + second + 1] + 1
            } else {
                common[(first + 1) * width + second].max(common[first * width + second + 1])
            };
        }
    }
    let (mut first, mut second) = (0, 0);
    while first < old.len() || second < new.len() {
        if first < old.len() && second < new.len() && old[first] == new[second] {
            (first, second) = (first + 1, second + 1);
        } else if second == new.len()
            || first < old.len() && common[(first + 1) * width + second] >= common[first * width + second + 1]
        {
            tell(false, first, old[first]);
            first += 1;
        } else {
            tell(true, second, new[second]);
            second += 1;
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::line_changes;

    #[test]
    fn changed_lines_are_told_with_their_numbers() {
        let changes = line_changes("a\nb\nc\nd\ne", "a\nc\nx\nd\ne");
        let told: Vec<_> = changes.listed.iter().map(|change| (change.added, change.line, &*change.text)).collect();
        assert_eq!(told, [(false, 2, "b"), (true, 3, "x")], "one line is gone and one is new");
        assert_eq!(line_changes("same\n", "same\n").count(), 0, "nothing differs");
    }

    #[test]
    fn texts_too_large_for_the_table_are_told_as_a_whole() {
        let old: Vec<String> = (0..3000).map(|number| format!("old {number}")).collect();
        let new: Vec<String> = (0..3000).map(|number| format!("new {number}")).collect();
        let changes = line_changes(&old.join("\n"), &new.join("\n"));
        assert_eq!(changes.count(), 6000, "every line of both");
    }
}
