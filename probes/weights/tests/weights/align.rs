//! Alignment of checkpoints with GGUF files that llama.cpp's own converter and quantizer wrote, and of harder lists.

use parallax_weights::{Alignment, BlockEvidence, Facts, Layout, Reason, Rope, Side, Source, align, align_blocks};

use crate::files::{Opened, Stored, checkpoint, difference, gguf, source};
use crate::shared::shared;

const FAMILIES: [&str; 15] = [
    "bert-classifier",
    "distilbert-classifier",
    "gemma2",
    "llama",
    "llama-tied-rope3",
    "mistral",
    "mixtral",
    "modernbert",
    "olmoe",
    "phi3",
    "qwen2",
    "qwen3",
    "qwen3-moe",
    "roberta-classifier",
    "xlm-roberta",
];

pub(crate) fn aligned(nominal: &Opened, operative: &Opened) -> Alignment {
    align(&nominal.named(), &nominal.facts, &operative.named(), &operative.facts)
}

/// Names of the tensors without counterpart, with their reasons.
pub(crate) fn reasons(alignment: &Alignment, nominal: &Opened, operative: &Opened) -> Vec<(Side, String, Reason)> {
    let name = |side, index: usize| match side {
        Side::Nominal => nominal.tensors[index].name.clone(),
        Side::Operative => operative.tensors[index].name.clone(),
    };
    alignment.unmatched.iter().map(|one| (one.side, name(one.side, one.index), one.reason)).collect()
}

/// The first layout of every pair that gives the deployed rows bit for bit.
pub(crate) fn exact_layouts(
    alignment: &Alignment,
    nominal: &Opened,
    operative: &Opened,
) -> Vec<(String, Option<Layout>)> {
    let exact = |pair: &parallax_weights::Pair| {
        pair.layouts
            .iter()
            .find(|layout| {
                let rows = pair.operative_rows.clone();
                let deployed = &operative.tensors[pair.operative];
                difference(&source(nominal, pair, layout), deployed, rows) == Some(0.0)
            })
            .cloned()
    };
    alignment.pairs.iter().map(|pair| (operative.tensors[pair.operative].name.clone(), exact(pair))).collect()
}

#[test]
fn every_family_is_paired_or_explained_and_its_rows_are_found_bit_for_bit() {
    for family in FAMILIES {
        let Some(folder) = shared(&format!("oracle/golden/families/{family}")) else { return };
        let Some(file) = shared(&format!("oracle/golden/families-gguf/{family}.gguf")) else { return };
        let (nominal, operative) = (checkpoint(&folder), gguf(&file));
        let alignment = aligned(&nominal, &operative);
        let unexplained: Vec<_> = reasons(&alignment, &nominal, &operative)
            .into_iter()
            .filter(|(_, _, reason)| *reason == Reason::Unknown)
            .collect();
        assert!(unexplained.is_empty(), "{family}: {unexplained:?}");
        assert_eq!(alignment.blocks.evidence, BlockEvidence::Same, "{family}");
        for (name, layout) in exact_layouts(&alignment, &nominal, &operative) {
            assert!(layout.is_some(), "{family}: no layout gives the rows of {name}");
        }
        wrong_orders_are_seen(family, &alignment, &nominal, &operative);
    }
}

/// Query and key rows in the other order than the right one must differ, so that agreement means something.
fn wrong_orders_are_seen(family: &str, alignment: &Alignment, nominal: &Opened, operative: &Opened) {
    let permuted = matches!(family, "llama" | "llama-tied-rope3" | "mistral" | "mixtral");
    let mut seen = 0;
    for pair in &alignment.pairs {
        let deployed = &operative.tensors[pair.operative];
        let heads = match deployed.name.rsplit_once('.').map(|(stem, _)| stem.rsplit('.').next()) {
            Some(Some("attn_q")) => nominal.facts.heads,
            Some(Some("attn_k")) => nominal.facts.kv_heads,
            _ => continue,
        };
        let heads = heads.expect("every family states its heads");
        let (right, wrong) = if permuted {
            (Layout::PermuteHeads(heads), Layout::AsStored)
        } else {
            (Layout::AsStored, Layout::PermuteHeads(heads))
        };
        assert_eq!(pair.layouts[0], right, "{family}: {}", deployed.name);
        let of = |layout| difference(&source(nominal, pair, &layout), deployed, pair.operative_rows.clone());
        assert_eq!(of(right), Some(0.0), "{family}: {}", deployed.name);
        // A bias may be all zeros, which is the same in any order.
        if deployed.name.ends_with("weight") {
            assert!(of(wrong).is_some_and(|most| most > 0.0), "{family}: {} in the wrong order", deployed.name);
            seen += 1;
        }
    }
    assert!(seen >= 6 || matches!(family, "phi3" | "modernbert"), "{family}: {seen} orders tried");
}

