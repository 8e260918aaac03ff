//! One thing is changed about a tokenizer, and the difference says which and where.

use parallax_tokens::{
    AddedFlag, Comparison, ConverterRule, Description, Look, Merge, ModelKind, Oddity, Origin, PropertyName, Role,
    Stated, TokenizerDifference, describe_gguf, describe_json, difference,
};
use serde_json::{Value, json};

use crate::fixtures::{added, bpe, unigram, word_piece};
use crate::gguf::{bytes, entries_of, fractions, metadata, metadata_of, number, numbers, text, texts, truth};
use crate::shared::shared;

pub(crate) fn describe(json: &Value) -> Description {
    describe_json("tokenizer.json", json.to_string().as_bytes(), None).expect("the fixture is sound")
}

/// The difference that a change makes.
fn changed(original: &Value, change: impl FnOnce(&mut Value)) -> TokenizerDifference {
    let mut other = original.clone();
    change(&mut other);
    difference(&describe(original), &describe(&other))
}

/// The properties that differ, with their values.
fn properties(found: &TokenizerDifference) -> Vec<(&'static str, String, String)> {
    let value = |side: &Stated<String>| side.value().cloned().unwrap_or_else(|| "unknown".into());
    let rows = found.properties.iter().filter(|row| row.comparison == Comparison::Differs);
    rows.map(|row| (row.name.as_str(), value(&row.nominal), value(&row.operative))).collect()
}

#[test]
fn a_tokenizer_does_not_differ_from_itself() {
    for json in [word_piece(), bpe(), unigram()] {
        let found = changed(&json, |_| {});
        assert_eq!(found.count(), 0, "{found:?}");
        assert!(found.converter.is_empty(), "there is nothing to explain");
        let unknown = found.properties.iter().filter(|row| row.comparison == Comparison::Unknown);
        assert_eq!(unknown.map(|row| row.name).collect::<Vec<_>>(), [PropertyName::SplitterName], "all else is stated");
    }
}

#[test]
fn two_swapped_ids_are_found_as_a_swap() {
    let found = changed(&word_piece(), |json| {
        json["model"]["vocab"]["river"] = json!(10);
        json["model"]["vocab"]["run"] = json!(6);
    });
    let [swap] = &found.vocabulary.swapped.listed[..] else { panic!("one swap: {:?}", found.vocabulary) };
    assert_eq!((swap.first_id, swap.second_id, &*swap.first, &*swap.second), (6, 10, "river", "run"), "which two");
    assert_eq!(found.vocabulary.moved.count(), 0, "nothing else moved");
    assert_eq!((found.vocabulary.same, found.count()), (10, 1), "everything else is the same");
}

#[test]
fn three_pieces_in_a_ring_are_moved_and_not_swapped() {
    let found = changed(&word_piece(), |json| {
        for (piece, id) in [("the", 6), ("river", 7), ("bank", 5)] {
            json["model"]["vocab"][piece] = json!(id);
        }
    });
    assert_eq!((found.vocabulary.swapped.count(), found.vocabulary.moved.count()), (0, 3), "no two exchanged ids");
    let rows: Vec<_> =
        found.vocabulary.moved.listed.iter().map(|row| (&*row.piece, row.nominal_id, row.operative_id)).collect();
    assert_eq!(rows, [("the", 5, 6), ("river", 6, 7), ("bank", 7, 5)], "from where to where");
}

#[test]
fn a_piece_put_in_shifts_the_others() {
    let found = changed(&word_piece(), |json| {
        let vocab = json["model"]["vocab"].as_object_mut().expect("it is an object");
        for id in vocab.values_mut().filter(|id| id.as_u64() >= Some(7)) {
            *id = json!(id.as_u64().expect("ids are numbers") + 1);
        }
        vocab.insert("weir".into(), json!(7));
    });
    let shift = found.vocabulary.shift.expect("five pieces moved by one");
    assert_eq!((shift.by, shift.pieces, shift.first_id), (1, 5, 7), "all that stood from 7 on");
    let [new] = &found.vocabulary.only_operative.listed[..] else { panic!("{:?}", found.vocabulary) };
    assert_eq!((new.id, &*new.piece, new.other.as_deref()), (7, "weir", Some("bank")), "with what stood there");
}

#[test]
fn a_replaced_piece_is_told_on_both_sides() {
    let found = changed(&word_piece(), |json| {
        let vocab = json["model"]["vocab"].as_object_mut().expect("it is an object");
        vocab.remove("river");
        vocab.insert("stream".into(), json!(6));
    });
    let (here, there) = (&found.vocabulary.only_nominal.listed[0], &found.vocabulary.only_operative.listed[0]);
    assert_eq!((&*here.piece, here.other.as_deref()), ("river", Some("stream")), "what stands there instead");
    assert_eq!((&*there.piece, there.other.as_deref()), ("stream", Some("river")), "and what stood there");
    assert_eq!(found.count(), 2, "a row a side");
}

