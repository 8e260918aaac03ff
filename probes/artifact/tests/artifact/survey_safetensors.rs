//! Hostile and damaged safetensors files: each is refused with a sentence, or read with a note that says what is odd.

use parallax_artifact::{NoteKind, survey};

use crate::made::{self, ask};

fn header(answers: &mut String, what: &str, header: &str, data: &[u8]) {
    raw(answers, what, &made::safetensors_with_header(header, data));
}

fn raw(answers: &mut String, what: &str, bytes: &[u8]) {
    ask(answers, what, |root| made::folder(root, &made::config(), bytes));
}

const ONE: &str = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;

#[test]
fn headers_that_lie_are_refused_and_odd_ones_are_noted() {
    let mut answers = String::new();
    let all = &mut answers;
    raw(all, "an empty file", b"");
    raw(all, "seven bytes", b"1234567");
    raw(all, "a header of no bytes", &0u64.to_le_bytes());
    raw(all, "a header longer than the file", &[&1000u64.to_le_bytes()[..], b"{}"].concat());
    raw(all, "a header longer than allowed", &[&100_000_001u64.to_le_bytes()[..], b"{}"].concat());
    raw(all, "2^64 - 1 bytes of header", &[&u64::MAX.to_le_bytes()[..], b"{}"].concat());
    raw(all, "a header that is not text", &[&2u64.to_le_bytes()[..], b"{\xff"].concat());
    raw(all, "a GGUF with another ending", &made::Gguf::sound().bytes());
    header(all, "a sound file", ONE, &[0; 4]);
    header(all, "a leading space", &format!(" {ONE}"), &[0; 4]);
    header(all, "a leading line break", &format!("\n\t{ONE}"), &[0; 4]);
    header(all, "a mark of byte order", &format!("\u{feff}{ONE}"), &[0; 4]);
    header(all, "seven spaces behind it", &format!("{ONE}       "), &[0; 4]);
    header(all, "a thousand spaces behind it", &format!("{ONE}{}", " ".repeat(1000)), &[0; 4]);
    header(all, "a tab behind it", &format!("{ONE}\t"), &[0; 4]);
    header(all, "a zero byte behind it", &format!("{ONE}\0"), &[0; 4]);
    header(all, "no tensors", "{}", b"");
    header(all, "a list", "[]", b"");
    header(
        all,
        "a tensor twice",
        r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        &[0; 4],
    );
    header(
        all,
        "fields too many",
        r#"{"a":{"dtype":"F32","x":[{"y":1}],"shape":[1],"data_offsets":[0,4],"z":""}}"#,
        &[0; 4],
    );
    header(all, "a field twice", r#"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, &[0; 4]);
    header(all, "an odd field twice", r#"{"a":{"dtype":"F32","x":1,"x":2,"shape":[1],"data_offsets":[0,4]}}"#, &[0; 4]);
    header(all, "a field too few", r#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, &[0; 4]);
    let bomb = format!(r#"{{"a":{{"x":{}"#, "[".repeat(100_000));
    header(all, "a hundred thousand brackets", &bomb, b"");
    header(all, "metadata that are not text", r#"{"__metadata__":{"a":1}}"#, b"");
    header(all, "metadata twice", r#"{"__metadata__":{"a":"1","a":"2"}}"#, b"");
    header(all, "two metadata", r#"{"__metadata__":{},"__metadata__":{}}"#, b"");
    header(
        all,
        "a name that a terminal would obey",
        r#"{"\u001b[2J":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        &[0; 4],
    );
    insta::assert_snapshot!(answers);
}

#[test]
fn tensors_in_odd_places_are_noted_and_those_without_a_place_refused() {
    let mut answers = String::new();
    let all = &mut answers;
    let one = |dtype: &str, shape: &str, begin: u64, end: u64| {
        format!(r#"{{"a":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{begin},{end}]}}}}"#)
    };
    let two = |first: (u64, u64), second: (u64, u64)| {
        format!(
            r#"{{"a":{{"dtype":"U8","shape":[{}],"data_offsets":[{},{}]}},"b":{{"dtype":"U8","shape":[{}],"data_offsets":[{},{}]}}}}"#,
            first.1.saturating_sub(first.0),
            first.0,
            first.1,
            second.1.saturating_sub(second.0),
            second.0,
            second.1,
        )
    };
    header(all, "an unknown type", &one("F33", "[1]", 0, 4), &[0; 4]);
    header(all, "a type of ours", &one("unknown", "[4]", 0, 4), &[0; 4]);
    header(
        all,
        "an unknown type with a shape that cannot be counted",
        &one("F33", "[4294967296,4294967296]", 0, 4),
        &[0; 4],
    );
    header(all, "a shape that lies", &one("F32", "[2]", 0, 4), &[0; 4]);
    header(all, "a product that overflows", &one("F32", "[4294967296,4294967297]", 0, 4), &[0; 4]);
    header(all, "a dimension hidden behind a zero", &one("F32", "[0,18446744073709551615]", 0, 0), b"");
    header(all, "a product hidden behind a zero", &one("F32", "[4294967296,4294967296,0]", 0, 0), b"");
    header(all, "a negative dimension", &one("F32", "[-1]", 0, 4), &[0; 4]);
    header(all, "half a dimension", &one("F32", "[0.5]", 0, 4), &[0; 4]);
    header(all, "nine dimensions", &one("F32", "[1,1,1,1,1,1,1,1,1]", 0, 4), &[0; 4]);
    header(all, "half a byte", &one("F4", "[3]", 0, 2), &[0; 2]);
    header(all, "four values in three bytes", &one("F6_E2M3", "[4]", 0, 3), &[0; 3]);
    header(all, "no elements", &one("F32", "[0,7]", 0, 0), b"");
    header(all, "no dimensions", &one("F32", "[]", 0, 4), &[0; 4]);
    header(all, "offsets backwards", &one("F32", "[1]", 4, 0), &[0; 4]);
    header(all, "data cut short", &one("F32", "[2]", 0, 8), &[0; 4]);
    header(all, "offsets that overflow", &one("U8", "[1]", u64::MAX - 1, u64::MAX), &[0; 4]);
    header(all, "zeros after the data", &one("F32", "[1]", 0, 4), &[0; 8]);
    header(all, "an archive after the data", &one("F32", "[1]", 0, 4), b"\0\0\0\0PK\x03\x04");
    header(all, "a hole at the beginning", &one("F32", "[1]", 4, 8), &[0; 8]);
    header(all, "a hole that hides something", &two((0, 4), (8, 12)), b"\0\0\0\0HIDE\0\0\0\0");
    header(all, "an overlap", &two((0, 8), (4, 12)), &[0; 12]);
    header(all, "one inside the other", &two((0, 12), (4, 8)), &[0; 12]);
    header(all, "one place for both", &two((0, 8), (0, 8)), &[0; 8]);
    header(all, "an empty one inside the other", &two((0, 8), (4, 4)), &[0; 8]);
    header(all, "a large file behind a small one", &two((0, 1 << 40), (0, 4)), &[0; 8]);
    let many: Vec<String> = (0..600)
        .map(|index| format!(r#""t{index}":{{"dtype":"U8","shape":[4096],"data_offsets":[0,4096]}}"#))
        .collect();
    header(all, "six hundred tensors in one place", &format!("{{{}}}", many.join(",")), &[0; 4096]);
    insta::assert_snapshot!(answers);
}

#[test]
fn notes_of_one_kind_are_kept_up_to_a_number_and_counted_beyond() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    // Bytes 0, 2, 4, …: a hole after each of the 300.
    let entries: Vec<String> = (0..300)
        .map(|index| {
            format!(r#""t{index}":{{"dtype":"U8","shape":[1],"data_offsets":[{},{}]}}"#, 2 * index, 2 * index + 1)
        })
        .collect();
    let bytes = made::safetensors_with_header(&format!("{{{}}}", entries.join(",")), &[0; 599]);
    let survey = survey(&made::folder(root.path(), &made::config(), &bytes)).expect("holes do not stop the reading");
    let holes = survey.notes().iter().filter(|note| note.kind.code() == "hole").count();
    assert_eq!(holes, 100, "so many are kept");
    let further = NoteKind::Further { code: "hole", count: 199 };
    assert!(survey.notes().iter().any(|note| note.kind == further), "and the rest are counted");
}

#[test]
fn what_a_header_says_beside_its_tensors_is_kept() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let header = r#"{"__metadata__":{"format":"pt","by":"x"},"a":{"dtype":"BF16","shape":[2,1],"data_offsets":[0,4]}}"#;
    let bytes = made::safetensors_with_header(header, &[1, 2, 3, 4]);
    let survey = survey(&made::folder(root.path(), &made::config(), &bytes)).expect("it is sound");
    let container = &survey.containers()[0];
    let metadata = [("format".to_owned(), "pt".to_owned()), ("by".to_owned(), "x".to_owned())];
    assert_eq!(container.safetensors_metadata(), metadata, "in the header's order");
    let tensor = survey.tensor("a").expect("it is there");
    assert_eq!(survey.bytes(tensor), [1, 2, 3, 4], "its bytes as stored");
    assert_eq!(
        (tensor.type_name(), tensor.shape.as_slice(), tensor.file),
        ("BF16", &[2, 1][..], 0),
        "as the header says"
    );
    survey.release(0, 0..usize::MAX);
    survey.release(7, 0..10);
    assert_eq!(survey.bytes(tensor), [1, 2, 3, 4], "pages that were given back can be read again");
    assert!(survey.changes().is_empty(), "nobody wrote to it");
    std::fs::write(root.path().join("model/model.safetensors"), made::safetensors(&made::hugging_face_tensors()))
        .expect("a longer file can be written");
    let changes = survey.changes();
    assert_eq!(changes.iter().map(|note| note.kind.code()).collect::<Vec<_>>(), ["changed"], "a change is seen");
}
