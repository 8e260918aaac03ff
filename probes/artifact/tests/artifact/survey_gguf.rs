//! Hostile and damaged GGUF files: each is refused with a sentence, or read with a note that says what is odd.

use parallax_artifact::{DType, NoteKind, survey};

use crate::made::{self, Gguf, ask};

fn tampered(answers: &mut String, what: &str, tamper: impl FnOnce(&mut Gguf)) {
    raw(answers, what, {
        let mut gguf = Gguf::sound();
        tamper(&mut gguf);
        gguf.bytes()
    });
}

fn raw(answers: &mut String, what: &str, bytes: Vec<u8>) {
    ask(answers, what, |root| {
        made::write(&root.join("small.gguf"), &bytes);
        root.join("small.gguf")
    });
}

fn text_list(texts: &[&str]) -> Vec<u8> {
    let list = texts.iter().flat_map(|text| made::text(text)).collect::<Vec<_>>();
    [&8u32.to_le_bytes()[..], &(texts.len() as u64).to_le_bytes(), &list].concat()
}

#[test]
fn headers_that_lie_are_refused_and_odd_ones_are_noted() {
    let mut answers = String::new();
    let all = &mut answers;
    let u32_value = |value: u32| value.to_le_bytes().to_vec();
    raw(all, "an empty file", Vec::new());
    raw(all, "a text file", b"This is a letter, not a model.".to_vec());
    tampered(all, "a sound file", |_| {});
    tampered(all, "the magic backwards", |gguf| gguf.magic = *b"FUGG");
    for version in [0, 1, 4, 0x0300_0000] {
        tampered(all, &format!("version {version:#x}"), |gguf| gguf.version = version);
    }
    tampered(all, "version 2", |gguf| gguf.version = 2);
    tampered(all, "2^63 keys", |gguf| gguf.n_keys = Some(1 << 63));
    tampered(all, "2^63 tensors", |gguf| gguf.n_tensors = Some(1 << 63));
    tampered(all, "a string of 2^62 bytes", |gguf| gguf.set("general.name", 8, &(1u64 << 62).to_le_bytes()));
    tampered(all, "a string longer than the file", |gguf| gguf.set("general.name", 8, &9_999_999u64.to_le_bytes()));
    tampered(all, "an array of 2^63 strings", |gguf| {
        gguf.set("list", 9, &[&8u32.to_le_bytes()[..], &(1u64 << 63).to_le_bytes()].concat());
    });
    tampered(all, "a million bytes in an array", |gguf| {
        gguf.set("list", 9, &[&0u32.to_le_bytes()[..], &(1u64 << 20).to_le_bytes(), &vec![7; 1 << 20]].concat());
    });
    tampered(all, "an array of arrays of strings", |gguf| {
        gguf.set("list", 9, &[&9u32.to_le_bytes()[..], &1u64.to_le_bytes(), &text_list(&["a"])].concat());
    });
    tampered(all, "neither true nor false", |gguf| gguf.set("odd", 7, &[2]));
    tampered(all, "an empty key", |gguf| gguf.set("", 0, &[0]));
    tampered(all, "a key with a zero byte", |gguf| gguf.set("general.name\0", 0, &[0]));
    tampered(all, "a key that is not text", |gguf| gguf.entries.push((vec![0xff], 0, vec![0])));
    tampered(all, "a zero byte in a text", |gguf| gguf.set("general.name", 8, &made::text("a\0b")));
    tampered(all, "a key twice", |gguf| {
        gguf.entries.push((b"general.architecture".to_vec(), 8, made::text("llama")));
    });
    tampered(all, "alignment zero", |gguf| gguf.set("general.alignment", 4, &u32_value(0)));
    tampered(all, "alignment 48", |gguf| gguf.set("general.alignment", 4, &u32_value(48)));
    tampered(all, "alignment 2^31", |gguf| gguf.set("general.alignment", 4, &u32_value(1 << 31)));
    tampered(all, "alignment as text", |gguf| gguf.set("general.alignment", 8, &made::text("32")));
    tampered(all, "alignment in the middle of the keys", |gguf| {
        gguf.entries.insert(3, (b"general.alignment".to_vec(), 4, u32_value(32)));
    });
    tampered(all, "another architecture", |gguf| gguf.set("general.architecture", 8, &made::text("mamba")));
    tampered(all, "a vocabulary alone", |gguf| gguf.tensors.clear());
    tampered(all, "a chat template", |gguf| {
        gguf.set("tokenizer.chat_template", 8, &made::text("{{ self.__init__ }}"));
        gguf.set("tokenizer.chat_template.tools", 8, &made::text("{% if 'transfer' in x %}…"));
    });
    tampered(all, "600 layers", |gguf| gguf.set("bert.block_count", 4, &u32_value(600)));
    tampered(all, "100,000 layers", |gguf| gguf.set("bert.block_count", 4, &u32_value(100_000)));
    tampered(all, "layers as text", |gguf| gguf.set("bert.block_count", 8, &made::text("two")));
    tampered(all, "no heads", |gguf| gguf.set("bert.attention.head_count", 4, &u32_value(0)));
    tampered(all, "a rotation base that is infinite", |gguf| {
        gguf.set("bert.rope.freq_base", 6, &f32::INFINITY.to_le_bytes());
    });
    tampered(all, "a longer vocabulary than the table", |gguf| {
        gguf.set("tokenizer.ggml.tokens", 9, &text_list(&["a", "b", "c", "d", "e", "f"]));
    });
    tampered(all, "scores as texts, a type too few, and a token beyond the last", |gguf| {
        gguf.set("tokenizer.ggml.scores", 9, &text_list(&["0", "0", "0", "0", "0"]));
        let types = [&5u32.to_le_bytes()[..], &1u64.to_le_bytes(), &1i32.to_le_bytes()].concat();
        gguf.set("tokenizer.ggml.token_type", 9, &types);
        gguf.set("tokenizer.ggml.eos_token_id", 4, &u32_value(5));
        gguf.set("tokenizer.ggml.padding_token_id", 4, &u32_value(u32::MAX));
    });
    insta::assert_snapshot!(answers);
}

