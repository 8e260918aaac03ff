//! A GGUF's SentencePiece BPE read as llama.cpp reads it.
//! Source of the rules: llama.cpp's `llama-vocab.cpp`, `llm_tokenizer_spm_session` and `impl::tokenize`.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};
use std::ops::Range;

use crate::description::{Description, PieceKind, PropertyName, Role, is_byte_piece};
use crate::error::Error;
use crate::published::{Spelling, is_word, unusable};
use crate::tokenizer::Encoding;
use crate::vocabulary::WORD_START;

/// llama.cpp's SentencePiece tokenizer.
#[derive(Debug)]
pub(crate) struct EngineSentencePiece {
    file: String,
    ids: HashMap<String, u32>,
    pieces: Vec<String>,
    scores: Vec<f32>,
    /// Matched in the text before anything else; the longest first.
    user_defined: Vec<(String, u32)>,
    bytes: Vec<Option<u32>>,
    before: Option<u32>,
    after: Option<u32>,
    space_prefix: bool,
}

/// A run of characters that is, or may become, one piece.
#[derive(Clone, Copy)]
struct Symbol {
    previous: Option<usize>,
    next: Option<usize>,
    /// Its first character.
    begin: usize,
    /// How many characters; none once it has become part of the symbol before it.
    len: usize,
}

/// Two neighbours that may become one: the best score first, then the leftmost.
struct Pair {
    score: f32,
    left: usize,
    right: usize,
    len: usize,
}

impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Pair {}

impl Ord for Pair {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.partial_cmp(&other.score).unwrap_or(Ordering::Equal).then(other.left.cmp(&self.left))
    }
}

impl PartialOrd for Pair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl EngineSentencePiece {
    /// Reads what a described GGUF of the kind `llama` holds.
    pub(crate) fn new(described: &Description) -> Result<Self, Error> {
        let mut ids = HashMap::with_capacity(described.pieces.len());
        let mut user_defined = Vec::new();
        let mut bytes = vec![None; 256];
        for piece in &described.pieces {
            if let Some(other) = ids.insert(piece.text.clone(), piece.id) {
                let reason = format_args!("tokens {other} and {} are the same", piece.id).to_string();
                return Err(unusable(&described.file, reason));
            }
            if is_byte_piece(&piece.text) {
                let byte = piece.text.get(3..5).and_then(|digits| usize::from_str_radix(digits, 16).ok());
                byte.into_iter().for_each(|byte| bytes[byte] = Some(piece.id));
            }
            if piece.kind == PieceKind::UserDefined && !piece.text.is_empty() {
                user_defined.push((piece.text.clone(), piece.id));
            }
        }
        user_defined.sort_by_key(|(text, id)| (std::cmp::Reverse(text.len()), *id));
        let put = |name: PropertyName, role: Role| {
            let token = described.role(role).value().and_then(Option::as_ref);
            let puts = described.property(name).value().is_some_and(|value| value != "none");
            token.filter(|_| puts).map(|token| token.id)
        };
        Ok(EngineSentencePiece {
            file: described.file.clone(),
            scores: described.pieces.iter().map(|piece| piece.score.unwrap_or(0.0) as f32).collect(),
            pieces: described.pieces.iter().map(|piece| piece.text.clone()).collect(),
            ids,
            user_defined,
            bytes,
            before: put(PropertyName::Before, Role::Begin),
            after: put(PropertyName::After, Role::End),
            space_prefix: described.property(PropertyName::SpacePrefix).value().is_some_and(|value| value == "true"),
        })
    }

    /// The token of an id that this reading gave.
    pub(crate) fn piece(&self, id: u32) -> String {
        self.pieces.get(id as usize).cloned().unwrap_or_default()
    }

    /// How many tokens are put around every text.
    pub(crate) fn tokens_around(&self) -> usize {
        usize::from(self.before.is_some()) + usize::from(self.after.is_some())
    }

    /// Words are those of white space: this tokenizer has none of its own.
    pub(crate) fn encode(&self, text: &str, max_tokens: usize) -> Result<Encoding, Error> {
        let mut ids: Vec<u32> = self.before.into_iter().collect();
        ids.extend(self.spell(text)?.into_iter().map(|(id, _)| id));
        let room = max_tokens.saturating_sub(usize::from(self.after.is_some()));
        let truncated = ids.len() > room;
        ids.truncate(room);
        ids.extend(self.after);
        let words = text.split_whitespace().filter(|word| is_word(word)).count();
        Ok(Encoding { ids, words, unknown_words: 0, truncated })
    }