#[test]
fn one_changed_merge_is_found_at_its_rank() {
    let found = changed(&bpe(), |json| json["model"]["merges"][2] = json!(["w", "e"]));
    let [row] = &found.merges.changed.listed[..] else { panic!("one merge: {:?}", found.merges) };
    let merge = |left: &str, right: &str| Merge { left: left.into(), right: right.into() };
    assert_eq!((row.rank, &row.nominal, &row.operative), (2, &merge("e", "r"), &merge("w", "e")), "at rank 2");
    assert_eq!(found.count(), 1, "nothing else differs");
    let described = {
        let mut other = bpe();
        other["model"]["merges"][2] = json!(["w", "e"]);
        describe(&other)
    };
    let missing = Oddity::MergeOfUnknown { rank: 2, missing: "we".into() };
    assert!(described.oddities.listed.contains(&missing), "the vocabulary has no `we`: {:?}", described.oddities);
}

#[test]
fn a_moved_a_dropped_and_a_new_merge_are_told_apart() {
    let found = changed(&bpe(), |json| {
        let merges = json["model"]["merges"].as_array_mut().expect("it is a list");
        let merge = merges.remove(0);
        merges.insert(3, merge);
    });
    let [moved] = &found.merges.moved.listed[..] else { panic!("one merge: {:?}", found.merges) };
    assert_eq!((&*moved.merge.left, moved.nominal_rank, moved.operative_rank), ("l", 0, 3), "from 0 to 3");
    assert_eq!(found.count(), 1, "those that made room did not move");
    let found = changed(&bpe(), |json| {
        json["model"]["merges"].as_array_mut().expect("it is a list").remove(1);
    });
    let [gone] = &found.merges.only_nominal.listed[..] else { panic!("one merge: {:?}", found.merges) };
    assert_eq!((gone.rank, &*gone.merge.right, found.count()), (1, "w", 1), "the second of them");
    let found = changed(&bpe(), |json| {
        json["model"]["merges"].as_array_mut().expect("it is a list").push(json!(["r", "e"]));
    });
    let [new] = &found.merges.only_operative.listed[..] else { panic!("one merge: {:?}", found.merges) };
    assert_eq!((new.rank, found.count()), (6, 1), "at the end");
}

#[test]
fn merges_as_texts_and_as_pairs_are_the_same() {
    let found = changed(&bpe(), |json| {
        let merges = json["model"]["merges"].as_array_mut().expect("it is a list");
        for merge in merges.iter_mut() {
            let part = |place: usize| merge[place].as_str().expect("a text");
            *merge = json!(format!("{} {}", part(0), part(1)));
        }
        merges.insert(0, json!("#version: 0.2"));
    });
    assert_eq!(found.count(), 0, "only written otherwise: {found:?}");
}

#[test]
fn an_added_special_token_is_found_with_what_nobody_sees_in_it() {
    let found = changed(&word_piece(), |json| {
        json["added_tokens"].as_array_mut().expect("it is a list").push(added(12, "[INT\u{202e}RNAL]", true));
    });
    let [row] = &found.added.only_operative.listed[..] else { panic!("one token: {:?}", found.added) };
    assert_eq!((row.token.id, row.token.special, row.ordinary), (12, Some(true), None), "its id, and that it is new");
    assert_eq!(row.token.looks, [Look::Bidirectional, Look::LooksAscii], "it turns the direction of what is shown");
    assert_eq!(found.vocabulary.only_operative.listed[0].id, 12, "it is a new piece too");
    assert_eq!(found.count(), 2, "nothing else differs");
}

#[test]
fn an_ordinary_piece_made_special_and_a_changed_flag_are_found() {
    let found = changed(&word_piece(), |json| {
        json["added_tokens"].as_array_mut().expect("it is a list").push(added(7, "bank", true));
        json["added_tokens"][4]["lstrip"] = json!(true);
    });
    let [row] = &found.added.only_operative.listed[..] else { panic!("one token: {:?}", found.added) };
    assert_eq!((&*row.token.content, row.ordinary), ("bank", Some(7)), "it is an ordinary piece on the other side");
    let [flag] = &found.added.flags.listed[..] else { panic!("one flag: {:?}", found.added) };
    assert_eq!((flag.flag, &*flag.content, flag.operative), (AddedFlag::Lstrip, "[MASK]", true), "which token's");
    assert_eq!(found.vocabulary.count(), 0, "pieces and ids are the same");
}

