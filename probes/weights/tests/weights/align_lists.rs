//! Alignment of lists made for the purpose: fused matrices, other families, lost rows, hostile numbers.

use parallax_weights::{Facts, Layout, Reason, Rope, Side, Source};

use crate::align::{aligned, exact_layouts, reasons};
use crate::files::{Opened, Stored, source};

/// A matrix whose numbers say which row they stand in.
fn counted(name: &str, shape: &[usize], first: f32) -> Stored {
    let n_elements: usize = shape.iter().product();
    let bytes = (0..n_elements).flat_map(|index| (first + index as f32).to_le_bytes()).collect();
    Stored { bytes, ..Stored::new(name, shape) }
}

#[test]
fn fused_matrices_are_put_together_and_cut_apart() {
    let experts = 3;
    let (width, height) = (4, 2);
    let mut apart = vec![counted("model.embed_tokens.weight", &[5, width], 0.0)];
    let mut together = vec![counted("model.embed_tokens.weight", &[5, width], 0.0)];
    let mut rows = Vec::new();
    for expert in 0..experts {
        for (place, matrix) in ["gate_proj", "up_proj"].iter().enumerate() {
            let first = 1000.0 * (1 + 2 * expert + place) as f32;
            let name = format!("model.layers.0.mlp.experts.{expert}.{matrix}.weight");
            let tensor = counted(&name, &[height, width], first);
            rows.extend(tensor.bytes.clone());
            apart.push(tensor);
        }
    }
    let shape = [experts, 2 * height, width];
    together.push(Stored { bytes: rows, ..Stored::new("model.layers.0.mlp.experts.gate_up_proj", &shape) });
    for (stem, height, first) in [("q", 4, 100.0), ("k", 2, 200.0), ("v", 2, 300.0)] {
        apart.push(counted(&format!("model.layers.0.self_attn.{stem}_proj.weight"), &[height, width], first));
    }
    let fused: Vec<u8> = apart[apart.len() - 3..].iter().flat_map(|tensor| tensor.bytes.clone()).collect();
    together.push(Stored { bytes: fused, ..Stored::new("model.layers.0.self_attn.qkv_proj.weight", &[8, width]) });
    let (apart, together) =
        (Opened { tensors: apart, facts: Facts::default() }, Opened { tensors: together, facts: Facts::default() });
    for (nominal, operative) in [(&apart, &together), (&together, &apart)] {
        let alignment = aligned(nominal, operative);
        assert!(alignment.unmatched.is_empty(), "{:?}", reasons(&alignment, nominal, operative));
        for (name, layout) in exact_layouts(&alignment, nominal, operative) {
            assert!(layout.is_some(), "{name}");
        }
    }
    // A GGUF keeps all gates of a block in one stack and all other halves in another.
    let stack = |name: &str, place: usize| {
        let start = 1 + place;
        let bytes = (0..experts).flat_map(|expert| apart.tensors[start + 2 * expert].bytes.clone()).collect();
        Stored { bytes, ..Stored::new(name, &[experts, height, width]) }
    };
    let mut tensors = vec![counted("token_embd.weight", &[5, width], 0.0)];
    tensors.extend([stack("blk.0.ffn_gate_exps.weight", 0), stack("blk.0.ffn_up_exps.weight", 1)]);
    let stacked = Opened { tensors, facts: Facts::default() };
    for nominal in [&apart, &together] {
        let alignment = aligned(nominal, &stacked);
        let exact = exact_layouts(&alignment, nominal, &stacked);
        assert_eq!(exact.len(), 3);
        assert!(exact.iter().all(|(_, layout)| layout.is_some()), "{exact:?}");
    }
}

#[test]
fn a_bias_follows_the_rows_of_its_weight() {
    let weight = counted("model.layers.0.self_attn.q_proj.weight", &[8, 1], 0.0);
    let bias = counted("model.layers.0.self_attn.q_proj.bias", &[8], 0.0);
    let read = |layout: &Layout, tensor: &Stored| {
        let source = Source { parts: vec![tensor.view()], layout: layout.clone() };
        let mut values = Vec::new();
        let mut row = vec![0.0; source.columns()];
        for index in 0..source.rows() {
            source.read_row(index, &mut row);
            values.extend(row.clone());
        }
        values
    };
    for layout in [
        Layout::PermuteHeads(2),
        Layout::RestoreHeads(2),
        Layout::SkipRows(3),
        Layout::FirstRows(5),
        Layout::TakeRows { of: 4, first: 1, count: 2 },
    ] {
        assert_eq!(read(&layout, &weight), read(&layout, &bias), "{layout:?}");
    }
    assert_eq!(read(&Layout::PermuteHeads(2), &bias), [0.0, 2.0, 1.0, 3.0, 4.0, 6.0, 5.0, 7.0]);
    assert_eq!(read(&Layout::TakeRows { of: 4, first: 1, count: 2 }, &bias), [1.0, 2.0, 5.0, 6.0]);
}

