//! Weights in several files, adapters, quantized models and folders of other kinds.

use std::path::{Path, PathBuf};

use parallax_artifact::{Error, Format, NotRunnable, Role, SurveyFormat, Targets, open, survey};
use serde_json::{Value, json};

use crate::made::{self, Gguf, Tensor, ask};

const SHARDS: [&str; 2] = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];

type Tamper<'t> = &'t dyn Fn(&mut Value, &mut Vec<Tensor>, &mut Vec<Tensor>);

/// A folder of two shards; `tamper` may change the index and either list of tensors.
fn sharded(root: &Path, tamper: impl FnOnce(&mut Value, &mut Vec<Tensor>, &mut Vec<Tensor>)) -> PathBuf {
    let mut first = made::hugging_face_tensors();
    let mut second = first.split_off(20);
    let mut map = serde_json::Map::new();
    for (shard, tensors) in SHARDS.iter().zip([&first, &second]) {
        map.extend(tensors.iter().map(|(name, _, _)| (name.clone(), json!(shard))));
    }
    let total: usize = first.iter().chain(&second).map(|(_, _, bytes)| bytes.len()).sum();
    let mut index = json!({"metadata": {"total_size": total}, "weight_map": map});
    tamper(&mut index, &mut first, &mut second);
    let folder = root.join("model");
    made::write(&folder.join("config.json"), made::config().to_string().as_bytes());
    made::write(&folder.join("model.safetensors.index.json"), index.to_string().as_bytes());
    made::write(&folder.join(SHARDS[0]), &made::safetensors(&first));
    made::write(&folder.join(SHARDS[1]), &made::safetensors(&second));
    folder
}

#[test]
fn shards_are_read_as_one_model() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = sharded(root.path(), |_, _, _| {});
    let both = survey(&folder).expect("two shards open");
    assert_eq!((both.format(), both.notes()), (SurveyFormat::ShardedFolder, &[][..]), "nothing is odd");
    let files: Vec<_> = both.files().iter().map(|file| (file.role, file.name.as_str())).collect();
    let expected = [
        (Role::Config, "config.json"),
        (Role::Weights, SHARDS[0]),
        (Role::Weights, SHARDS[1]),
        (Role::Config, "model.safetensors.index.json"),
    ];
    assert_eq!(files, expected, "all of it is hashed");
    let places: Vec<_> = both.tensors().iter().map(|tensor| (tensor.file, tensor.offset)).collect();
    assert!(places.is_sorted(), "tensors come by file and by place");
    for (name, shape, bytes) in made::hugging_face_tensors() {
        let tensor = both.tensor(&name).unwrap_or_else(|| panic!("{name} is there"));
        assert_eq!((tensor.shape.as_slice(), both.bytes(tensor)), (&shape[..], &bytes[..]), "{name} is itself");
    }
    assert!(matches!(open(&folder), Err(Error::Sharded { .. })), "running asks for one file");
    let one = survey(&folder.join(SHARDS[1])).expect("a shard opens by itself");
    assert_eq!((one.format(), one.tensors().len()), (SurveyFormat::Safetensors, 17), "its own tensors");
    assert_eq!(one.notes().iter().map(|note| note.kind.code()).collect::<Vec<_>>(), ["one-of-several"], "it says so");
}

