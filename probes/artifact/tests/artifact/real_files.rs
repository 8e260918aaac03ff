//! Real models open, and say what independent readers say about them.

use std::collections::BTreeMap;

use parallax_artifact::{Activation, DType, Format, Pooling, Role, open};
use serde_json::Value;

use crate::made::{self, Gguf};
use crate::shared::shared;

#[test]
fn the_published_minilm_opens_with_everything_it_says() {
    let Some(path) = shared("models/all-MiniLM-L6-v2") else { return };
    let variant = open(&path).expect("a real folder opens");
    assert_eq!(variant.name(), "all-MiniLM-L6-v2", "the name is the folder's");
    assert_eq!(variant.format(), Format::HuggingFaceFolder, "it has a config and safetensors");
    let config = variant.config();
    assert_eq!((config.hidden_size, config.n_layers, config.n_heads), (384, 6, 12), "as in config.json");
    assert_eq!(
        (config.intermediate_size, config.max_position, config.type_vocab_size),
        (1536, 512, 2),
        "as in config.json"
    );
    assert_eq!(config.activation, Activation::GeluErf, "`gelu` is the exact one");
    assert_eq!(config.activation_stated.as_deref(), Some("gelu"), "the file's own word is kept");
    assert_eq!(config.pooling, Some(Pooling::Mean), "as in 1_Pooling/config.json");
    assert_eq!(config.normalize, Some(true), "modules.json ends with Normalize");
    assert_eq!(config.max_tokens, Some(256), "sentence_bert_config.json comes before the tokenizer's 512");
    assert_eq!(config.lowercase, Some(true), "as in tokenizer_config.json");
    assert!(!variant.has_head() && variant.labels().is_empty(), "a pooler left over from pre-training is no head");
    assert_eq!(variant.n_params(), 22_713_216, "the number of trained values");
    assert!(variant.gguf().is_none(), "it is not a GGUF");
}

#[test]
fn the_files_of_the_published_minilm_are_listed_sorted_and_hashed() {
    let Some(path) = shared("models/all-MiniLM-L6-v2") else { return };
    let variant = open(&path).expect("a real folder opens");
    let files: Vec<_> =
        variant.files().iter().map(|file| format!("{} {} {}", file.role.as_str(), file.name, file.sha256)).collect();
    insta::assert_snapshot!(files.join("\n"));
    let names: Vec<_> = variant.files().iter().map(|file| &file.name).collect();
    assert!(names.is_sorted(), "files come sorted by name");
    let (file, bytes) = variant.tokenizer_json().expect("it has a tokenizer");
    assert_eq!((file.role, file.size), (Role::Tokenizer, bytes.len() as u64), "the bytes are the listed file's");
}

#[test]
fn every_tensor_of_the_three_ggufs_has_the_type_an_independent_reader_saw() {
    let Some(path) = shared("oracle/golden/gguf_types.json") else { return };
    let golden: Value =
        serde_json::from_slice(&std::fs::read(path).expect("the file is readable")).expect("the file is JSON");
    for name in ["minilm-q8_0.gguf", "minilm-q4_0.gguf", "minilm-q4_k_m.gguf"] {
        let Some(path) = shared(&format!("models/gguf/{name}")) else { return };
        let variant = open(&path).expect("a real GGUF opens");
        let expected: BTreeMap<String, String> =
            serde_json::from_value(golden[name]["types"].clone()).expect("types by name");
        let found: BTreeMap<String, String> =
            variant.tensors().iter().map(|tensor| (tensor.name.clone(), tensor.dtype.name().to_owned())).collect();
        assert_eq!(found, expected, "types in {name}");
        assert_eq!(variant.weights_file().size, golden[name]["bytes"].as_u64().expect("a size"), "size of {name}");
        assert_eq!(variant.format(), Format::Gguf, "format of {name}");
        let config = variant.config();
        assert_eq!((config.hidden_size, config.n_layers, config.vocab_size), (384, 6, 30522), "shape of {name}");
        assert_eq!(config.activation_stated, None, "{name} does not say which activation");
        assert_eq!(config.lowercase, None, "{name} does not say whether it lower-cases");
        assert_eq!(config.pooling, Some(Pooling::Mean), "pooling of {name}");
        assert!(variant.tokenizer_json().is_none(), "no tokenizer.json lies beside {name}");
        assert_eq!(variant.files().len(), 1, "its neighbours are no part of {name}");
    }
}

#[test]
fn both_formats_of_one_model_meet_under_the_same_names_and_shapes() {
    let Some(folder) = shared("models/all-MiniLM-L6-v2") else { return };
    let Some(gguf) = shared("models/gguf/minilm-q8_0.gguf") else { return };
    let (published, deployed) = (open(&folder).expect("opens"), open(&gguf).expect("opens"));
    let mut shared_names = 0;
    for tensor in deployed.tensors() {
        let name = tensor.canonical.as_deref().expect("every tensor of a BERT GGUF is one of the encoder's");
        let nominal = published.canonical(name).unwrap_or_else(|| panic!("{name} is in both"));
        assert_eq!(nominal.shape, tensor.shape, "shape of {name}");
        shared_names += 1;
        if tensor.dtype == DType::F32 {
            assert_eq!(published.tensor_sha256(nominal), deployed.tensor_sha256(tensor), "{name} was kept in f32");
        }
    }
    assert_eq!(shared_names, 101, "all tensors of the GGUF");
}