#[test]
fn experts_below_one_another_are_transposed_one_by_one() {
    let stored = counted("encoder.layers.1.mlp.experts.mlp.w2", &[6, 2], 0.0);
    let nominal = Opened {
        tensors: vec![counted("embeddings.word_embeddings.weight", &[3, 2], 0.0), stored],
        facts: Facts { architecture: Some("NomicBertModel".into()), ..Facts::default() },
    };
    let operative =
        Opened::of(&[("token_embd.weight", &[3, 2]), ("blk.1.ffn_down_exps.weight", &[2, 2, 3])], Facts::default());
    let alignment = aligned(&nominal, &operative);
    let pair = &alignment.pairs[1];
    assert_eq!(pair.layouts, [Layout::TransposeEach(2)]);
    let source = source(&nominal, pair, &pair.layouts[0]);
    let mut row = vec![0.0; source.columns()];
    source.read_row(0, &mut row);
    assert_eq!(row, [0.0, 2.0, 4.0]);
    source.read_row(3, &mut row);
    assert_eq!(row, [7.0, 9.0, 11.0]);
}

#[test]
fn a_fused_attention_converted_as_a_llama_is_cut_and_interleaved() {
    let facts = |architecture: &str| Facts {
        architecture: Some(architecture.into()),
        heads: Some(2),
        kv_heads: Some(1),
        ..Facts::default()
    };
    let tensors = vec![
        counted("model.embed_tokens.weight", &[3, 2], 0.0),
        counted("model.layers.0.mlp.gate_up_proj.weight", &[6, 2], 50.0),
        counted("model.layers.0.self_attn.qkv_proj.weight", &[16, 2], 100.0),
    ];
    let nominal = Opened { tensors, facts: facts("Phi3ForCausalLM") };
    let operative = Opened::of(
        &[
            ("token_embd.weight", &[3, 2]),
            ("blk.0.attn_q.weight", &[8, 2]),
            ("blk.0.attn_k.weight", &[4, 2]),
            ("blk.0.attn_v.weight", &[4, 2]),
            ("blk.0.ffn_gate.weight", &[3, 2]),
            ("blk.0.ffn_up.weight", &[3, 2]),
        ],
        facts("llama"),
    );
    let alignment = aligned(&nominal, &operative);
    assert!(alignment.unmatched.is_empty());
    let first = |name: &str| {
        let pair = alignment.pairs.iter().find(|pair| pair.operative == operative.place(name)).unwrap();
        let source = source(&nominal, pair, &pair.layouts[0]);
        let mut row = vec![0.0; source.columns()];
        let read = |index| {
            source.read_row(index, &mut row);
            row[0]
        };
        (0..source.rows()).map(read).collect::<Vec<f32>>()
    };
    assert_eq!(first("blk.0.attn_q.weight"), [100.0, 104.0, 102.0, 106.0, 108.0, 112.0, 110.0, 114.0]);
    assert_eq!(first("blk.0.attn_k.weight"), [116.0, 120.0, 118.0, 122.0]);
    assert_eq!(first("blk.0.attn_v.weight"), [124.0, 126.0, 128.0, 130.0]);
    assert_eq!(first("blk.0.ffn_gate.weight"), [50.0, 52.0, 54.0]);
    assert_eq!(first("blk.0.ffn_up.weight"), [56.0, 58.0, 60.0]);
}

#[test]
fn a_tensor_deployed_twice_has_one_counterpart() {
    let nominal = Opened::of(&[("model.norm.weight", &[4]), ("model.embed_tokens.weight", &[4, 4])], Facts::default());
    let operative = Opened::of(
        &[("model.norm.weight", &[4]), ("norm.weight", &[4]), ("model.embed_tokens.weight", &[4, 4])],
        Facts::default(),
    );
    let alignment = aligned(&nominal, &operative);
    let expected = [(Side::Operative, "norm.weight".to_owned(), Reason::Unknown)];
    assert_eq!(reasons(&alignment, &nominal, &operative), expected);
}

