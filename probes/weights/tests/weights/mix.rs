//! Expected types against what llama.cpp's quantizer really wrote, and claims that files contradict.

use std::collections::BTreeMap;

use parallax_artifact::DType;
use parallax_weights::{
    ClaimVerdict, Direction, Expectation, Expected, Facts, FileType, Named, Override, Rule, claim_evidence,
    expected_types,
};

use crate::files::{Opened, Stored, gguf};
use crate::shared::shared;

const TYPES: [DType; 13] = [
    DType::F32,
    DType::F16,
    DType::BF16,
    DType::Q4_0,
    DType::Q4_1,
    DType::Q5_0,
    DType::Q5_1,
    DType::Q8_0,
    DType::Q2K,
    DType::Q3K,
    DType::Q4K,
    DType::Q5K,
    DType::Q6K,
];

/// The nine MiniLM files as `gguf_types.json` lists them, with the shapes of the files that are stored.
fn listed() -> Option<(BTreeMap<String, Opened>, Facts)> {
    let list = std::fs::read(shared("oracle/golden/gguf_types.json")?).unwrap();
    let stored = gguf(&shared("models/gguf/minilm-q8_0.gguf")?);
    let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
    let files = list.as_object().unwrap().iter().map(|(file, entry)| {
        let tensors = entry["types"].as_object().unwrap().iter().map(|(name, dtype)| {
            let dtype = TYPES.into_iter().find(|known| known.name() == dtype.as_str().unwrap()).unwrap();
            let shape = stored.tensors[stored.place(name)].shape.clone();
            Stored { name: name.clone(), shape, dtype, bytes: Vec::new(), digest: None }
        });
        (file.trim_end_matches(".gguf").to_owned(), Opened { tensors: tensors.collect(), facts: stored.facts.clone() })
    });
    let files: BTreeMap<_, _> = files.collect();
    Some((files, stored.facts))
}

fn expected_of(claim: FileType, file: &Opened) -> BTreeMap<String, Expected> {
    let expected = expected_types(claim, &file.named(), &file.facts);
    file.tensors.iter().map(|tensor| tensor.name.clone()).zip(expected).collect()
}

fn dtype_of(expected: &BTreeMap<String, Expected>, name: &str) -> Option<DType> {
    expected[name].dtype(false)
}

#[test]
fn files_of_the_quantizer_have_their_expected_types() {
    let Some((files, _)) = listed() else { return };
    for (file, claim) in [
        ("minilm-f32", FileType::F32),
        ("minilm-f16", FileType::F16),
        ("minilm-q8_0", FileType::Q8_0),
        ("minilm-q8_0-py", FileType::Q8_0),
        ("minilm-q4_0", FileType::Q4_0),
        ("minilm-q4_k_m", FileType::Q4_K_M),
        ("minilm-q5_k_m", FileType::Q5_K_M),
        ("minilm-q6_k", FileType::Q6_K),
    ] {
        let file = &files[file];
        let evidence = claim_evidence(claim, &file.named(), &file.facts, None);
        assert_eq!(evidence.verdict, ClaimVerdict::AsClaimed, "{claim:?}: {:?}", evidence.deviations);
        assert_eq!((evidence.as_expected, evidence.kept), (37, 64), "{claim:?}");
        assert!(evidence.fitting.contains(&claim), "{claim:?}");
    }
    for (file, claim) in [
        ("oracle/golden/tiny/tiny-q4_k_m.gguf", FileType::Q4_K_M),
        ("oracle/golden/tiny/tiny-q6_k.gguf", FileType::Q6_K),
        ("models/gguf/minilm-q4_k_m.gguf", FileType::Q4_K_M),
        ("models/gguf/minilm-q4_0.gguf", FileType::Q4_0),
        ("models/stories260K/stories260K.gguf", FileType::F32),
    ] {
        let Some(path) = shared(file) else { return };
        let opened = gguf(&path);
        let evidence = claim_evidence(claim, &opened.named(), &opened.facts, None);
        assert_eq!(evidence.verdict, ClaimVerdict::AsClaimed, "{file}: {:?}", evidence.deviations);
    }
}