#[test]
fn the_tiny_ggufs_are_true_k_quants() {
    let Some(path) = shared("oracle/golden/tiny/tiny-q4_k_m.gguf") else { return };
    let variant = open(&path).expect("a tiny GGUF opens");
    let dtype = |name| variant.canonical(name).expect("it is there").dtype;
    assert_eq!(dtype("blk.0.attn_q.weight"), DType::Q4K, "the mix's main type");
    assert_eq!(dtype("blk.1.ffn_down.weight"), DType::Q6K, "the mix's finer type");
    assert_eq!(dtype("token_embd.weight"), DType::Q6K, "tied tables get the finer type");
    let Some(folder) = shared("oracle/golden/tiny/model") else { return };
    assert_eq!(open(&folder).expect("the tiny folder opens").config().max_tokens, Some(64), "as its files say");
}

#[test]
fn a_classifier_keeps_its_labels_and_its_pooler_only_where_the_file_has_one() {
    let Some(folder) = shared("oracle/golden/families/bert-classifier") else { return };
    let Some(gguf) = shared("oracle/golden/families-gguf/bert-classifier.gguf") else { return };
    let labels = ["category-0", "category-1", "category-2", "category-3", "category-4"];
    let published = open(&folder).expect("the folder opens");
    assert_eq!(published.labels(), labels, "id2label in index order");
    assert_eq!(published.canonical("cls.output.weight").expect("a head").shape, [5, 64], "the classifier");
    assert_eq!(published.canonical("cls.weight").expect("a pooler").shape, [64, 64], "the pooler under the head");
    let deployed = open(&gguf).expect("the GGUF opens");
    assert_eq!(deployed.labels(), labels, "bert.classifier.output_labels");
    assert!(deployed.has_head(), "the converter keeps the classifier");
    assert!(deployed.canonical("cls.weight").is_none(), "and drops the pooler");
}

#[test]
fn a_safetensors_file_opens_with_its_config_beside_it() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let (mut config, mut tensors) = (made::config(), made::hugging_face_tensors());
    made::with_head(&mut config, &mut tensors);
    let folder = made::folder(root.path(), &config, &made::safetensors(&tensors));
    made::write(&folder.join("tokenizer.json"), b"{}");
    made::write(&folder.join("pytorch_model.bin"), b"never read");
    std::fs::rename(folder.join("model.safetensors"), folder.join("epoch-3.safetensors"))
        .expect("a file can be renamed");
    let variant = open(&folder.join("epoch-3.safetensors")).expect("it opens");
    assert_eq!((variant.name(), variant.format()), ("epoch-3.safetensors", Format::Safetensors), "named by its file");
    let names: Vec<_> = variant.files().iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["config.json", "epoch-3.safetensors", "tokenizer.json"], "its config and tokenizer count");
    assert_eq!(variant.labels(), ["rent", "food", "work"], "labels come in index order");
}

#[test]
fn a_folder_with_one_gguf_opens_and_its_tokenizer_counts() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = root.path().join("deployed");
    made::write(&folder.join("small.gguf"), &Gguf::sound().bytes());
    made::write(&folder.join("tokenizer.json"), b"{}");
    made::write(&folder.join("README.md"), b"a card");
    made::write(&folder.join("logs/run.txt"), b"unrelated");
    let by_folder = open(&folder).expect("the folder opens");
    assert_eq!(by_folder.name(), "deployed", "named by its folder");
    let names: Vec<_> = by_folder.files().iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["README.md", "small.gguf", "tokenizer.json"], "known names count");
    let others: Vec<_> = by_folder.uncounted_files().iter().map(|file| (file.name.as_str(), file.size)).collect();
    assert_eq!(others, [("logs/run.txt", 9)], "the rest is listed");
    let by_file = open(&folder.join("small.gguf")).expect("the file opens");
    assert_eq!(by_file.name(), "small.gguf", "named by its file");
    assert!(by_file.tokenizer_json().is_some(), "the tokenizer beside it is part of the deployment");
    assert_eq!(by_file.files().len(), 2, "the card is its neighbour's");
}

#[test]
fn metadata_are_looked_up_by_kind() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let mut gguf = Gguf::sound();
    gguf.version = 2;
    gguf.set(
        "numbers",
        9,
        &[&5u32.to_le_bytes()[..], &2u64.to_le_bytes(), &7i32.to_le_bytes(), &(-1i32).to_le_bytes()].concat(),
    );
    gguf.set("wide", 10, &u64::MAX.to_le_bytes());
    let path = root.path().join("small.gguf");
    made::write(&path, &gguf.bytes());
    let variant = open(&path).expect("version 2 opens");
    let metadata = variant.gguf().expect("it is a GGUF");
    assert_eq!((metadata.version(), metadata.alignment()), (2, 32), "as written");
    assert_eq!(metadata.u32("bert.block_count"), Some(2), "a number");
    assert_eq!(metadata.string("bert.block_count"), None, "a number is no text");
    assert_eq!(metadata.f32("bert.attention.layer_norm_epsilon"), Some(1e-12), "a fraction");
    assert_eq!(metadata.i32s("numbers"), Some(&[7, -1][..]), "signed numbers");
    assert_eq!(metadata.u32s("numbers"), None, "one of them is negative");
    assert_eq!((metadata.u64("wide"), metadata.u32("wide")), (Some(u64::MAX), None), "too wide for 32 bits");
    assert_eq!(metadata.strings("tokenizer.ggml.tokens").map(<[String]>::len), Some(5), "the tokens");
    assert_eq!(metadata.entries().next().map(|(key, _)| key), Some("general.architecture"), "keys come in file order");
}