#[test]
fn tensors_in_odd_places_are_noted_and_those_without_a_place_refused() {
    let mut answers = String::new();
    let all = &mut answers;
    let whole = Gguf::sound().bytes();
    raw(all, "cut in the header", whole[..200].to_vec());
    raw(all, "cut in the data", whole[..whole.len() - 64].to_vec());
    raw(all, "without the last padding", whole[..whole.len() - 16].to_vec());
    raw(all, "zeros after the data", [whole.clone(), vec![0; 32]].concat());
    raw(all, "an archive after the data", [&whole[..], b"PK\x03\x04"].concat());
    raw(all, "something in the last padding", [&whole[..whole.len() - 16], &[7; 16][..]].concat());
    tampered(all, "a tensor twice", |gguf| gguf.tensors[1].name = gguf.tensors[0].name.clone());
    tampered(all, "a name of 64 bytes", |gguf| gguf.tensors[0].name = vec![b'a'; 64]);
    tampered(all, "no dimensions", |gguf| gguf.tensors[0].dims.clear());
    tampered(all, "five dimensions", |gguf| gguf.tensors[0].dims = vec![1; 5]);
    tampered(all, "a dimension of zero", |gguf| gguf.tensors[0].dims = vec![4, 0]);
    tampered(all, "a negative dimension", |gguf| gguf.tensors[0].dims = vec![(-4i64) as u64]);
    tampered(all, "a product that overflows", |gguf| gguf.tensors[0].dims = vec![1 << 40, 1 << 40]);
    tampered(all, "more elements than bytes", |gguf| gguf.tensors[0].dims = vec![1 << 30]);
    tampered(all, "rows that do not fill a block", |gguf| gguf.tensors[0].kind = 2);
    for id in [4, 31, 77] {
        tampered(all, &format!("type {id}"), |gguf| gguf.tensors[3].kind = id);
    }
    tampered(all, "an unknown type beyond the end", |gguf| {
        (gguf.tensors[3].kind, gguf.tensors[3].offset) = (77, Some(1 << 40));
    });
    tampered(all, "an offset beyond the file", |gguf| gguf.tensors[1].offset = Some(1 << 40));
    tampered(all, "an offset that overflows", |gguf| gguf.tensors[1].offset = Some(u64::MAX - 31));
    tampered(all, "two tensors in one place", |gguf| gguf.tensors[1].offset = Some(0));
    tampered(all, "half an overlap, not aligned", |gguf| gguf.tensors[1].offset = Some(72));
    tampered(all, "two tensors in each other's place", |gguf| {
        let (first, second) = (gguf.tensors[5].bytes.len(), gguf.tensors[7].bytes.len());
        assert_eq!(first, second, "both are square");
        let places: Vec<u64> =
            gguf.tensors.iter().map(|tensor| tensor.bytes.len().next_multiple_of(32) as u64).collect();
        let begin = |index: usize| places[..index].iter().sum::<u64>();
        (gguf.tensors[5].offset, gguf.tensors[7].offset) = (Some(begin(7)), Some(begin(5)));
    });
    tampered(all, "everything in one place", |gguf| {
        gguf.tensors.iter_mut().for_each(|tensor| tensor.offset = Some(0));
        gguf.tensors.truncate(5);
    });
    insta::assert_snapshot!(answers);
}