#[test]
fn a_python_writer_leaves_the_tied_output_rule_out_and_that_is_seen() {
    let Some((files, _)) = listed() else { return };
    let file = &files["minilm-q4_0-py"];
    let evidence = claim_evidence(FileType::Q4_0, &file.named(), &file.facts, None);
    assert_eq!(evidence.deviations.len(), 1);
    let deviation = evidence.deviations[0];
    assert_eq!(file.tensors[deviation.tensor].name, "token_embd.weight");
    assert_eq!((deviation.found, deviation.direction), (DType::Q4_0, Direction::Lower));
    assert_eq!(deviation.expected.expectation, Expectation::Type(DType::Q8_0));
    assert_eq!(deviation.expected.why.rule, Rule::TiedOutput);
    assert_eq!(evidence.verdict, ClaimVerdict::Overridden);
    let named = [Override::Pure, Override::TokenEmbeddingType(DType::Q4_0), Override::OutputTensorType(DType::Q4_0)];
    assert_eq!(evidence.overrides, named);
}

#[test]
fn a_label_of_k_quants_on_narrow_rows_is_explained_by_their_shape() {
    let Some((files, _)) = listed() else { return };
    let file = &files["minilm-q4_k_m"];
    let evidence = claim_evidence(FileType::Q4_K_M, &file.named(), &file.facts, None);
    assert_eq!(evidence.reshaped, 31);
    let expected = expected_of(FileType::Q4_K_M, file);
    assert_eq!(dtype_of(&expected, "blk.0.attn_q.weight"), Some(DType::Q5_0));
    let why = expected["blk.0.attn_q.weight"].why.to_string();
    let said = "the label's own type; Q4_K is replaced: rows of 384 do not divide into its blocks of 256";
    assert_eq!(why, said);
    assert_eq!(expected["blk.2.attn_v.weight"].why.rule, Rule::MoreBits);
    assert_eq!(dtype_of(&expected, "blk.2.attn_v.weight"), Some(DType::Q8_0));
    assert_eq!(expected["blk.0.ffn_down.weight"].why.fallback, None);
}

#[test]
fn wrong_claims_are_contradicted() {
    let Some((files, _)) = listed() else { return };
    for (file, claim, higher, lower, fitting) in [
        ("minilm-q4_0", FileType::Q8_0, 0, 36, FileType::Q4_0),
        ("minilm-q8_0", FileType::Q4_0, 36, 0, FileType::Q8_0),
        ("minilm-q4_k_m", FileType::Q8_0, 0, 34, FileType::Q4_K_M),
        ("minilm-q6_k", FileType::Q4_K_M, 32, 0, FileType::Q6_K),
        ("minilm-f16", FileType::F32, 0, 37, FileType::F16),
        ("minilm-f16", FileType::Q8_0, 37, 0, FileType::F16),
        ("minilm-q8_0", FileType::F16, 0, 37, FileType::Q8_0),
    ] {
        let opened = &files[file];
        let evidence = claim_evidence(claim, &opened.named(), &opened.facts, None);
        assert_eq!(evidence.verdict, ClaimVerdict::Contradicted, "{file} as {claim:?}");
        assert_eq!((evidence.higher, evidence.lower), (higher, lower), "{file} as {claim:?}");
        assert!(evidence.fitting.contains(&fitting), "{file} as {claim:?}: {:?}", evidence.fitting);
        assert!(evidence.overrides.is_empty(), "{file} as {claim:?}");
    }
}

#[test]
fn one_tensor_of_another_type_deviates_without_contradicting_the_label() {
    let Some((mut files, _)) = listed() else { return };
    let mut file = files.remove("minilm-q8_0").unwrap();
    let changed = file.place("blk.3.ffn_down.weight");
    file.tensors[changed].dtype = DType::Q2K;
    let evidence = claim_evidence(FileType::Q8_0, &file.named(), &file.facts, None);
    assert_eq!(evidence.verdict, ClaimVerdict::Deviates);
    assert_eq!(evidence.deviations.iter().map(|one| one.tensor).collect::<Vec<_>>(), [changed]);
    // A normalisation that is quantized is no option of anything.
    file.tensors[changed].dtype = DType::Q8_0;
    let norm = file.place("token_embd_norm.weight");
    file.tensors[norm].dtype = DType::Q8_0;
    let evidence = claim_evidence(FileType::Q8_0, &file.named(), &file.facts, None);
    assert_eq!((evidence.verdict, evidence.deviations.len()), (ClaimVerdict::Deviates, 1));
}