#[test]
fn a_changed_normaliser_is_told_property_by_property() {
    let found = changed(&word_piece(), |json| json["normalizer"]["lowercase"] = json!(false));
    let rows = properties(&found);
    let names: Vec<_> = rows.iter().map(|row| row.0).collect();
    assert_eq!(names, ["lowercase", "strip-accents", "marks-removed", "normalizer-steps"], "accents follow: {rows:?}");
    assert_eq!((&*rows[0].1, &*rows[0].2), ("true", "false"), "nominal first");
    let found = changed(&bpe(), |json| {
        json["normalizer"] = json!({"type": "Sequence", "normalizers": [
            {"type": "NFKC"}, {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}
        ]})
    });
    let names: Vec<_> = properties(&found).iter().map(|row| row.0).collect();
    assert_eq!(names, ["unicode-form", "spaces-merged", "normalizer-steps"], "what it does and how it is written");
}

#[test]
fn changed_splitting_ends_and_limits_are_told() {
    let found = changed(&bpe(), |json| {
        json["pre_tokenizer"] = json!({"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": "\\p{N}"}, "behavior": "Isolated", "invert": false},
            {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": false}
        ]});
        json["model"]["dropout"] = json!(0.1);
    });
    let names: Vec<_> = properties(&found).iter().map(|row| row.0).collect();
    assert_eq!(names, ["space-prefix", "split-patterns", "pre-tokenizer-steps", "dropout"], "{found:?}");
    let found = changed(&word_piece(), |json| {
        // The template still says [CLS]; the id behind that name is another token's.
        json["post_processor"]["special_tokens"]["[CLS]"]["ids"] = json!([4]);
        json["truncation"]["max_length"] = json!(8);
        json["padding"] = json!({"strategy": {"Fixed": 8}, "direction": "Right", "pad_to_multiple_of": null,
                                 "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"});
        json["model"]["max_input_chars_per_word"] = json!(20);
    });
    let rows = properties(&found);
    let names: Vec<_> = rows.iter().map(|row| row.0).collect();
    assert_eq!(names, ["longest-word", "before", "truncation-length", "padding-rule"], "{rows:?}");
    assert_eq!((&*rows[1].1, &*rows[1].2), ("[CLS]", "[MASK]"), "by what stands behind the name");
}

#[test]
fn changed_scores_are_counted_and_the_largest_is_told() {
    let found = changed(&unigram(), |json| {
        json["model"]["vocab"][4][1] = json!(-3.25);
        json["model"]["vocab"][6][1] = json!(-9.0);
        // A special token's score is not used.
        json["model"]["vocab"][0][1] = json!(-1.0);
        // Below what 32 bits hold.
        json["model"]["vocab"][7][1] = json!(-5.100_000_000_1);
    });
    assert_eq!((found.scores.compared, found.scores.differing), (4, 2), "two of four pieces of text");
    let largest = found.scores.largest.expect("two differ");
    assert_eq!((&*largest.piece, largest.nominal, largest.operative), ("s", -4.0625, -9.0), "the larger of the two");
    assert_eq!(found.scores.rows.listed[0].id, 4, "the first by id");
    assert_eq!(found.converter[0].rule, ConverterRule::ScoreUnused, "that one is explained");
}

