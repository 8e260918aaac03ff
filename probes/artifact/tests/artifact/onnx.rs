//! ONNX files: tensors and their places, which layer uses them, and what is refused.

use parallax_artifact::{DType, Error, OnnxFault, OnnxUse, survey};

use crate::made;

/// A field that holds bytes.
fn field(number: u64, bytes: &[u8]) -> Vec<u8> {
    [number_of(number << 3 | 2), number_of(bytes.len() as u64), bytes.to_vec()].concat()
}

/// A field that holds a number.
fn count(number: u64, value: u64) -> Vec<u8> {
    [number_of(number << 3), number_of(value)].concat()
}

fn number_of(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn tensor(name: &str, data_type: u64, dims: &[u64], data: Vec<u8>) -> Vec<u8> {
    let dims: Vec<u8> = dims.iter().flat_map(|&dim| count(1, dim)).collect();
    [dims, count(2, data_type), field(8, name.as_bytes()), data].concat()
}

fn node(operator: &str, name: &str, inputs: &[&str], output: &str) -> Vec<u8> {
    let inputs: Vec<u8> = inputs.iter().flat_map(|input| field(1, input.as_bytes())).collect();
    [inputs, field(2, output.as_bytes()), field(3, name.as_bytes()), field(4, operator.as_bytes())].concat()
}

fn model(nodes: &[Vec<u8>], tensors: &[Vec<u8>]) -> Vec<u8> {
    let nodes = nodes.iter().flat_map(|node| field(1, node));
    let graph: Vec<u8> = nodes.chain(tensors.iter().flat_map(|tensor| field(5, tensor))).collect();
    [count(1, 8), field(7, &graph), field(14, b"")].concat()
}

fn raw(numbers: &[f32]) -> Vec<u8> {
    field(9, &bytes(numbers))
}

fn bytes(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn opened(file: &[u8]) -> Result<parallax_artifact::Survey, Error> {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    made::write(&root.path().join("model.onnx"), file);
    survey(&root.path().join("model.onnx"))
}

#[test]
fn tensors_are_found_where_their_bytes_lie() {
    let numbers = [1.0_f32, -2.0, 3.5, 0.25, 7.0, 9.0];
    let one_by_one: Vec<u8> = number_of(5).into_iter().chain(number_of(u64::MAX)).collect();
    let file = model(
        &[],
        &[
            tensor("a.weight", 1, &[2, 3], raw(&numbers)),
            tensor("packed", 1, &[6], field(4, &bytes(&numbers))),
            tensor("half", 10, &[2], field(9, &[0, 60, 0, 64])),
            tensor("zeros", 3, &[2], field(5, &one_by_one)),
            tensor("four bits", 22, &[2], field(9, &[0x21])),
            tensor("scalar", 7, &[], field(9, &9_i64.to_le_bytes())),
        ],
    );
    let survey = opened(&file).expect("a sound file");
    let weight = survey.tensor("a.weight").expect("it is there");
    assert_eq!(
        (weight.dtype, weight.shape.as_slice(), survey.bytes(weight)),
        (DType::F32, [2, 3].as_slice(), bytes(&numbers).as_slice())
    );
    assert_eq!(survey.bytes(survey.tensor("packed").expect("it is there")), bytes(&numbers));
    assert_eq!(survey.tensor("half").map(|tensor| tensor.dtype), Some(DType::F16));
    let zeros = survey.tensor("zeros").expect("it is there");
    assert_eq!((zeros.type_name(), survey.bytes(zeros)), ("INT8, number by number", one_by_one.as_slice()));
    assert_eq!(survey.tensor("four bits").map(|tensor| tensor.type_name()), Some("INT4"));
    assert_eq!(survey.tensor("scalar").map(|tensor| (tensor.dtype, tensor.shape.len())), Some((DType::I64, 0)));
}

#[test]
fn a_weight_that_was_turned_round_belongs_to_the_layer_of_its_bias_or_of_its_node() {
    let one = |name: &str, shape: &[u64]| {
        let count = shape.iter().product::<u64>() as usize;
        tensor(name, 1, shape, raw(&vec![0.5; count]))
    };
    let file = model(
        &[
            node("MatMul", "node_MatMul_57", &["x", "onnx::MatMul_1"], "y"),
            node("Add", "", &["layer.0.query.bias", "y"], "z"),
            node("MatMulInteger", "m_quant", &["x", "onnx::MatMul_2", "p"], "i"),
            node("Cast", "", &["i"], "f"),
            node("Mul", "", &["f", "s"], "g"),
            node("Add", "", &["g", "layer.0.key.bias"], "h"),
            node("MatMul", "/layer.0/value/MatMul", &["x", "onnx::MatMul_3"], "v"),
            node("MatMul", "/layer.0/MatMul", &["z", "h"], "scores"),
            node("DequantizeLinear", "", &["codes", "s"], "numbers"),
            node("MatMul", "/layer.0/output/MatMul", &["scores", "numbers"], "o"),
            node("Gemm", "", &["o", "head", "layer.0.dense.bias"], "d"),
            // Two layers with one tensor, and one layer with two, say nothing.
            node("MatMul", "/a/MatMul", &["d", "shared"], "e1"),
            node("MatMul", "/b/MatMul", &["d", "shared"], "e2"),
            node("MatMul", "/c/MatMul", &["d", "first"], "e3"),
            node("MatMul", "/c/MatMul_1", &["d", "second"], "e4"),
        ],
        &[
            one("onnx::MatMul_1", &[4, 2]),
            one("onnx::MatMul_2", &[4, 2]),
            one("onnx::MatMul_3", &[4, 2]),
            one("codes", &[4, 2]),
            one("head", &[4, 2]),
            one("shared", &[2, 2]),
            one("first", &[2, 2]),
            one("second", &[2, 2]),
            one("layer.0.query.bias", &[2]),
            one("layer.0.key.bias", &[2]),
            one("layer.0.dense.bias", &[2]),
        ],
    );
    let survey = opened(&file).expect("a sound file");
    let found =
        |tensor: &str, layer: &str| OnnxUse { tensor: tensor.to_owned(), layer: layer.to_owned(), turned: true };
    let expected = [
        found("codes", "layer.0.output"),
        found("head", "layer.0.dense"),
        found("onnx::MatMul_1", "layer.0.query"),
        found("onnx::MatMul_2", "layer.0.key"),
        found("onnx::MatMul_3", "layer.0.value"),
    ];
    assert_eq!(survey.onnx_uses(), expected);
    let turns = field(5, &[field(1, b"transB"), count(3, 1)].concat());
    let gemm = [node("Gemm", "", &["x", "head", "layer.0.dense.bias"], "d"), turns].concat();
    let file = model(&[gemm], &[one("head", &[2, 4]), one("layer.0.dense.bias", &[2])]);
    assert!(!opened(&file).expect("a sound file").onnx_uses()[0].turned, "the product turns it round itself");
}

/// A tensor whose bytes lie in another file.
fn elsewhere(name: &str, entries: &[(&str, &str)]) -> Vec<u8> {
    let entry =
        |(key, value): &(&str, &str)| field(13, &[field(1, key.as_bytes()), field(2, value.as_bytes())].concat());
    let entries: Vec<u8> = entries.iter().flat_map(entry).collect();
    tensor(name, 1, &[2], [entries, count(14, 1)].concat())
}

#[test]
fn tensors_in_a_file_beside_it_are_read_there() {
    let root = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = root.path().join("model");
    let places = [("location", "weights.bin"), ("offset", "4"), ("length", "8")];
    let file = model(&[], &[elsewhere("a", &places), elsewhere("b", &places[..2])]);
    made::write(&folder.join("onnx/model.onnx"), &file);
    made::write(&folder.join("onnx/weights.bin"), &bytes(&[9.0, 1.0, 2.0, 9.0]));
    let survey = survey(&folder).expect("a sound model");
    for name in ["a", "b"] {
        assert_eq!(survey.bytes(survey.tensor(name).expect("it is there")), bytes(&[1.0, 2.0]), "{name}");
    }
    let files: Vec<_> = survey.files().iter().map(|file| (file.name.as_str(), file.size)).collect();
    assert_eq!(files, [("onnx/model.onnx", file.len() as u64), ("onnx/weights.bin", 16)], "both are hashed");
}

#[test]
fn what_breaks_the_format_is_refused_with_its_place() {
    let fault = |file: &[u8]| match opened(file) {
        Err(Error::Onnx { file, fault }) => {
            assert_eq!(file, "model.onnx");
            fault
        }
        other => panic!("it should be refused: {other:?}"),
    };
    let long = |location: &str| model(&[], &[elsewhere("a", &[("location", location)])]);
    assert_eq!(fault(b""), OnnxFault::NoGraph);
    assert_eq!(fault(b"\x08\x07"), OnnxFault::NoGraph);
    assert_eq!(fault(b"\x3A\x7F"), OnnxFault::Cut { at: 2, length: 127 });
    assert_eq!(fault(&[0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]), OnnxFault::Number { at: 1 });
    assert_eq!(fault(b"\x0B"), OnnxFault::Field { at: 0 });
    assert_eq!(fault(b"\x00\x00"), OnnxFault::Field { at: 0 });
    assert_eq!(fault(&[model(&[], &[]), field(7, b"")].concat()), OnnxFault::Twice { what: "the graph".into() });
    assert_eq!(fault(&model(&[], &[tensor("", 1, &[1], raw(&[1.0]))])), OnnxFault::BadName { at: 6 });
    let shape = OnnxFault::Shape { tensor: "a".into() };
    assert_eq!(fault(&model(&[], &[tensor("a", 1, &[u64::MAX], raw(&[1.0]))])), shape, "a negative dimension");
    assert_eq!(fault(&model(&[], &[tensor("a", 1, &[1 << 40, 1 << 40], raw(&[1.0]))])), shape);
    assert_eq!(fault(&model(&[], &[tensor("a", 1, &[1; 65], raw(&[1.0]))])), shape);
    let length = OnnxFault::Length { tensor: "a".into(), dtype: "F32", shape: vec![2], len: 4 };
    assert_eq!(fault(&model(&[], &[tensor("a", 1, &[2], raw(&[1.0]))])), length);
    let twice = tensor("a", 1, &[1], [raw(&[1.0]), raw(&[1.0])].concat());
    assert!(matches!(fault(&model(&[], &[twice])), OnnxFault::Twice { .. }));
    for location in ["../a.bin", "/etc/passwd", "..", "a/b", "c:x", ""] {
        assert_eq!(fault(&long(location)), OnnxFault::External { tensor: "a".into() }, "{location}");
    }
    assert_eq!(fault(&long("gone.bin")), OnnxFault::Missing { location: "gone.bin".into() });
    let sparse = [count(1, 8), field(7, &field(15, b""))].concat();
    assert_eq!(fault(&sparse), OnnxFault::Sparse);
    let name = [field(8, b"\xFF"), count(2, 1)].concat();
    assert!(matches!(fault(&model(&[], &[name])), OnnxFault::NotUtf8 { .. }));
    let same = model(&[], &[tensor("a", 1, &[1], raw(&[1.0])), tensor("a", 1, &[1], raw(&[1.0]))]);
    assert!(matches!(opened(&same), Err(Error::TensorInTwoFiles { .. })), "one name, one tensor");
}