/// A llama of so many blocks, wide enough for every block type.
fn llama(blocks: usize, facts: Facts, experts: Option<usize>, tied: bool) -> Opened {
    let mut tensors = vec![Stored::new("token_embd.weight", &[512, 256]), Stored::new("output_norm.weight", &[256])];
    if !tied {
        tensors.push(Stored::new("output.weight", &[512, 256]));
    }
    for block in 0..blocks {
        let mut add = |part: &str, shape: &[usize]| {
            tensors.push(Stored::new(&format!("blk.{block}.{part}.weight"), shape));
        };
        for part in ["attn_q", "attn_output"] {
            add(part, &[256, 256]);
        }
        for part in ["attn_k", "attn_v"] {
            add(part, &[256, 256]);
        }
        match experts {
            None => ["ffn_gate", "ffn_up", "ffn_down"].iter().for_each(|part| add(part, &[256, 256])),
            Some(experts) => {
                ["ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"]
                    .iter()
                    .for_each(|part| add(part, &[experts, 256, 256]));
                add("ffn_gate_inp", &[experts, 256]);
            }
        }
        add("ffn_norm", &[256]);
    }
    Opened { tensors, facts: Facts { architecture: Some("llama".into()), layers: Some(blocks), ..facts } }
}

fn dense(heads: usize, kv_heads: usize) -> Facts {
    Facts { heads: Some(heads), kv_heads: Some(kv_heads), ..Facts::default() }
}

/// The blocks in which a part has a type.
fn blocks_with(expected: &BTreeMap<String, Expected>, part: &str, dtype: DType, importance: bool) -> Vec<usize> {
    let block = |name: &str| {
        name.strip_prefix("blk.")?.split_once('.').map(|(block, rest)| (block.parse().ok(), rest.to_owned()))
    };
    let wanted = format!("{part}.weight");
    let mut found: Vec<usize> = expected
        .iter()
        .filter(|(_, one)| one.dtype(importance) == Some(dtype))
        .filter_map(|(name, _)| block(name).filter(|(_, rest)| *rest == wanted).and_then(|(block, _)| block))
        .collect();
    found.sort_unstable();
    found
}

#[test]
fn the_mixtures_of_thirty_two_blocks_are_those_of_the_quantizer() {
    let file = llama(32, dense(32, 32), None, false);
    let of = |claim| expected_of(claim, &file);
    let every: Vec<usize> = (0..32).collect();
    // The first and last eighth, and every third between.
    let more = [0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 27, 28, 29, 30, 31];
    for (claim, base) in [(FileType::Q4_K_M, DType::Q4K), (FileType::Q5_K_M, DType::Q5K)] {
        let expected = of(claim);
        for part in ["attn_v", "ffn_down"] {
            assert_eq!(blocks_with(&expected, part, DType::Q6K, false), more, "{claim:?} {part}");
            assert_eq!(blocks_with(&expected, part, base, false).len(), 16, "{claim:?} {part}");
        }
        assert_eq!(blocks_with(&expected, "attn_output", base, false), every);
        assert_eq!(dtype_of(&expected, "output.weight"), Some(DType::Q6K));
        assert_eq!(dtype_of(&expected, "token_embd.weight"), Some(base));
    }
    let small = of(FileType::Q4_K_S);
    assert_eq!(blocks_with(&small, "attn_v", DType::Q5K, false), [0, 1, 2, 3]);
    assert_eq!(blocks_with(&small, "ffn_down", DType::Q5K, false), [0, 1, 2, 3]);
    let middle = of(FileType::Q3_K_M);
    assert_eq!(blocks_with(&middle, "attn_v", DType::Q5K, false), [0, 1]);
    assert_eq!(blocks_with(&middle, "ffn_down", DType::Q5K, false), [0, 1]);
    assert_eq!(blocks_with(&middle, "ffn_down", DType::Q4K, false).len(), 30);
    assert_eq!(blocks_with(&middle, "attn_output", DType::Q4K, false), every);
    assert_eq!(blocks_with(&middle, "attn_q", DType::Q3K, false), every);
    let large = of(FileType::Q3_K_L);
    for part in ["attn_v", "ffn_down", "attn_output"] {
        assert_eq!(blocks_with(&large, part, DType::Q5K, false), every, "{part}");
    }
    let two = of(FileType::Q2_K);
    for part in ["attn_v", "ffn_down", "attn_output"] {
        assert_eq!(blocks_with(&two, part, DType::Q3K, false), every, "{part}");
    }
    let two_small = of(FileType::Q2_K_S);
    assert_eq!(blocks_with(&two_small, "ffn_down", DType::Q4K, false), [0, 1, 2, 3]);
    assert_eq!(blocks_with(&two_small, "attn_v", DType::Q2K, false), every);
    let shared = llama(32, dense(32, 8), None, false);
    assert_eq!(blocks_with(&expected_of(FileType::Q2_K, &shared), "attn_v", DType::Q4K, false), every);
    for claim in [FileType::Q3_K_S, FileType::Q5_K_S, FileType::Q6_K, FileType::Q4_1, FileType::Q5_1] {
        let base = claim.default_type().unwrap();
        for part in ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"] {
            assert_eq!(blocks_with(&of(claim), part, base, false), every, "{claim:?} {part}");
        }
    }
}