#[test]
fn an_index_that_does_not_fit_its_files_is_refused_or_noted() {
    let mut answers = String::new();
    let mut case = |what: &str, tamper: Tamper<'_>| {
        ask(&mut answers, what, |root| sharded(root, |index, first, second| tamper(index, first, second)));
    };
    let name = "embeddings.LayerNorm.bias";
    case("a name of the other shard", &|index, _, _| index["weight_map"][name] = json!(SHARDS[1]));
    case("a path upwards", &|index, _, _| index["weight_map"][name] = json!("../model-00001-of-00002.safetensors"));
    case("an absolute path", &|index, _, _| index["weight_map"][name] = json!("/etc/hosts.safetensors"));
    case("a shard that is not there", &|index, _, _| index["weight_map"][name] = json!("other.safetensors"));
    case("a file of another kind", &|index, _, _| index["weight_map"][name] = json!("config.json"));
    case("a tensor that is not there", &|index, _, _| index["weight_map"]["more"] = json!(SHARDS[0]));
    case("a tensor that is not in the index", &|_, first, _| first.push(made::tensor("more", &[2])));
    case("a tensor in both", &|_, first, second| second.push(first[0].clone()));
    case("another size", &|index, _, _| index["metadata"]["total_size"] = json!(4.0));
    case("no tensors", &|index, _, _| index["weight_map"] = json!({}));
    case("no map", &|index, _, _| *index = json!({"metadata": {}}));
    case("a number for a name", &|index, _, _| index["weight_map"][name] = json!(1));
    ask(&mut answers, "a tensor twice", |root| {
        let folder = sharded(root, |_, _, _| {});
        let text = format!(r#"{{"weight_map": {{"{name}": "{0}", "{name}": "{0}"}}}}"#, SHARDS[0]);
        made::write(&folder.join("model.safetensors.index.json"), text.as_bytes());
        folder
    });
    ask(&mut answers, "an index beside a single file", |root| {
        let folder = sharded(root, |_, _, _| {});
        made::write(&folder.join("model.safetensors"), &made::safetensors(&made::hugging_face_tensors()));
        folder
    });
    insta::assert_snapshot!(answers);
}

fn split_names(prefix: &str, count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("{prefix}-{number:05}-of-{count:05}.gguf")).collect()
}

/// Three files of a set; `tamper` may change each by its position.
fn split(root: &Path, tamper: impl Fn(usize, &mut Gguf)) -> PathBuf {
    let all = Gguf::sound().tensors.len();
    let bounds = [0, 10, 11, all];
    for (number, name) in split_names("small", 3).iter().enumerate() {
        let mut part = Gguf::part(bounds[number]..bounds[number + 1], number as u16, 3, all as i32);
        tamper(number, &mut part);
        made::write(&root.join("set").join(name), &part.bytes());
    }
    root.join("set")
}

#[test]
fn any_file_of_a_split_set_opens_the_set() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = split(root.path(), |_, _| {});
    made::write(&root.path().join("whole.gguf"), &Gguf::sound().bytes());
    let whole = survey(&root.path().join("whole.gguf")).expect("the whole file opens");
    let mut paths: Vec<PathBuf> = split_names("small", 3).iter().map(|name| folder.join(name)).collect();
    paths.push(folder);
    for path in paths {
        let set = survey(&path).unwrap_or_else(|error| panic!("{} opens: {error}", path.display()));
        assert_eq!((set.format(), set.containers().len()), (SurveyFormat::SplitGguf, 3), "{}", path.display());
        assert_eq!((set.notes(), set.architecture()), (&[][..], Some("bert")), "the first file speaks for all");
        assert_eq!(set.tensors().len(), whole.tensors().len(), "all tensors");
        for tensor in whole.tensors() {
            let part = set.tensor(&tensor.name).expect("it is in one of the files");
            assert_eq!(set.bytes(part), whole.bytes(tensor), "{} is itself", tensor.name);
        }
    }
}