#[test]
fn a_published_gguf_is_aligned_with_a_deployed_checkpoint() {
    for family in FAMILIES {
        let Some(folder) = shared(&format!("oracle/golden/families/{family}")) else { return };
        let Some(file) = shared(&format!("oracle/golden/families-gguf/{family}.gguf")) else { return };
        let (nominal, operative) = (gguf(&file), checkpoint(&folder));
        let alignment = aligned(&nominal, &operative);
        let unexplained = alignment.unexplained().count();
        assert_eq!(unexplained, 0, "{family}: {:?}", reasons(&alignment, &nominal, &operative));
        for pair in &alignment.pairs {
            let deployed = &operative.tensors[pair.operative];
            // A sum that was rounded does not always lead back: one unit of 1.0 + w is at most 2^-23.
            let most = if pair.layouts.contains(&Layout::SubtractOne) { 2.0f32.powi(-22) } else { 0.0 };
            let found = pair.layouts.iter().any(|layout| {
                difference(&source(&nominal, pair, layout), deployed, pair.operative_rows.clone())
                    .is_some_and(|found| found <= most)
            });
            assert!(found, "{family}: no layout gives the rows of {}", deployed.name);
        }
    }
}

#[test]
fn a_file_aligns_with_itself_and_tied_outputs_and_poolers_are_explained() {
    let Some(model) = shared("models/all-MiniLM-L6-v2") else { return };
    let nominal = checkpoint(&model);
    for name in ["minilm-q4_0", "minilm-q8_0", "minilm-q4_k_m"] {
        let Some(file) = shared(&format!("models/gguf/{name}.gguf")) else { return };
        let operative = gguf(&file);
        let alignment = aligned(&nominal, &operative);
        assert_eq!(alignment.pairs.len(), operative.tensors.len(), "{name}");
        assert!(alignment.pairs.iter().all(|pair| pair.layouts == [Layout::AsStored]), "{name}");
        let expected = [
            (Side::Nominal, "embeddings.position_ids".to_owned(), Reason::Generated),
            (Side::Nominal, "pooler.dense.bias".to_owned(), Reason::HeadDropped),
            (Side::Nominal, "pooler.dense.weight".to_owned(), Reason::HeadDropped),
        ];
        assert_eq!(reasons(&alignment, &nominal, &operative), expected, "{name}");
        // What stays in F32 is found unchanged.
        let kept: Vec<_> = exact_layouts(&alignment, &nominal, &operative)
            .into_iter()
            .filter(|(name, layout)| name.ends_with("bias") && layout.is_none())
            .collect();
        assert!(kept.is_empty(), "{name}: {kept:?}");
    }
    for path in ["models/stories260K/stories260K.gguf", "oracle/golden/tiny/tiny-q4_k_m.gguf"] {
        let Some(path) = shared(path) else { return };
        let (nominal, operative) = (gguf(&path), gguf(&path));
        let alignment = aligned(&nominal, &operative);
        assert!(alignment.unmatched.is_empty());
        assert!(alignment.pairs.iter().all(|pair| pair.nominal == [pair.operative]));
        assert!(exact_layouts(&alignment, &nominal, &operative).iter().all(|(_, layout)| layout.is_some()));
    }
}

#[test]
fn the_tiny_model_is_paired_completely_in_both_formats() {
    let Some(model) = shared("oracle/golden/tiny/model") else { return };
    for name in ["tiny-q4_k_m", "tiny-q6_k"] {
        let Some(file) = shared(&format!("oracle/golden/tiny/{name}.gguf")) else { return };
        let (nominal, operative) = (checkpoint(&model), gguf(&file));
        let alignment = aligned(&nominal, &operative);
        assert!(alignment.unmatched.is_empty());
        assert_eq!(alignment.pairs.len(), operative.tensors.len());
    }
}