    pub(crate) fn spell_words(&self, text: &str) -> Result<Spelling, Error> {
        let spelled = self.spell(text)?;
        Ok(Spelling::new(text, spelled.into_iter()))
    }

    /// Ids with the bytes of the text that they stand for.
    fn spell(&self, text: &str) -> Result<Vec<(u32, Range<usize>)>, Error> {
        let mut spelled = Vec::new();
        let mut after_special = true;
        for (range, token) in self.fragments(text) {
            if let Some(id) = token {
                spelled.push((id, range));
                after_special = true;
                continue;
            }
            let prefix = (self.space_prefix && after_special).then_some((WORD_START, range.start..range.start));
            let escaped = text[range.clone()].char_indices().map(|(place, character)| {
                let place = range.start + place;
                let written = if character == ' ' { WORD_START } else { character };
                (written, place..place + character.len_utf8())
            });
            let characters: Vec<(char, Range<usize>)> = prefix.into_iter().chain(escaped).collect();
            self.spell_fragment(&characters, &mut spelled)?;
            after_special = false;
        }
        Ok(spelled)
    }

    /// The text parted at user-defined tokens, which are matched anywhere, the longest in the whole text first.
    fn fragments(&self, text: &str) -> Vec<(Range<usize>, Option<u32>)> {
        let mut fragments = vec![(0..text.len(), None)];
        for (token, id) in self.user_defined.iter().filter(|(token, _)| text.contains(token.as_str())) {
            let mut parted = Vec::with_capacity(fragments.len());
            for (range, known) in fragments {
                if known.is_some() {
                    parted.push((range, known));
                    continue;
                }
                let mut begin = range.start;
                while let Some(found) = text[begin..range.end].find(token.as_str()) {
                    parted.push((begin..begin + found, None));
                    let end = begin + found + token.len();
                    parted.push((begin + found..end, Some(*id)));
                    begin = end;
                }
                parted.push((begin..range.end, None));
            }
            fragments = parted;
        }
        fragments.retain(|(range, _)| !range.is_empty());
        fragments
    }

    /// Merges the best-scored pair of neighbours again and again; what is no piece in the end is spelled in bytes.
    fn spell_fragment(
        &self,
        characters: &[(char, Range<usize>)],
        spelled: &mut Vec<(u32, Range<usize>)>,
    ) -> Result<(), Error> {
        let n_symbols = characters.len();
        let mut symbols: Vec<Symbol> = (0..n_symbols)
            .map(|place| Symbol {
                previous: place.checked_sub(1),
                next: Some(place + 1).filter(|&next| next < n_symbols),
                begin: place,
                len: 1,
            })
            .collect();
        let written = |symbol: Symbol| -> String {
            characters[symbol.begin..symbol.begin + symbol.len].iter().map(|(character, _)| character).collect()
        };
        let pair = |symbols: &[Symbol], left: Option<usize>, right: Option<usize>| {
            let (left, right) = left.zip(right)?;
            let len = symbols[left].len + symbols[right].len;
            let id = *self.ids.get(&written(Symbol { len, ..symbols[left] }))?;
            Some(Pair { score: self.scores[id as usize], left, right, len })
        };
        let mut queue: BinaryHeap<Pair> =
            (1..n_symbols).filter_map(|right| pair(&symbols, Some(right - 1), Some(right))).collect();
        while let Some(Pair { left, right, len, .. }) = queue.pop() {
            let (first, second) = (symbols[left], symbols[right]);
            // One of the two has become part of another symbol since.
            if first.len == 0 || second.len == 0 || first.len + second.len != len {
                continue;
            }
            symbols[left].len = len;
            symbols[left].next = second.next;
            symbols[right].len = 0;
            if let Some(next) = second.next {
                symbols[next].previous = Some(left);
            }
            queue.extend(pair(&symbols, first.previous, Some(left)));
            queue.extend(pair(&symbols, Some(left), second.next));
        }
        let mut place = (n_symbols > 0).then_some(0);
        while let Some(symbol) = place.map(|place| symbols[place]) {
            let range = characters[symbol.begin].1.start..characters[symbol.begin + symbol.len - 1].1.end;
            // Only single characters are ever no pieces: longer runs were pieces when they were merged.
            match self.ids.get(&written(symbol)) {
                Some(&id) => spelled.push((id, range)),
                None => {
                    for byte in written(symbol).bytes() {
                        let id = self.bytes[usize::from(byte)].ok_or_else(|| Error::Encode {
                            file: self.file.clone(),
                            reason: format!("no token stands for the byte {byte:#04x}"),
                        })?;
                        spelled.push((id, range.clone()));
                    }
                }
            }
            place = symbol.next;
        }
        Ok(())
    }
}