#[test]
fn a_hole_is_told_with_its_bytes_and_whether_they_are_zero() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    for (filling, zero) in [(0u8, true), (b'x', false)] {
        let mut gguf = Gguf::sound();
        // One tensor more in the data than in the list.
        let hidden = gguf.tensors.remove(6);
        let shift = hidden.bytes.len().next_multiple_of(32) as u64;
        let mut at = 0;
        for (index, tensor) in gguf.tensors.iter_mut().enumerate() {
            tensor.offset = Some(at + if index >= 6 { shift } else { 0 });
            at += tensor.bytes.len().next_multiple_of(32) as u64;
        }
        let bytes = gguf.tensors[5].bytes.clone();
        gguf.tensors[5].bytes = [bytes.clone(), vec![0; bytes.len().next_multiple_of(32) - bytes.len()]].concat();
        gguf.tensors[5].bytes.extend(vec![filling; hidden.bytes.len()]);
        let path = root.path().join("hole.gguf");
        made::write(&path, &gguf.bytes());
        let survey = survey(&path).expect("a hole does not stop the reading");
        let holes: Vec<_> = survey.notes().iter().filter(|note| note.kind.code() == "hole").collect();
        let [hole] = holes[..] else { panic!("one hole: {:?}", survey.notes()) };
        assert_eq!(hole.kind, NoteKind::Hole { count: shift, all_zero: zero }, "filled with {filling}");
        let parallax_artifact::Place::Bytes { begin, end } = hole.place else { panic!("a hole has a place") };
        assert_eq!(end - begin, shift, "the place is the hole's");
        let before = &survey.tensors()[5];
        assert_eq!(begin as usize, before.offset + before.len, "it begins where the tensor before it ends");
    }
}

#[test]
fn a_type_of_the_future_is_kept_as_bytes_up_to_the_next_tensor() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let mut gguf = Gguf::sound();
    gguf.tensors[3].kind = 77;
    let path = root.path().join("future.gguf");
    made::write(&path, &gguf.bytes());
    let survey = survey(&path).expect("an unknown type does not stop the reading");
    let tensor = survey.tensor("token_embd_norm.weight").expect("it is kept");
    assert_eq!((tensor.type_name(), tensor.shape.as_slice()), ("type 77", &[made::HIDDEN][..]), "named by its number");
    assert!(matches!(tensor.dtype, DType::Opaque { name: "unknown", .. }), "nothing decodes it");
    assert_eq!(tensor.len, 32, "16 bytes of data and the padding before the next tensor");
    assert_eq!(survey.sha256(tensor).len(), 64, "it is hashed");
    assert!(survey.parameters().total.is_err(), "what is not known is not counted");
}