#[test]
fn sets_that_do_not_fit_together_are_refused_or_noted() {
    let mut answers = String::new();
    let first = |folder: PathBuf| folder.join(&split_names("small", 3)[0]);
    let mut case = |what: &str, tamper: &dyn Fn(usize, &mut Gguf)| {
        ask(&mut answers, what, |root| first(split(root, |number, gguf| tamper(number, gguf))));
    };
    case("another number in the second file", &|number, gguf| {
        if number == 1 {
            gguf.set("split.no", 2, &0u16.to_le_bytes());
        }
    });
    case("another count in the third file", &|number, gguf| {
        if number == 2 {
            gguf.set("split.count", 2, &4u16.to_le_bytes());
        }
    });
    case("another number of tensors", &|_, gguf| gguf.set("split.tensors.count", 5, &99i32.to_le_bytes()));
    case("a negative number of tensors", &|_, gguf| gguf.set("split.tensors.count", 5, &(-1i32).to_le_bytes()));
    case("a count as text", &|_, gguf| gguf.set("split.count", 8, &made::text("3")));
    case("no keys in the second file", &|number, gguf| {
        if number == 1 {
            gguf.entries.clear();
        }
    });
    case("a tensor in two files", &|number, gguf| {
        if number == 1 {
            gguf.tensors[0].name = b"token_embd.weight".to_vec();
        }
    });
    case("another template in the third file", &|number, gguf| {
        if number == 2 {
            gguf.set("tokenizer.chat_template", 8, &made::text("something else"));
        }
    });
    case("another version in the third file", &|number, gguf| gguf.version = if number == 2 { 2 } else { 3 });
    case("no tensors in the first file", &|number, gguf| {
        if number == 0 {
            gguf.tensors.clear();
        }
        gguf.set("split.tensors.count", 5, &27i32.to_le_bytes());
    });
    let mut moved =
        |what: &str, change: &dyn Fn(&Path) -> PathBuf| ask(&mut answers, what, |root| change(&split(root, |_, _| {})));
    moved("the second file is missing", &|folder| {
        std::fs::remove_file(folder.join(&split_names("small", 3)[1])).expect("a file can be removed");
        first(folder.to_path_buf())
    });
    moved("the folder without the second file", &|folder| {
        std::fs::remove_file(folder.join(&split_names("small", 3)[1])).expect("a file can be removed");
        folder.to_path_buf()
    });
    moved("a file of the set under another name", &|folder| {
        std::fs::rename(folder.join(&split_names("small", 3)[1]), folder.join("part.gguf"))
            .expect("a file can be moved");
        folder.join("part.gguf")
    });
    moved("a whole file named as one of a set", &|folder| {
        made::write(&folder.join("a-00001-of-00001.gguf"), &Gguf::sound().bytes());
        folder.join("a-00001-of-00001.gguf")
    });
    moved("file 4 of 3", &|folder| {
        made::write(&folder.join("small-00004-of-00003.gguf"), &Gguf::sound().bytes());
        folder.join("small-00004-of-00003.gguf")
    });
    moved("a set of 99,999 files", &|folder| {
        made::write(&folder.join("small-00001-of-99999.gguf"), &Gguf::sound().bytes());
        folder.join("small-00001-of-99999.gguf")
    });
    moved("a set and a file beside it", &|folder| {
        made::write(&folder.join("other.gguf"), &Gguf::sound().bytes());
        folder.to_path_buf()
    });
    insta::assert_snapshot!(answers);
}

fn adapter(root: &Path, config: &str) -> PathBuf {
    let folder = root.join("adapter");
    let tensors = [made::tensor("base_model.model.layers.0.q_proj.lora_A.weight", &[2, 4])];
    made::write(&folder.join("adapter_config.json"), config.as_bytes());
    made::write(&folder.join("adapter_model.safetensors"), &made::safetensors(&tensors));
    folder
}

#[test]
fn an_adapter_says_what_it_changes() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let config = json!({
        "peft_type": "LORA", "r": 2, "lora_alpha": 16, "use_rslora": true, "target_modules": ["q_proj", "v_proj"],
        "modules_to_save": ["classifier"], "rank_pattern": {"v_proj": 4}, "base_model_name_or_path": "someone/model"
    });
    let folder = adapter(root.path(), &config.to_string());
    for path in [folder.clone(), folder.join("adapter_model.safetensors")] {
        let survey = survey(&path).expect("an adapter opens");
        assert_eq!((survey.format(), survey.notes()), (SurveyFormat::Adapter, &[][..]), "nothing is odd");
        assert_eq!(survey.not_runnable(), Some(NotRunnable::Adapter), "it is no model");
        let facts = survey.adapter().expect("it says what it changes");
        assert_eq!((facts.rank, facts.alpha, facts.rank_stabilised), (Some(2), Some(16.0), true), "as written");
        assert_eq!(facts.targets, Targets::Names(vec!["q_proj".into(), "v_proj".into()]), "as written");
        assert_eq!(facts.saved_modules, ["classifier"], "as written");
        assert_eq!(facts.rank_pattern, [("v_proj".to_owned(), 4)], "as written");
        assert_eq!(facts.base_model.as_deref(), Some("someone/model"), "as claimed");
    }
}