#[test]
fn prefixes_of_wrappers_do_not_matter_between_checkpoints() {
    for (family, prefix) in [
        ("bert-classifier", "bert."),
        ("distilbert-classifier", "distilbert."),
        ("roberta-classifier", "roberta."),
        ("gemma3", "model."),
        ("llama-classifier", "model."),
        ("mixtral", "model."),
        ("olmoe", "model."),
    ] {
        let Some(folder) = shared(&format!("oracle/golden/families/{family}")) else { return };
        let (nominal, mut operative) = (checkpoint(&folder), checkpoint(&folder));
        for tensor in &mut operative.tensors {
            tensor.name = tensor.name.strip_prefix(prefix).unwrap_or(&tensor.name).to_owned();
        }
        for (nominal, operative) in [(&nominal, &operative), (&operative, &nominal)] {
            let alignment = aligned(nominal, operative);
            assert!(alignment.unmatched.is_empty(), "{family}: {:?}", reasons(&alignment, nominal, operative));
            assert!(alignment.pairs.iter().all(|pair| pair.nominal == [pair.operative]), "{family}");
        }
    }
}

#[test]
fn gemma_3_has_its_normalisations_shifted_and_its_table_cut() {
    let Some(folder) = shared("oracle/golden/families/gemma3") else { return };
    let nominal = checkpoint(&folder);
    let parts = [
        ("attn_k", vec![32, 64]),
        ("attn_k_norm", vec![16]),
        ("attn_norm", vec![64]),
        ("attn_output", vec![64, 64]),
        ("attn_q", vec![64, 64]),
        ("attn_q_norm", vec![16]),
        ("attn_v", vec![32, 64]),
        ("ffn_down", vec![64, 128]),
        ("ffn_gate", vec![128, 64]),
        ("ffn_norm", vec![64]),
        ("ffn_up", vec![128, 64]),
        ("post_attention_norm", vec![64]),
        ("post_ffw_norm", vec![64]),
    ];
    let mut tensors = vec![Stored::new("output_norm.weight", &[64]), Stored::new("token_embd.weight", &[300, 64])];
    for block in 0..3 {
        let stored = |(part, shape): &(&str, Vec<usize>)| Stored::new(&format!("blk.{block}.{part}.weight"), shape);
        tensors.extend(parts.iter().map(stored));
    }
    let operative = Opened { tensors, facts: Facts { architecture: Some("gemma3".into()), ..Facts::default() } };
    let alignment = aligned(&nominal, &operative);
    assert!(alignment.unmatched.is_empty(), "{:?}", reasons(&alignment, &nominal, &operative));
    for pair in &alignment.pairs {
        let name = operative.tensors[pair.operative].name.as_str();
        let expected = match name {
            "token_embd.weight" => Layout::FirstRows(300),
            _ if name.ends_with("norm.weight") => Layout::AddOne,
            _ => Layout::AsStored,
        };
        assert_eq!(pair.layouts[0], expected, "{name}");
    }
    let after = alignment
        .pairs
        .iter()
        .find(|pair| operative.tensors[pair.operative].name == "blk.1.post_attention_norm.weight");
    let behind = after.map(|pair| nominal.tensors[pair.nominal[0]].name.as_str());
    assert_eq!(behind, Some("model.layers.1.post_attention_layernorm.weight"));
}

#[test]
fn rotary_factors_are_generated_only_from_a_config_that_asks_for_them() {
    let Some(folder) = shared("oracle/golden/families/llama-tied-rope3") else { return };
    let Some(file) = shared("oracle/golden/families-gguf/llama-tied-rope3.gguf") else { return };
    let (mut nominal, operative) = (checkpoint(&folder), gguf(&file));
    let expected = [(Side::Operative, "rope_freqs.weight".to_owned(), Reason::Generated)];
    assert_eq!(reasons(&aligned(&nominal, &operative), &nominal, &operative), expected);
    let factors = nominal.facts.rope.generated("rope_freqs.weight").expect("the config states llama3 scaling");
    let stored = &operative.tensors[operative.place("rope_freqs.weight")];
    let mut values = vec![0.0; factors.len()];
    Source::plain(stored.view()).read_row(0, &mut values);
    for (computed, stored) in factors.iter().zip(&values) {
        assert!((computed / stored - 1.0).abs() < 1e-6, "{factors:?} against {values:?}");
    }
    nominal.facts.rope = Rope::Plain;
    let unexpected = [(Side::Operative, "rope_freqs.weight".to_owned(), Reason::Unknown)];
    assert_eq!(reasons(&aligned(&nominal, &operative), &nominal, &operative), unexpected);
}

