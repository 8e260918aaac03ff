//! Every way of being broken has one sentence, which names the file and the reason.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use parallax_artifact::open;
use serde_json::{Value, json};

use crate::made::{self, Gguf, Tensor};

/// Opens what `make` writes into an empty folder and collects the message.
fn refuse(messages: &mut String, what: &str, make: impl FnOnce(&Path) -> PathBuf) {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let path = make(root.path());
    let error = open(&path).err().unwrap_or_else(|| panic!("{what} must be refused"));
    writeln!(messages, "{what}\n    {error}").expect("a string takes text");
}

fn refuse_gguf(messages: &mut String, what: &str, tamper: impl FnOnce(&mut Gguf)) {
    refuse(messages, what, |root| {
        let mut gguf = Gguf::sound();
        tamper(&mut gguf);
        let path = root.join("small.gguf");
        made::write(&path, &gguf.bytes());
        path
    });
}

fn refuse_folder(messages: &mut String, what: &str, tamper: impl FnOnce(&mut Value, &mut Vec<Tensor>)) {
    refuse(messages, what, |root| {
        let (mut config, mut tensors) = (made::config(), made::hugging_face_tensors());
        tamper(&mut config, &mut tensors);
        made::folder(root, &config, &made::safetensors(&tensors))
    });
}

fn refuse_header(messages: &mut String, what: &str, header: &str, data: &[u8]) {
    refuse(messages, what, |root| made::folder(root, &made::config(), &made::safetensors_with_header(header, data)));
}