#[test]
fn heads_of_pre_training_and_buffers_are_explained_by_name() {
    let nominal = Opened::of(
        &[
            ("bert.embeddings.word_embeddings.weight", &[8, 4]),
            ("bert.embeddings.LayerNorm.gamma", &[4]),
            ("bert.embeddings.LayerNorm.beta", &[4]),
            ("bert.embeddings.position_ids", &[1, 8]),
            ("bert.pooler.dense.weight", &[4, 4]),
            ("cls.predictions.bias", &[8]),
            ("cls.predictions.transform.dense.weight", &[4, 4]),
            ("cls.seq_relationship.weight", &[2, 4]),
            ("vocab_projector.weight", &[8, 4]),
            ("bert.encoder.layer.0.attention.self.query.weight", &[4, 4]),
            ("bert.encoder.layer.0.attention.self.query.lora_A.weight", &[1, 4]),
            ("bert.decoder.layers.0.weight", &[4, 4]),
        ],
        Facts { architecture: Some("BertForPreTraining".into()), ..Facts::default() },
    );
    let operative = Opened::of(
        &[
            ("token_embd.weight", &[8, 4]),
            ("token_embd_norm.weight", &[4]),
            ("token_embd_norm.bias", &[4]),
            ("blk.0.attn_q.weight", &[4, 4]),
        ],
        Facts { architecture: Some("bert".into()), ..Facts::default() },
    );
    let alignment = aligned(&nominal, &operative);
    assert_eq!(alignment.pairs.len(), 4);
    let found: Vec<Reason> = alignment.unmatched.iter().map(|one| one.reason).collect();
    let mut expected = vec![Reason::Generated];
    expected.extend([Reason::HeadDropped; 5]);
    // A decoder is no head.
    expected.extend([Reason::Adapter, Reason::Unknown]);
    assert_eq!(found, expected, "{:?}", reasons(&alignment, &nominal, &operative));
}

#[test]
fn names_of_other_families_have_their_counterparts() {
    let nomic = Opened::of(
        &[
            ("emb_ln.weight", &[4]),
            ("embeddings.token_type_embeddings.weight", &[2, 4]),
            ("embeddings.word_embeddings.weight", &[8, 4]),
            ("encoder.layers.0.attn.Wqkv.weight", &[12, 4]),
            ("encoder.layers.0.attn.out_proj.weight", &[4, 4]),
            ("encoder.layers.0.mlp.fc11.weight", &[6, 4]),
            ("encoder.layers.0.mlp.fc12.weight", &[6, 4]),
            ("encoder.layers.0.mlp.fc2.weight", &[4, 6]),
            ("encoder.layers.0.norm1.weight", &[4]),
            ("encoder.layers.0.norm2.weight", &[4]),
        ],
        Facts { architecture: Some("NomicBertModel".into()), ..Facts::default() },
    );
    let ours = [
        "token_embd_norm",
        "token_types",
        "token_embd",
        "blk.0.attn_qkv",
        "blk.0.attn_output",
        "blk.0.ffn_up",
        "blk.0.ffn_gate",
        "blk.0.ffn_down",
        "blk.0.attn_output_norm",
        "blk.0.layer_output_norm",
    ];
    let tensors =
        nomic.tensors.iter().zip(ours).map(|(tensor, name)| Stored::new(&format!("{name}.weight"), &tensor.shape));
    let operative = Opened { tensors: tensors.collect(), facts: Facts::default() };
    let alignment = aligned(&nomic, &operative);
    assert!(alignment.unmatched.is_empty(), "{:?}", reasons(&alignment, &nomic, &operative));
    assert!(alignment.pairs.iter().all(|pair| pair.nominal == [pair.operative]), "{:?}", alignment.pairs);

    let facts = Facts { architecture: Some("GPT2LMHeadModel".into()), tied: Some(true), ..Facts::default() };
    let tensors = vec![
        counted("transformer.wte.weight", &[5, 2], 0.0),
        counted("transformer.h.0.mlp.c_fc.weight", &[2, 3], 10.0),
        counted("transformer.h.0.attn.c_proj.weight", &[2, 2], 20.0),
        counted("transformer.h.0.attn.bias", &[1, 1, 4, 4], 0.0),
        counted("lm_head.weight", &[5, 2], 0.0),
    ];
    let gpt2 = Opened { tensors, facts };
    let operative = Opened::of(
        &[("token_embd.weight", &[5, 2]), ("blk.0.ffn_up.weight", &[3, 2]), ("blk.0.attn_output.weight", &[2, 2])],
        Facts { architecture: Some("gpt2".into()), ..Facts::default() },
    );
    let alignment = aligned(&gpt2, &operative);
    let found: Vec<Reason> = alignment.unmatched.iter().map(|one| one.reason).collect();
    assert_eq!(found, [Reason::Generated, Reason::Tied]);
    assert_eq!(alignment.pairs[1].layouts, [Layout::Transpose]);
    assert_eq!(alignment.pairs[2].layouts, [Layout::Transpose, Layout::AsStored]);
    let source = source(&gpt2, &alignment.pairs[1], &Layout::Transpose);
    let mut row = [0.0; 2];
    source.read_row(2, &mut row);
    assert_eq!(row, [12.0, 15.0]);
}