#[test]
fn blocks_taken_out_are_told_apart_by_equal_bytes() {
    let Some(file) = shared("models/stories260K/stories260K.gguf") else { return };
    let nominal = gguf(&file).with_digests();
    let mut operative = gguf(&file).with_digests();
    // As `--prune-layers 1,3` leaves it.
    let renumbered = [Some(0), None, Some(1), None, Some(2)];
    operative.tensors.retain_mut(|tensor| {
        let Some(rest) = tensor.name.strip_prefix("blk.") else { return true };
        let (block, part) = rest.split_once('.').unwrap();
        let Some(new) = renumbered[block.parse::<usize>().unwrap()] else { return false };
        tensor.name = format!("blk.{new}.{part}");
        true
    });
    let alignment = aligned(&nominal, &operative);
    assert_eq!(alignment.blocks.evidence, BlockEvidence::Digests);
    assert_eq!(alignment.blocks.pairs, [(0, 0), (1, 2), (2, 4)]);
    assert!(alignment.unmatched.iter().all(|one| one.side == Side::Nominal && one.reason == Reason::Pruned));
    assert_eq!(alignment.unmatched.len(), 2 * 9);
    assert!(exact_layouts(&alignment, &nominal, &operative).iter().all(|(_, layout)| layout.is_some()));

    operative.tensors.iter_mut().for_each(|tensor| tensor.digest = None);
    let assumed = aligned(&nominal, &operative);
    assert_eq!(assumed.blocks.evidence, BlockEvidence::Assumed);
    let given =
        align_blocks(&nominal.named(), &nominal.facts, &operative.named(), &operative.facts, &[(0, 0), (1, 2), (2, 4)]);
    assert_eq!(given.blocks.evidence, BlockEvidence::Given);
    assert_eq!(given.pairs, alignment.pairs);
}

#[test]
fn what_nothing_explains_is_unknown() {
    let Some(folder) = shared("oracle/golden/families/llama") else { return };
    let Some(file) = shared("oracle/golden/families-gguf/llama.gguf") else { return };
    let nominal = checkpoint(&folder);
    let mut operative = gguf(&file);
    operative.tensors.remove(operative.place("blk.1.ffn_up.weight"));
    operative.tensors.push(Stored::new("blk.1.attn_q.lora_a", &[8, 64]));
    operative.tensors.push(Stored::new("blk.1.hidden_extra.weight", &[8, 64]));
    // The config says that the output is no copy of the embedding.
    operative.tensors.remove(operative.place("output.weight"));
    let expected = [
        (Side::Nominal, "lm_head.weight".to_owned(), Reason::Unknown),
        (Side::Nominal, "model.layers.1.mlp.up_proj.weight".to_owned(), Reason::Unknown),
        (Side::Operative, "blk.1.attn_q.lora_a".to_owned(), Reason::Adapter),
        (Side::Operative, "blk.1.hidden_extra.weight".to_owned(), Reason::Unknown),
    ];
    assert_eq!(reasons(&aligned(&nominal, &operative), &nominal, &operative), expected);
}

#[test]
fn a_stored_output_is_tied_by_config_or_by_equal_bytes() {
    let Some(folder) = shared("oracle/golden/families/llama-tied-rope3") else { return };
    let Some(file) = shared("oracle/golden/families-gguf/llama-tied-rope3.gguf") else { return };
    let operative = gguf(&file);
    let mut nominal = checkpoint(&folder);
    let embedding = &nominal.tensors[nominal.place("model.embed_tokens.weight")];
    let copy = Stored {
        name: "lm_head.weight".into(),
        shape: embedding.shape.clone(),
        bytes: embedding.bytes.clone(),
        ..*embedding
    };
    nominal.tensors.push(copy);
    let reason = |nominal: &Opened| {
        let found = reasons(&aligned(nominal, &operative), nominal, &operative);
        found.into_iter().find(|(_, name, _)| name == "lm_head.weight").map(|(_, _, reason)| reason)
    };
    assert_eq!(nominal.facts.tied, Some(true));
    assert_eq!(reason(&nominal), Some(Reason::Tied));
    nominal.facts.tied = None;
    assert_eq!(reason(&nominal), Some(Reason::Unknown));
    let nominal = nominal.with_digests();
    assert_eq!(reason(&nominal), Some(Reason::Tied));
}

#[test]
fn an_output_written_out_is_paired_with_the_tied_embedding() {
    let Some(folder) = shared("oracle/golden/families/llama-tied-rope3") else { return };
    let Some(file) = shared("oracle/golden/families-gguf/llama-tied-rope3.gguf") else { return };
    let (nominal, mut operative) = (checkpoint(&folder), gguf(&file));
    operative.tensors.push(Stored::new("output.weight", &[320, 64]));
    let alignment = aligned(&nominal, &operative);
    let output = alignment.pairs.iter().find(|pair| pair.operative == operative.place("output.weight"));
    let behind = output.map(|pair| nominal.tensors[pair.nominal[0]].name.as_str());
    assert_eq!(behind, Some("model.embed_tokens.weight"));
}