#[test]
fn an_importance_matrix_changes_the_first_blocks_of_two_labels() {
    let mut file = llama(32, dense(32, 32), None, false);
    for (claim, base, better) in
        [(FileType::Q4_0, DType::Q4_0, DType::Q4_1), (FileType::Q5_0, DType::Q5_0, DType::Q5_1)]
    {
        let expected = expected_of(claim, &file);
        assert_eq!(blocks_with(&expected, "ffn_down", base, false).len(), 32);
        assert_eq!(blocks_with(&expected, "ffn_down", better, true), [0, 1, 2, 3]);
        for importance in [false, true] {
            for tensor in &mut file.tensors {
                tensor.dtype = expected[&tensor.name].dtype(importance).unwrap_or(DType::F32);
            }
            let evidence = claim_evidence(claim, &file.named(), &file.facts, None);
            assert_eq!((evidence.verdict, evidence.importance), (ClaimVerdict::AsClaimed, Some(importance)));
            let denied = claim_evidence(claim, &file.named(), &file.facts, Some(!importance));
            assert_eq!(denied.deviations.len(), 4);
        }
    }
}

#[test]
fn eight_experts_seventy_billion_and_fused_values_have_rules_of_their_own() {
    let mixture = llama(8, dense(32, 8), Some(8), false);
    let expected = expected_of(FileType::Q4_K_M, &mixture);
    assert_eq!(blocks_with(&expected, "attn_v", DType::Q8_0, false).len(), 8);
    assert_eq!(blocks_with(&expected, "attn_k", DType::Q8_0, false).len(), 8);
    assert_eq!(blocks_with(&expected, "attn_output", DType::Q5K, false).len(), 8);
    assert_eq!(blocks_with(&expected, "ffn_down_exps", DType::Q6K, false), [0, 3, 6, 7]);
    assert_eq!(expected["blk.0.ffn_gate_inp.weight"].expectation, Expectation::Kept);

    let large = llama(80, dense(64, 8), None, false);
    let expected = expected_of(FileType::Q4_K_S, &large);
    assert_eq!(blocks_with(&expected, "attn_v", DType::Q5K, false).len(), 80);
    assert_eq!(expected["blk.50.attn_v.weight"].why.rule, Rule::SeventyBillion);
    let unshared = llama(80, dense(64, 64), None, false);
    assert_eq!(blocks_with(&expected_of(FileType::Q4_K_S, &unshared), "attn_v", DType::Q5K, false), [0, 1, 2, 3]);

    let fused = Opened::of(
        &[
            ("token_embd.weight", &[512, 256]),
            ("blk.0.attn_qkv.weight", &[768, 256]),
            ("blk.1.attn_qkv.weight", &[768, 256]),
        ],
        Facts::default(),
    );
    let expected = expected_of(FileType::Q4_K_M, &fused);
    assert_eq!(dtype_of(&expected, "blk.0.attn_qkv.weight"), Some(DType::Q4K));
    assert_eq!(dtype_of(&expected, "blk.1.attn_qkv.weight"), Some(DType::Q6K));
    assert_eq!(dtype_of(&expected, "token_embd.weight"), Some(DType::Q6K));
}