#[test]
fn tables_that_lost_or_gained_rows_say_which_rows_are_compared() {
    let table = |rows: usize| {
        let facts = Facts { architecture: Some("LlamaForCausalLM".into()), ..Facts::default() };
        Opened { tensors: vec![Stored::new("model.embed_tokens.weight", &[rows, 4])], facts }
    };
    let pair = |nominal: usize, operative: usize| aligned(&table(nominal), &table(operative)).pairs.remove(0);
    assert_eq!((pair(8, 6).layouts, pair(8, 6).operative_rows), (vec![Layout::FirstRows(6)], 0..6));
    assert_eq!((pair(6, 8).layouts, pair(6, 8).operative_rows), (vec![Layout::AsStored], 0..6));
    // Any other tensor of another size has a counterpart by name and no layout.
    let norm = |width: usize| Opened::of(&[("model.norm.weight", &[width])], Facts::default());
    assert!(aligned(&norm(8), &norm(6)).pairs[0].layouts.is_empty());
}

#[test]
fn hostile_numbers_are_survived() {
    let huge = usize::MAX;
    let facts = Facts {
        architecture: Some("LlamaForCausalLM".into()),
        heads: Some(huge),
        kv_heads: Some(0),
        layers: Some(huge),
        padding_token: Some(huge),
        rope: Rope::Llama3 { theta: 0.0, width: Some(huge), factor: 0.0, low: 1.0, high: 1.0, original: 0.0 },
        ..Facts::default()
    };
    let shapes: [(&str, &[usize]); 5] = [
        ("model.embed_tokens.weight", &[4, 4]),
        ("model.layers.0.self_attn.q_proj.weight", &[4, 4]),
        ("model.layers.18446744073709551615.mlp.experts.down_proj", &[1 << 60, 0, 4]),
        ("model.layers.0.mlp.experts.gate_up_proj", &[0, 4, 4]),
        ("layers..weight", &[]),
    ];
    let nominal = Opened::of(&shapes, facts.clone());
    let gguf = Opened::of(
        &[
            ("token_embd.weight", &[4, 4]),
            ("blk.0.attn_q.weight", &[4, 4]),
            ("blk.18446744073709551615.ffn_down_exps.weight", &[1 << 60, 0, 4]),
            ("blk.0.ffn_gate_exps.weight", &[0, 4, 4]),
            ("blk..weight", &[0]),
        ],
        facts.clone(),
    );
    for (nominal, operative) in [(&nominal, &gguf), (&gguf, &nominal), (&gguf, &gguf), (&nominal, &nominal)] {
        let alignment = aligned(nominal, operative);
        let listed = alignment.pairs.iter().map(|pair| pair.operative);
        let unmatched = alignment.unmatched.iter().filter(|one| one.side == Side::Operative).map(|one| one.index);
        let mut every: Vec<usize> = listed.chain(unmatched).collect();
        every.sort_unstable();
        assert_eq!(every, [0, 1, 2, 3, 4]);
        assert!(alignment.pairs.iter().all(|pair| !pair.nominal.is_empty()));
    }
    assert_eq!(facts.rope.generated("rope_freqs.weight"), None);
    for label in parallax_weights::FileType::ALL {
        assert_eq!(parallax_weights::expected_types(label, &gguf.named(), &facts).len(), 5);
    }
}