#[test]
fn adapters_that_cannot_be_right_are_refused_or_noted() {
    let mut answers = String::new();
    for (what, config) in [
        ("rank zero", r#"{"r": 0, "lora_alpha": 16}"#),
        ("a negative rank", r#"{"r": -1}"#),
        ("a scaling beyond all numbers", r#"{"r": 2, "lora_alpha": 1e999}"#),
        ("a scaling that is infinite", r#"{"r": 2, "lora_alpha": Infinity}"#),
        ("a huge scaling", r#"{"r": 2, "lora_alpha": 1e30}"#),
        ("an expression for targets", r#"{"r": 2, "target_modules": "(a+)+$"}"#),
        ("every linear layer", r#"{"r": 2, "target_modules": "all-linear"}"#),
        ("targets of another kind", r#"{"r": 2, "target_modules": {"a": 1}}"#),
        ("a key twice", r#"{"r": 2, "r": 4}"#),
        ("code of its own", r#"{"r": 2, "auto_mapping": {"base_model_class": "X", "parent_library": "evil.module"}}"#),
        (
            "a class of the library",
            r#"{"auto_mapping": {"base_model_class": "B", "parent_library": "transformers.models.bert"}}"#,
        ),
        ("a list", "[]"),
    ] {
        ask(&mut answers, what, |root| adapter(root, config));
    }
    insta::assert_snapshot!(answers);
}

#[test]
fn quantized_models_are_named_and_their_codes_are_no_weights() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let packed = r#"{"model.layers.0.q_proj.qweight":{"dtype":"I32","shape":[1,8],"data_offsets":[0,32]},
        "model.norm.weight":{"dtype":"F16","shape":[8],"data_offsets":[32,48]}}"#;
    let with = |section: Value| {
        let mut config = made::config();
        config["quantization_config"] = section;
        made::folder(root.path(), &config, &made::safetensors_with_header(packed, &[0; 48]))
    };
    let gptq =
        survey(&with(json!({"quant_method": "gptq", "bits": 4, "group_size": 128, "sym": true}))).expect("it opens");
    let facts = gptq.quantization().expect("the config says so");
    assert_eq!((facts.method.as_str(), facts.bits, facts.group_size), ("gptq", Some(4), Some(128)), "as written");
    assert_eq!(gptq.not_runnable(), Some(NotRunnable::Quantized { method: "gptq".into() }), "it is not run here");
    assert!(gptq.parameters().total.is_err(), "packed codes are not counted as values");
    assert!(!gptq.notes().iter().any(|note| note.kind.code() == "quantization-contradicted"), "types agree");
    let codes = |folder: &Path| -> Vec<&'static str> {
        survey(folder).expect("it opens").notes().iter().map(|note| note.kind.code()).collect()
    };
    for section in [json!({"quant_method": "fp8"}), json!({"load_in_4bit": true}), json!({"load_in_8bit": true})] {
        assert!(
            codes(&with(section.clone())).contains(&"quantization-contradicted"),
            "{section} is not what is stored"
        );
    }
    assert!(codes(&with(json!(null))).contains(&"packed-without-config"), "nobody says how they are packed");
    let unsaid = survey(&with(json!(null))).expect("it opens");
    assert_eq!(unsaid.not_runnable(), Some(NotRunnable::Quantized { method: "not stated".into() }), "still no weights");
    let older = with(json!(null));
    made::write(&older.join("quantize_config.json"), br#"{"bits": 4, "group_size": -1, "damp_percent": 0.01}"#);
    let older = survey(&older).expect("it opens");
    let facts = older.quantization().expect("a file of its own says so");
    assert_eq!((facts.method.as_str(), facts.group_size), ("gptq", Some(-1)), "older tools wrote a file of their own");
    assert!(matches!(survey(&with(json!("gptq"))), Err(Error::Json { .. })), "a text is no section");
}

#[test]
fn other_folders_are_hashed_or_refused_with_a_sentence() {
    let mut answers = String::new();
    let all = &mut answers;
    let weights = || made::safetensors(&made::hugging_face_tensors());
    ask(all, "a missing path", |_| PathBuf::from("no-such-model"));
    ask(all, "a file of another kind", |root| {
        made::write(&root.join("model.bin"), b"PK");
        root.join("model.bin")
    });
    ask(all, "an empty folder", |root| {
        std::fs::create_dir(root.join("model")).expect("a folder can be made");
        root.join("model")
    });
    ask(all, "a config without weights", |root| {
        made::write(&root.join("model/config.json"), b"{}");
        root.join("model")
    });
    ask(all, "a pickle alone", |root| {
        made::write(&root.join("model/config.json"), b"{}");
        made::write(&root.join("model/pytorch_model.bin"), b"PK");
        root.join("model")
    });
    ask(all, "ONNX alone", |root| {
        made::write(&root.join("model/config.json"), b"{}");
        made::write(&root.join("model/onnx/model.onnx"), b"\x08\x07\x3A\x00");
        root.join("model")
    });
    ask(all, "both formats", |root| {
        made::write(&root.join("model/a.gguf"), &Gguf::sound().bytes());
        made::folder(root, &made::config(), &weights())
    });
    ask(all, "two safetensors files of no known name", |root| {
        made::write(&root.join("model/a.safetensors"), &weights());
        made::write(&root.join("model/b.safetensors"), &weights());
        root.join("model")
    });
    ask(all, "one safetensors file of no known name", |root| {
        made::write(&root.join("model/consolidated.safetensors"), &weights());
        root.join("model")
    });
    ask(all, "programs, pickles, other formats and names that collide beside the weights", |root| {
        let folder = made::folder(root, &made::config(), &weights());
        for name in
            ["modeling_x.py", "pytorch_model.bin", "onnx/model.onnx", "Notes.txt", "notes.txt", "a\u{202e}txt.b"]
        {
            made::write(&folder.join(name), b"x");
        }
        folder
    });
    #[cfg(unix)]
    ask(all, "a name with a line break", |root| {
        let folder = made::folder(root, &made::config(), &weights());
        made::write(&folder.join("a\nb.txt"), b"x");
        folder
    });
    #[cfg(unix)]
    ask(all, "weights that are a link out of the folder", |root| {
        let folder = made::folder(root, &made::config(), &weights());
        std::fs::rename(folder.join("model.safetensors"), root.join("other")).expect("a file can be moved");
        std::os::unix::fs::symlink(root.join("other"), folder.join("model.safetensors")).expect("a link can be made");
        folder
    });
    #[cfg(unix)]
    ask(all, "a link to a device", |root| {
        std::os::unix::fs::symlink("/dev/zero", root.join("model.gguf")).expect("a link can be made");
        root.join("model.gguf")
    });
    insta::assert_snapshot!(answers);
}

#[test]
fn of_several_onnx_files_none_is_read() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    made::write(&root.path().join("model/onnx/model.onnx"), b"never read");
    made::write(&root.path().join("model/onnx/model_int8.onnx"), b"");
    let survey = survey(&root.path().join("model")).expect("ONNX files are hashed");
    assert_eq!((survey.format(), survey.not_runnable()), (SurveyFormat::Onnx, Some(NotRunnable::Onnx)), "as it is");
    let files: Vec<_> = survey.files().iter().map(|file| (file.name.as_str(), file.format, file.size)).collect();
    assert_eq!(files, [("onnx/model.onnx", "onnx", 10), ("onnx/model_int8.onnx", "onnx", 0)], "both are weights");
    assert!(survey.tensors().is_empty() && survey.parameters().total.is_err(), "nothing is read from them");
}

#[test]
fn what_can_be_run_can_be_looked_at_and_is_hashed_the_same() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = made::folder(root.path(), &made::config(), &made::safetensors(&made::hugging_face_tensors()));
    made::write(&folder.join("README.md"), b"---\nlicense: mit\nbase_model: a/b\n---\n");
    let (run, looked) = (open(&folder).expect("it can be run"), survey(&folder).expect("it can be looked at"));
    assert_eq!((run.format(), run.files()), (Format::HuggingFaceFolder, looked.files()), "the same files and hashes");
    for tensor in run.tensors() {
        let same = looked.tensor(&tensor.name).expect("it is there");
        assert_eq!((same.offset, same.len, same.dtype), (tensor.offset, tensor.len, tensor.dtype), "{}", tensor.name);
        assert_eq!(looked.sha256(same), run.tensor_sha256(tensor), "{}", tensor.name);
    }
    let card = looked.card().expect("it has a card");
    assert_eq!((card.licenses(), card.base_models()), (vec!["mit"], vec!["a/b"]), "its claims are kept");
}