#[test]
fn rows_that_fit_no_block_become_f16() {
    let file = Opened::of(
        &[("token_embd.weight", &[512, 172]), ("output.weight", &[512, 256]), ("blk.0.ffn_down.weight", &[64, 172])],
        Facts::default(),
    );
    for claim in [FileType::Q4_K_M, FileType::Q8_0, FileType::Q4_0] {
        let expected = expected_of(claim, &file);
        assert_eq!(dtype_of(&expected, "blk.0.ffn_down.weight"), Some(DType::F16), "{claim:?}");
        assert!(expected["blk.0.ffn_down.weight"].why.fallback.is_some());
    }
    for claim in [FileType::F32, FileType::BF16] {
        assert_eq!(dtype_of(&expected_of(claim, &file), "blk.0.ffn_down.weight"), claim.default_type());
    }
}

#[test]
fn documented_options_are_named_when_they_explain_everything() {
    let mut file = llama(8, dense(8, 8), None, false);
    let expected = expected_of(FileType::Q4_K_M, &file);
    let as_claimed = |file: &mut Opened| {
        for tensor in &mut file.tensors {
            tensor.dtype = expected[&tensor.name].dtype(false).unwrap_or(DType::F32);
        }
    };
    let evidence = |file: &Opened| claim_evidence(FileType::Q4_K_M, &file.named(), &file.facts, None);
    let (embedding, output) = (file.place("token_embd.weight"), file.place("output.weight"));
    as_claimed(&mut file);
    assert_eq!(evidence(&file).verdict, ClaimVerdict::AsClaimed);
    file.tensors[embedding].dtype = DType::Q8_0;
    assert_eq!(evidence(&file).overrides, [Override::TokenEmbeddingType(DType::Q8_0)]);
    file.tensors[output].dtype = DType::F16;
    let both = [
        Override::TokenEmbeddingType(DType::Q8_0),
        Override::OutputTensorType(DType::F16),
        Override::LeaveOutputTensor,
    ];
    assert_eq!((evidence(&file).overrides.as_slice(), evidence(&file).verdict), (&both[..], ClaimVerdict::Overridden));
    for tensor in &mut file.tensors {
        let quantized = tensor.name.ends_with("weight") && !tensor.name.contains("norm");
        tensor.dtype = if quantized { DType::Q4K } else { DType::F32 };
    }
    assert_eq!(evidence(&file).overrides, [Override::Pure]);
    // The same label, one letter off: another label fits every tensor.
    let small = expected_of(FileType::Q4_K_S, &file);
    for tensor in &mut file.tensors {
        tensor.dtype = small[&tensor.name].dtype(false).unwrap_or(DType::F32);
    }
    let found = evidence(&file);
    assert_eq!((found.verdict, found.fitting.as_slice()), (ClaimVerdict::Contradicted, &[FileType::Q4_K_S][..]));
}

#[test]
fn labels_are_read_as_the_quantizer_reads_them() {
    for label in FileType::ALL {
        assert_eq!(FileType::parse(label.name()), Some(label));
        assert_eq!(FileType::parse(&label.name().to_lowercase()), Some(label));
        assert_eq!(FileType::parse(&label.number().to_string()), Some(label));
        assert_eq!(FileType::from_number(label.number()), Some(label));
        assert_eq!(FileType::from_number(label.number() + 1024), Some(label));
    }
    for (alias, label) in [("q4_k", FileType::Q4_K_M), ("Q5_K", FileType::Q5_K_M), (" q3_K ", FileType::Q3_K_M)] {
        assert_eq!(FileType::parse(alias), Some(label));
    }
    for wrong in ["", "Q4", "Q4_K_XL", "6", "33", "q4_2", "999"] {
        assert_eq!(FileType::parse(wrong), None, "{wrong}");
    }
    assert!((4..=6).chain(33..=35).all(|number| FileType::from_number(number).is_none()));
    assert_eq!((FileType::Q4_K_M.number(), FileType::BF16.number(), FileType::Iq4Xs.number()), (15, 32, 30));
}

#[test]
fn labels_whose_rules_are_not_recomputed_say_so() {
    let file = llama(2, dense(8, 8), None, false);
    let evidence = claim_evidence(FileType::Iq4Xs, &file.named(), &file.facts, None);
    assert_eq!(evidence.verdict, ClaimVerdict::NotDecidable);
    assert!(evidence.not_decidable > 0 && evidence.deviations.is_empty());
    let expected = expected_of(FileType::Iq4Xs, &file);
    assert_eq!(expected["blk.0.ffn_norm.weight"].expectation, Expectation::Kept);
    let named: Vec<Named<'_>> = file.named();
    assert_eq!(expected_types(FileType::Iq1M, &named, &file.facts).len(), named.len());
}