#[test]
fn a_role_given_to_another_token_is_found() {
    let config = |token: &str| format!(r#"{{"mask_token": "{token}", "cls_token": {{"content": "[CLS]"}}}}"#);
    let json = word_piece().to_string();
    let described =
        |token| describe_json("tokenizer.json", json.as_bytes(), Some(config(token).as_bytes())).expect("sound");
    let found = difference(&described("[MASK]"), &described("[PAD]"));
    let rows: Vec<_> = found.roles.iter().filter(|row| row.comparison == Comparison::Differs).collect();
    assert_eq!(rows.iter().map(|row| row.role).collect::<Vec<_>>(), [Role::Mask], "only that role");
    assert_eq!(found.count(), 1, "nothing else differs");
}

#[test]
fn the_real_model_and_its_gguf_have_one_vocabulary() {
    let (Some(folder), Some(gguf)) = (shared("models/all-MiniLM-L6-v2"), shared("models/gguf/minilm-q8_0.gguf")) else {
        return;
    };
    let read = |name: &str| std::fs::read(folder.join(name)).expect("the file is readable");
    let config = read("tokenizer_config.json");
    let nominal = describe_json("tokenizer.json", &read("tokenizer.json"), Some(&config)).expect("it is sound");
    let variant = parallax_artifact::open(&gguf).expect("a real GGUF opens");
    let operative = describe_gguf("minilm-q8_0.gguf", variant.gguf().expect("it is one")).expect("it is sound");
    assert_eq!((&nominal.oddities.listed[..], &operative.oddities.listed[..]), (&[][..], &[][..]), "nothing is odd");
    let found = difference(&nominal, &operative);
    assert_eq!(found.kinds, (ModelKind::WordPiece, ModelKind::WordPiece), "one kind");
    assert_eq!((found.vocabulary.same, found.vocabulary.count()), (30522, 0), "the conversion is undone");
    assert_eq!(found.added.count(), 0, "the five special tokens: {:?}", found.added);
    let rows = properties(&found);
    let expected = [
        // What the engine does to marks is the deployment's and not the file's.
        ("marks-removed", "Mn"),
        ("longest-word", "100"),
    ];
    let found_rows: Vec<_> = rows.iter().map(|(name, nominal, _)| (*name, nominal.as_str())).collect();
    assert_eq!(found_rows, expected, "{rows:?}");
    assert_eq!(found.count(), 2, "and nothing else: {:?}", found.roles);
    let row = |name| found.properties.iter().find(|row| row.name == name).expect("every question is there");
    let lowercase = row(PropertyName::Lowercase);
    assert_eq!(lowercase.comparison, Comparison::Unknown, "the metadata do not say");
    assert_eq!(lowercase.nominal, Stated::Stated("true".into()), "the published file does");
    assert!(matches!(lowercase.operative, Stated::Unknown { .. }), "no guess: {:?}", lowercase.operative);
    assert_eq!(row(PropertyName::Before).comparison, Comparison::Same, "[CLS] is put before");
    let same = found.roles.iter().filter(|row| row.comparison == Comparison::Same).count();
    assert_eq!(same, 5, "unk, pad, cls, sep, mask: {:?}", found.roles);
    let [note] = &found.converter[..] else { panic!("one habit: {:?}", found.converter) };
    assert_eq!((note.rule, &note.ids.listed[..]), (ConverterRule::RoleFromOther, &[101, 102][..]), "bos and eos");
}

/// The metadata of a WordPiece file with these tokens and types.
fn bert(tokens: &[&str], types: &[i32]) -> Description {
    let entries = [
        ("tokenizer.ggml.model", text("bert")),
        ("tokenizer.ggml.tokens", texts(tokens)),
        ("tokenizer.ggml.token_type", numbers(types)),
        ("tokenizer.ggml.unknown_token_id", number(1)),
        ("tokenizer.ggml.padding_token_id", number(0)),
        ("tokenizer.ggml.cls_token_id", number(2)),
        ("tokenizer.ggml.seperator_token_id", number(3)),
        ("tokenizer.ggml.mask_token_id", number(4)),
        ("tokenizer.ggml.normalizer.lowercase", truth(true)),
    ];
    describe_gguf("small.gguf", &metadata(&entries, tokens.len())).expect("it is sound")
}

#[test]
fn a_converters_habits_are_explained_and_a_swap_is_still_found() {
    let nominal = describe(&word_piece());
    let mut tokens = vec![
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        "▁the",
        "▁river",
        "▁bank",
        "s",
        "ing",
        "▁run",
        "▁a",
        "▁[PAD12]",
        "[PAD13]",
    ];
    let types = [3, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 5, 5];
    let found = difference(&nominal, &bert(&tokens, &types));
    assert_eq!(found.vocabulary.count(), 0, "{:?}", found.vocabulary);
    let [note] = &found.converter[..] else { panic!("one habit: {:?}", found.converter) };
    assert_eq!((note.rule, &note.ids.listed[..]), (ConverterRule::Padded, &[12, 13][..]), "both fillers");
    let lowercase = found.properties.iter().find(|row| row.name == PropertyName::Lowercase).expect("it is there");
    assert_eq!(lowercase.comparison, Comparison::Same, "these metadata say so");
    // A filler of another id is no filler.
    tokens[13] = "▁[PAD7]";
    let found = difference(&nominal, &bert(&tokens, &types));
    assert_eq!(found.vocabulary.only_operative.listed[0].piece, "[PAD7]", "{:?}", found.vocabulary);
    tokens.swap(8, 9);
    let found = difference(&nominal, &bert(&tokens, &types));
    let swap = &found.vocabulary.swapped.listed[0];
    assert_eq!((&*swap.first, &*swap.second, swap.first_id), ("##s", "##ing", 8), "two continuing pieces");
}

#[test]
fn byte_level_merges_and_names_of_splitters_are_read_from_a_gguf() {
    let mut json = bpe();
    json["normalizer"] = Value::Null;
    let nominal = describe(&json);
    let tokens: Vec<&str> = nominal.pieces.iter().map(|piece| piece.text.as_str()).collect();
    let mut types = vec![1; tokens.len()];
    types[14] = 3;
    types[15] = 3;
    let described = |merges: &[&str], pre: &str| {
        let entries = [
            ("tokenizer.ggml.model", text("gpt2")),
            ("tokenizer.ggml.pre", text(pre)),
            ("tokenizer.ggml.tokens", texts(&tokens)),
            ("tokenizer.ggml.token_type", numbers(&types)),
            ("tokenizer.ggml.merges", texts(merges)),
            ("tokenizer.ggml.eos_token_id", number(14)),
            ("tokenizer.ggml.add_bos_token", truth(false)),
        ];
        describe_gguf("small.gguf", &metadata(&entries, tokens.len())).expect("it is sound")
    };
    let merges = ["l o", "lo w", "e r", "Ġ low", "low er", "Ġlow er"];
    let found = difference(&nominal, &described(&merges, "gpt-2"));
    assert_eq!(found.count(), 0, "the same in another form: {:?}", properties(&found));
    assert_eq!(found.merges.operative, Some(6), "all merges were compared");
    let found = difference(&nominal, &described(&["l o", "lo w", "e r", "Ġ low", "Ġlow er", "low er"], "qwen2"));
    assert_eq!(found.merges.moved.count(), 1, "one of two neighbours moved");
    assert_eq!(properties(&found)[0].0, "split-patterns", "that name stands for another pattern");
    let found = difference(&nominal, &described(&merges, "a-new-one"));
    assert_eq!(found.count(), 0, "a name that is not known proves nothing");
}

#[test]
fn a_sentencepiece_gguf_keeps_scores_where_the_published_file_has_merges() {
    let Some(path) = shared("models/stories260K/stories260K.gguf") else { return };
    let file = std::fs::read(path).expect("the file is readable");
    let described = describe_gguf("stories260K.gguf", &metadata_of(entries_of(&file, "tokenizer."), 512));
    let described = described.expect("a real tokenizer is sound");
    assert_eq!(
        (described.kind, described.origin, described.pieces.len()),
        (ModelKind::Bpe, Origin::Gguf, 512),
        "llama"
    );
    assert_eq!(described.role(Role::Separator), &Stated::Stated(None), "the file says that there is none");
    assert_eq!(described.property(PropertyName::ByteFallback).value().map(String::as_str), Some("true"), "256 bytes");
    assert_eq!(described.merges, None, "scores stand for them");
    // The same file with one score changed.
    let mut other = described.clone();
    let place = other.pieces.iter().position(|piece| piece.text == "▁once").unwrap_or(400);
    other.pieces[place].score = Some(7.5);
    let found = difference(&described, &other);
    assert_eq!((found.scores.differing, found.count()), (1, 1), "one score: {:?}", found.scores);
    assert_eq!(found.scores.largest.expect("one differs").id, place as u32, "that one");
}

#[test]
fn a_unigram_gguf_is_the_published_one_with_its_table_of_characters() {
    let nominal = describe(&unigram());
    let described = |table: &[u8]| {
        let tokens: Vec<&str> = nominal.pieces.iter().map(|piece| piece.text.as_str()).collect();
        let entries = [
            ("tokenizer.ggml.model", text("t5")),
            ("tokenizer.ggml.tokens", texts(&tokens)),
            ("tokenizer.ggml.token_type", numbers(&[3, 3, 3, 2, 1, 1, 1, 1])),
            ("tokenizer.ggml.scores", fractions(&[0.0, 0.0, 0.0, 0.0, -3.5, -2.25, -4.0625, -5.1])),
            ("tokenizer.ggml.unknown_token_id", number(3)),
            ("tokenizer.ggml.precompiled_charsmap", bytes(table)),
            ("tokenizer.ggml.add_space_prefix", truth(true)),
            ("tokenizer.ggml.add_bos_token", truth(false)),
            ("tokenizer.ggml.add_eos_token", truth(false)),
        ];
        describe_gguf("small.gguf", &metadata(&entries, tokens.len())).expect("it is sound")
    };
    let found = difference(&nominal, &described(&[1, 2, 3, 4]));
    assert_eq!(found.count(), 0, "{:?} {:?}", properties(&found), found.scores);
    assert_eq!(found.scores.compared, 4, "pieces of text");
    let found = difference(&nominal, &described(&[1, 2, 3, 5]));
    assert_eq!(properties(&found)[0].0, "charsmap", "another table of characters");
}