#[test]
fn paths_and_folders_that_hold_no_variant_are_refused_with_a_sentence() {
    let mut messages = String::new();
    let all = &mut messages;
    let weights = || made::safetensors(&made::hugging_face_tensors());
    let config = || made::config().to_string();
    refuse(all, "a missing path", |_| PathBuf::from("no-such-model"));
    refuse(all, "a file of another kind", |root| {
        made::write(&root.join("model.bin"), b"PK");
        root.join("model.bin")
    });
    refuse(all, "an empty folder", |root| {
        made::write(&root.join("model/notes.txt"), b"");
        root.join("model")
    });
    refuse(all, "a folder without config", |root| {
        made::write(&root.join("model/model.safetensors"), &weights());
        root.join("model")
    });
    refuse(all, "a safetensors file without config", |root| {
        made::write(&root.join("model/weights.safetensors"), &weights());
        root.join("model/weights.safetensors")
    });
    refuse(all, "a config without weights", |root| {
        made::write(&root.join("model/config.json"), config().as_bytes());
        root.join("model")
    });
    refuse(all, "weights in several files", |root| {
        made::write(&root.join("model/config.json"), config().as_bytes());
        made::write(&root.join("model/model.safetensors.index.json"), b"{}");
        root.join("model")
    });
    refuse(all, "a folder with two GGUFs", |root| {
        made::write(&root.join("model/b.gguf"), &Gguf::sound().bytes());
        made::write(&root.join("model/a.gguf"), &Gguf::sound().bytes());
        root.join("model")
    });
    refuse(all, "a folder with both formats", |root| {
        made::write(&root.join("model/a.gguf"), &Gguf::sound().bytes());
        made::folder(root, &made::config(), &weights())
    });
    #[cfg(unix)]
    refuse(all, "a config that is a link out of the folder", |root| {
        let folder = made::folder(root, &made::config(), &weights());
        std::fs::rename(folder.join("config.json"), root.join("config.json")).expect("a file can be moved");
        std::os::unix::fs::symlink(root.join("config.json"), folder.join("config.json")).expect("a link can be made");
        folder
    });
    refuse(all, "a pooling step outside the folder", |root| {
        let folder = made::folder(root, &made::config(), &weights());
        let steps = json!([{"name": "1", "path": "../other", "type": "sentence_transformers.models.Pooling"}]);
        made::write(&folder.join("modules.json"), steps.to_string().as_bytes());
        folder
    });
    refuse(all, "a dense step after pooling", |root| {
        let folder = made::folder(root, &made::config(), &weights());
        let steps = json!([{"name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"}]);
        made::write(&folder.join("modules.json"), steps.to_string().as_bytes());
        folder
    });
    refuse(all, "pooling that is not supported", |root| {
        let folder = made::folder(root, &made::config(), &weights());
        made::write(&folder.join("1_Pooling/config.json"), br#"{"pooling_mode_max_tokens": true}"#);
        folder
    });
    insta::assert_snapshot!(messages);
}

#[test]
fn configs_that_cannot_be_right_are_refused_with_a_sentence() {
    let mut messages = String::new();
    let all = &mut messages;
    refuse(all, "a config that is not JSON", |root| {
        let folder = made::folder(root, &made::config(), &made::safetensors(&made::hugging_face_tensors()));
        made::write(&folder.join("config.json"), b"hidden_size: 4");
        folder
    });
    refuse(all, "a config that says a number twice", |root| {
        let folder = made::folder(root, &made::config(), &made::safetensors(&made::hugging_face_tensors()));
        made::write(&folder.join("config.json"), br#"{"model_type": "bert", "hidden_size": 4, "hidden_size": 8}"#);
        folder
    });
    refuse_folder(all, "another architecture", |config, _| config["model_type"] = json!("llama"));
    refuse_folder(all, "an architecture that a terminal would obey", |config, _| {
        config["model_type"] = json!("\u{1b}[2Jbert\n")
    });
    refuse_folder(all, "RoBERTa", |config, _| config["model_type"] = json!("roberta"));
    refuse_folder(all, "another class", |config, _| config["architectures"] = json!(["NomicBertModel"]));
    refuse_folder(all, "code of its own", |config, _| config["auto_map"] = json!({"AutoModel": "own.Model"}));
    refuse_folder(all, "relative positions", |config, _| config["position_embedding_type"] = json!("relative_key"));
    refuse_folder(all, "another activation", |config, _| config["hidden_act"] = json!("silu"));
    refuse_folder(all, "a decoder", |config, _| config["is_decoder"] = json!(true));
    refuse_folder(all, "no width", |config, _| config["hidden_size"] = Value::Null);
    refuse_folder(all, "no heads", |config, _| config["num_attention_heads"] = json!(0));
    refuse_folder(all, "heads that do not divide", |config, _| config["num_attention_heads"] = json!(3));
    refuse_folder(all, "a billion layers", |config, _| config["num_hidden_layers"] = json!(1_000_000_000));
    refuse_folder(all, "a negative vocabulary", |config, _| config["vocab_size"] = json!(-1));
    refuse_folder(all, "an epsilon of zero", |config, _| config["layer_norm_eps"] = json!(0.0));
    refuse_folder(all, "a wider config", |config, _| config["hidden_size"] = json!(8));
    refuse_folder(all, "a larger vocabulary", |config, _| config["vocab_size"] = json!(6));
    refuse_folder(all, "a layer more", |config, _| config["num_hidden_layers"] = json!(3));
    refuse_folder(all, "a layer fewer", |config, _| config["num_hidden_layers"] = json!(1));
    refuse_folder(all, "a missing tensor", |_, tensors| {
        tensors.retain(|(name, _, _)| name != "encoder.layer.1.output.dense.bias");
    });
    refuse_folder(all, "a tensor under two names", |_, tensors| {
        tensors.push(made::tensor("bert.encoder.layer.1.output.LayerNorm.gamma", &[made::HIDDEN]));
    });
    refuse_folder(all, "a head without a classifier", |config, _| {
        config["architectures"] = json!(["BertForSequenceClassification"]);
    });
    refuse_folder(all, "a head without a pooler", |config, tensors| {
        made::with_head(config, tensors);
        tensors.retain(|(name, _, _)| !name.contains("pooler"));
    });
    refuse_folder(all, "fewer labels than rows", |config, tensors| {
        made::with_head(config, tensors);
        config["id2label"] = json!({"0": "rent", "1": "food"});
    });
    refuse_folder(all, "a label that a terminal would obey", |config, tensors| {
        made::with_head(config, tensors);
        config["id2label"]["1"] = json!("\u{1b}[2J");
    });
    refuse_folder(all, "labels with a gap", |config, tensors| {
        made::with_head(config, tensors);
        config["id2label"] = json!({"0": "rent", "1": "food", "3": "work"});
    });
    insta::assert_snapshot!(messages);
}

#[test]
fn broken_safetensors_files_are_refused_with_a_sentence() {
    let mut messages = String::new();
    let all = &mut messages;
    let raw = |all: &mut String, what: &str, bytes: &[u8]| {
        refuse(all, what, |root| made::folder(root, &made::config(), bytes));
    };
    raw(all, "an empty file", b"");
    raw(all, "seven bytes", b"1234567");
    raw(all, "a header longer than the file", &[&1000u64.to_le_bytes()[..], b"{}"].concat());
    raw(all, "a header longer than allowed", &[&u64::MAX.to_le_bytes()[..], b"{}"].concat());
    raw(all, "a header that is not text", &[&2u64.to_le_bytes()[..], b"{\xff"].concat());
    raw(all, "a text file", b"These are not weights, only words.");
    refuse_header(all, "a leading space", r#" {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, &[0; 4]);
    refuse_header(all, "no tensors", "{}", b"");
    refuse_header(
        all,
        "a tensor twice",
        r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        &[0; 4],
    );
    refuse_header(all, "a field too many", r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, &[0; 4]);
    refuse_header(all, "metadata that are not text", r#"{"__metadata__":{"a":1}}"#, b"");
    refuse_header(all, "metadata twice", r#"{"__metadata__":{"a":"1","a":"2"}}"#, b"");
    refuse_header(
        all,
        "a name that a terminal would obey",
        r#"{"\u001b[2J":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        &[0; 4],
    );
    refuse_header(all, "an unknown type", r#"{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}"#, &[0; 4]);
    refuse_header(all, "a shape that lies", r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, &[0; 4]);
    refuse_header(
        all,
        "a product that overflows",
        r#"{"a":{"dtype":"F32","shape":[4294967296,4294967297],"data_offsets":[0,4]}}"#,
        &[0; 4],
    );
    refuse_header(all, "half a byte", r#"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}"#, &[0; 2]);
    refuse_header(
        all,
        "too many dimensions",
        r#"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}"#,
        &[0; 4],
    );
    refuse_header(all, "a negative dimension", r#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, &[0; 4]);
    refuse_header(
        all,
        "offsets backwards",
        r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#,
        &[0; 8],
    );
    refuse_header(all, "a hole", r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, &[0; 8]);
    refuse_header(
        all,
        "an overlap",
        r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        &[0; 8],
    );
    refuse_header(all, "data cut short", r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, &[0; 4]);
    refuse_header(all, "bytes after the data", r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, &[0; 8]);
    insta::assert_snapshot!(messages);
}

#[test]
fn broken_gguf_files_are_refused_with_a_sentence() {
    let mut messages = String::new();
    let all = &mut messages;
    let raw = |all: &mut String, what: &str, bytes: Vec<u8>| {
        refuse(all, what, |root| {
            made::write(&root.join("small.gguf"), &bytes);
            root.join("small.gguf")
        });
    };
    let u32_value = |value: u32| value.to_le_bytes().to_vec();
    raw(all, "an empty file", Vec::new());
    raw(all, "a text file", b"This is a letter, not a model.".to_vec());
    raw(all, "cut in the metadata", Gguf::sound().bytes()[..200].to_vec());
    let whole = Gguf::sound().bytes();
    raw(all, "cut in the data", whole[..whole.len() - 64].to_vec());
    raw(all, "bytes after the data", [whole, vec![0; 32]].concat());
    refuse_gguf(all, "the magic backwards", |gguf| gguf.magic = *b"FUGG");
    refuse_gguf(all, "version 1", |gguf| gguf.version = 1);
    refuse_gguf(all, "big-endian", |gguf| gguf.version = 3u32.swap_bytes());
    refuse_gguf(all, "2^63 keys", |gguf| gguf.n_keys = Some(1 << 63));
    refuse_gguf(all, "2^63 tensors", |gguf| gguf.n_tensors = Some(1 << 63));
    refuse_gguf(all, "more tensors than bytes", |gguf| gguf.n_tensors = Some(60_000));
    refuse_gguf(all, "no tensors", |gguf| gguf.tensors.clear());
    refuse_gguf(all, "a string of 2^62 bytes", |gguf| gguf.set("general.name", 8, &(1u64 << 62).to_le_bytes()));
    refuse_gguf(all, "an array of 2^63 numbers", |gguf| {
        gguf.set("numbers", 9, &[&4u32.to_le_bytes()[..], &(1u64 << 63).to_le_bytes()].concat());
    });
    refuse_gguf(all, "an array longer than the file", |gguf| {
        gguf.set("numbers", 9, &[&12u32.to_le_bytes()[..], &1_000_000u64.to_le_bytes()].concat());
    });
    refuse_gguf(all, "an array of arrays", |gguf| {
        gguf.set("nested", 9, &[&9u32.to_le_bytes()[..], &1u64.to_le_bytes()].concat());
    });
    refuse_gguf(all, "an unknown value type", |gguf| gguf.set("odd", 13, &[0]));
    refuse_gguf(all, "neither true nor false", |gguf| gguf.set("odd", 7, &[2]));
    refuse_gguf(all, "an empty key", |gguf| gguf.set("", 0, &[0]));
    refuse_gguf(all, "a key with a zero byte", |gguf| gguf.set("general.name\0", 0, &[0]));
    refuse_gguf(all, "a key that is not text", |gguf| gguf.entries.push((vec![0xff], 0, vec![0])));
    refuse_gguf(all, "a key twice", |gguf| {
        gguf.entries.push((b"general.architecture".to_vec(), 8, made::text("llama")))
    });
    refuse_gguf(all, "alignment zero", |gguf| gguf.set("general.alignment", 4, &u32_value(0)));
    refuse_gguf(all, "alignment 48", |gguf| gguf.set("general.alignment", 4, &u32_value(48)));
    refuse_gguf(all, "alignment 2^31", |gguf| gguf.set("general.alignment", 4, &u32_value(1 << 31)));
    refuse_gguf(all, "alignment as text", |gguf| gguf.set("general.alignment", 8, &made::text("32")));
    refuse_gguf(all, "a tensor twice", |gguf| gguf.tensors[1].name = gguf.tensors[0].name.clone());
    refuse_gguf(all, "a name of 64 bytes", |gguf| gguf.tensors[0].name = vec![b'a'; 64]);
    refuse_gguf(all, "no dimensions", |gguf| gguf.tensors[0].dims.clear());
    refuse_gguf(all, "five dimensions", |gguf| gguf.tensors[0].dims = vec![1; 5]);
    refuse_gguf(all, "a dimension of zero", |gguf| gguf.tensors[0].dims = vec![4, 0]);
    refuse_gguf(all, "a product that overflows", |gguf| gguf.tensors[0].dims = vec![1 << 40, 1 << 40]);
    refuse_gguf(all, "a size that overflows", |gguf| gguf.tensors[0].dims = vec![1 << 62]);
    refuse_gguf(all, "a withdrawn type", |gguf| gguf.tensors[0].kind = 4);
    refuse_gguf(all, "a type of the future", |gguf| gguf.tensors[0].kind = 1000);
    refuse_gguf(all, "rows that do not fill a block", |gguf| gguf.tensors[0].kind = 2);
    refuse_gguf(all, "an offset beyond the file", |gguf| gguf.tensors[1].offset = Some(1 << 40));
    refuse_gguf(all, "two tensors in one place", |gguf| gguf.tensors[1].offset = Some(0));
    refuse_gguf(all, "a gap between tensors", |gguf| gguf.tensors[1].offset = Some(1024));
    refuse_gguf(all, "another architecture", |gguf| gguf.set("general.architecture", 8, &made::text("llama")));
    refuse_gguf(all, "no architecture", |gguf| gguf.entries.retain(|(key, _, _)| key != b"general.architecture"));
    refuse_gguf(all, "no width", |gguf| gguf.entries.retain(|(key, _, _)| key != b"bert.embedding_length"));
    refuse_gguf(all, "a causal model", |gguf| gguf.set("bert.attention.causal", 7, &[1]));
    refuse_gguf(all, "unknown pooling", |gguf| gguf.set("bert.pooling_type", 4, &u32_value(9)));
    refuse_gguf(all, "heads that do not divide", |gguf| gguf.set("bert.attention.head_count", 4, &u32_value(3)));
    refuse_gguf(all, "a layer more", |gguf| gguf.set("bert.block_count", 4, &u32_value(3)));
    refuse_gguf(all, "a layer fewer", |gguf| gguf.set("bert.block_count", 4, &u32_value(1)));
    refuse_gguf(all, "another context length", |gguf| gguf.set("bert.context_length", 4, &u32_value(7)));
    refuse_gguf(all, "a vocabulary of another size", |gguf| gguf.set("bert.vocab_size", 4, &u32_value(7)));
    refuse_gguf(all, "no token type table", |gguf| {
        gguf.tensors.retain(|tensor| tensor.name != b"token_types.weight");
    });
    refuse_gguf(all, "a needed tensor of an unreadable type", |gguf| {
        let tensor = gguf.tensors.iter_mut().find(|tensor| tensor.name == b"blk.0.attn_q.bias").expect("it is there");
        (tensor.kind, tensor.bytes) = (28, vec![0; 32]);
    });
    insta::assert_snapshot!(messages);
}
