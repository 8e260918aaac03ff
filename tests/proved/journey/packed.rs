//! Weights that are stored as codes with scales beside them, against published ones.

use std::path::Path;

use float8::F8E4M3;
use half::bf16;
use serde_json::Value;

use super::files::weights;
use super::{run, run_json};

/// A tensor of a made-up model: its name, type, shape and bytes.
type Tensor<'a> = (&'a str, &'a str, Vec<usize>, Vec<u8>);

/// Writes a folder with one safetensors file and a config.
fn write(folder: &Path, name: &str, config: &str, tensors: &[Tensor<'_>]) -> String {
    let place = folder.join(name);
    std::fs::create_dir_all(&place).expect("a folder");
    let mut offset = 0;
    let header: serde_json::Map<String, Value> = tensors
        .iter()
        .map(|(name, dtype, shape, bytes)| {
            let begin = offset;
            offset += bytes.len();
            let entry = serde_json::json!({ "dtype": dtype, "shape": shape, "data_offsets": [begin, offset] });
            ((*name).to_owned(), entry)
        })
        .collect();
    let header = serde_json::to_vec(&header).expect("JSON");
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header);
    tensors.iter().for_each(|(_, _, _, bytes)| file.extend(bytes));
    std::fs::write(place.join("model.safetensors"), file).expect("a model");
    std::fs::write(place.join("config.json"), config).expect("a config");
    place.to_str().expect("UTF-8").to_owned()
}

fn tensor<'a>(report: &'a Value, name: &str) -> &'a Value {
    let tensors = report["tensors"].as_array().expect("tensors");
    tensors.iter().find(|tensor| tensor["name"] == name).unwrap_or_else(|| panic!("`{name}` in {report}"))
}

/// A published model of one matrix and its deployment, packed as GPTQ does with the one given zero point for all.
fn packed_pair(folder: &Path, stored_zero: u32) -> (String, String) {
    let (inputs, outputs) = (64_usize, 32_usize);
    let code = |input: usize, output: usize| (input * 7 + output * 3) as u32 % 16;
    let number = |input: usize, output: usize| 0.5 * (code(input, output) as f32 - 8.0);
    let weights: Vec<f32> =
        (0..outputs).flat_map(|output| (0..inputs).map(move |input| number(input, output))).collect();
    let mut codes = Vec::new();
    for row in 0..inputs / 8 {
        codes.extend(
            (0..outputs).map(|output| (0..8).fold(0, |word, at| word | code(8 * row + at, output) << (4 * at))),
        );
    }
    let zeros = vec![(0..8).fold(0, |word, at| word | stored_zero << (4 * at)); outputs / 8];
    let bytes = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let norm: Vec<u8> = [1.0_f32; 32].iter().flat_map(|one| one.to_le_bytes()).collect();
    let numbers: Vec<u8> = weights.iter().flat_map(|number| number.to_le_bytes()).collect();
    let half: Vec<u8> = vec![0x3800_u16; outputs].iter().flat_map(|half| half.to_le_bytes()).collect();
    let matrix = "layers.0.proj.weight";
    let norms = ("layers.0.norm.weight", "F32", vec![32], norm);
    let nominal = write(folder, "published", "{}", &[(matrix, "F32", vec![outputs, inputs], numbers), norms.clone()]);
    let config = r#"{"quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 64}}"#;
    let parts = [
        ("layers.0.proj.qweight", "I32", vec![inputs / 8, outputs], bytes(&codes)),
        ("layers.0.proj.qzeros", "I32", vec![1, outputs / 8], bytes(&zeros)),
        ("layers.0.proj.scales", "F16", vec![1, outputs], half),
        norms,
    ];
    (nominal, write(folder, "deployed", config, &parts))
}

#[test]
fn packed_weights_are_held_against_the_published_ones_and_not_decided() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (nominal, operative) = packed_pair(folder.path(), 7);
    let report = weights(folder.path(), &nominal, &operative);
    let packed = tensor(&report, "layers.0.proj.weight");
    assert_eq!((&packed["type"], &packed["verdict"]), (&"GPTQ 4-bit".into(), &"not-decidable".into()), "{packed}");
    assert_eq!((&packed["relative_error"], &packed["parameters"]), (&0.0.into(), &2048.into()), "{packed}");
    assert_eq!(report["unmatched"], Value::Array(Vec::new()), "its parts are no tensors of their own");
    assert_eq!(report["summary"]["unknown"], 0);
    let ran = run(folder.path(), &["weights", "--nominal", &nominal, "--operative", &operative]);
    assert!(!ran.out.contains("Every one of the"), "what is not decided is not explained: {}", ran.out);
    // The codes stay and the zero point does not: a side that is packed too is not the same for having the same codes.
    let other = folder.path().join("other");
    let (_, moved) = packed_pair(&other, 6);
    let report = weights(folder.path(), &operative, &moved);
    let packed = tensor(&report, "layers.0.proj.weight");
    assert_eq!(packed["verdict"], "not-decidable", "{packed}");
    assert!(packed["relative_error"].as_f64().is_some_and(|error| error > 0.1), "{packed}");
    // Nor for having the same bytes, when the scales are of another type.
    let model = Path::new(&moved).join("model.safetensors");
    let text = std::fs::read(Path::new(&operative).join("model.safetensors")).expect("a model");
    let (header, rest) = text[8..].split_at(u64::from_le_bytes(text[..8].try_into().expect("a length")) as usize);
    let header = String::from_utf8(header.to_vec()).expect("JSON").replace("\"F16\"", "\"BF16\"");
    let retyped = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), rest].concat();
    std::fs::write(model, retyped).expect("a model");
    let report = weights(folder.path(), &operative, &moved);
    assert_eq!(report["summary"]["worst"], "not-decidable", "{}", report["summary"]);
    let same = weights(folder.path(), &operative, &operative);
    assert_eq!(same["summary"]["worst"], "identical", "{}", same["summary"]);
}

const ROWS: usize = 64;
const COLUMNS: usize = 256;

/// Numbers with no pattern that a test could mistake for one, the size of trained weights.
fn numbers() -> Vec<f32> {
    let mut state = 7_u64;
    let mut number = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f32 / (1_u64 << 24) as f32 - 0.5) * 0.1
    };
    (0..ROWS * COLUMNS).map(|_| bf16::from_f32(number()).to_f32()).collect()
}

fn in_bf16(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| bf16::from_f32(*number).to_le_bytes()).collect()
}

/// FP8 in blocks of 32 rows and 64 columns, with what the layer does to its inputs beside it.
fn float8(numbers: &[f32]) -> (Vec<Tensor<'static>>, Vec<f32>) {
    let of = |at: usize| at / COLUMNS / 32 * 4 + at % COLUMNS / 64;
    let mut scales = [0.0_f32; 8];
    numbers.iter().enumerate().for_each(|(at, number)| scales[of(at)] = scales[of(at)].max(number.abs() / 448.0));
    let code = |(at, number): (usize, &f32)| F8E4M3::from_f32(number / scales[of(at)]);
    let codes: Vec<F8E4M3> = numbers.iter().enumerate().map(code).collect();
    let stored = codes.iter().enumerate().map(|(at, code)| code.to_f32() * scales[of(at)]).collect();
    let bytes = scales.iter().flat_map(|scale| scale.to_le_bytes()).collect();
    let tensors = vec![
        ("layers.0.proj.weight", "F8_E4M3", vec![ROWS, COLUMNS], codes.iter().map(F8E4M3::to_bits).collect()),
        ("layers.0.proj.weight_scale_inv", "F32", vec![2, 4], bytes),
        ("layers.0.proj.input_scale", "F32", vec![1], 1.0_f32.to_le_bytes().to_vec()),
    ];
    (tensors, stored)
}

const FLOAT8: &str = r#"{"quantization_config": {"quant_method": "fp8", "weight_block_size": [32, 64]}}"#;

#[test]
fn an_fp8_file_is_explained_by_the_published_numbers_and_explains_what_is_made_from_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (numbers, name) = (numbers(), "layers.0.proj.weight");
    let nominal = write(folder.path(), "published", "{}", &[(name, "BF16", vec![ROWS, COLUMNS], in_bf16(&numbers))]);
    let (tensors, stored) = float8(&numbers);
    let operative = write(folder.path(), "deployed", FLOAT8, &tensors);
    let report = weights(folder.path(), &nominal, &operative);
    let found = tensor(&report, name);
    assert_eq!((&found["type"], &found["verdict"]), (&"FP8 (E4M3)".into(), &"codes-explained".into()), "{found}");
    assert!(found["relative_error"].as_f64().is_some_and(|error| (0.01..0.04).contains(&error)), "{found}");
    assert_eq!(report["unmatched"], Value::Array(Vec::new()), "scales are no tensors of their own");
    let identity = run_json(folder.path(), &["identify", &operative]);
    assert!(identity["cannot_run"].as_str().is_some_and(|reason| !reason.is_empty()), "{identity}");
    // An edit of one row, which rounding would hide in the size of the difference.
    let mut edited = numbers.clone();
    edited[9 * COLUMNS..10 * COLUMNS].iter_mut().for_each(|number| *number *= -1.0);
    let changed = write(folder.path(), "changed", FLOAT8, &float8(&edited).0);
    let found = weights(folder.path(), &nominal, &changed);
    let found = tensor(&found, name);
    assert_eq!(found["verdict"], "not-decidable", "{found}");
    assert_eq!(found["worst_rows"][0]["index"], 9, "{found}");
    assert!(found["evidence"]["code_mismatches"].as_u64().is_some_and(|codes| codes > 200), "{found}");
    // What was published in FP8 and deployed as plain numbers.
    let unpacked = write(folder.path(), "unpacked", "{}", &[(name, "BF16", vec![ROWS, COLUMNS], in_bf16(&stored))]);
    let report = weights(folder.path(), &operative, &unpacked);
    assert_eq!(tensor(&report, name)["verdict"], "reproduced", "{report}");
    let report = weights(folder.path(), &operative, &operative);
    assert_eq!(report["summary"]["worst"], "identical", "{}", report["summary"]);
}

#[test]
fn an_int8_file_of_bitsandbytes_is_explained_by_the_published_numbers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (numbers, name) = (numbers(), "layers.0.proj.weight");
    let nominal = write(folder.path(), "published", "{}", &[(name, "BF16", vec![ROWS, COLUMNS], in_bf16(&numbers))]);
    let rows =
        || numbers.chunks(COLUMNS).map(|row| row.iter().fold(0.0_f32, |largest, number| largest.max(number.abs())));
    let code = |(number, largest): (&f32, f32)| (number * (127.0 / largest)).round_ties_even() as i8;
    let codes =
        numbers.chunks(COLUMNS).zip(rows()).flat_map(|(row, largest)| row.iter().map(move |number| (number, largest)));
    let tensors: [Tensor<'_>; 3] = [
        (name, "I8", vec![ROWS, COLUMNS], codes.map(code).map(i8::cast_unsigned).collect()),
        ("layers.0.proj.SCB", "F32", vec![ROWS], rows().flat_map(f32::to_le_bytes).collect()),
        ("layers.0.proj.weight_format", "U8", vec![], vec![0]),
    ];
    let config = r#"{"quantization_config": {"quant_method": "bitsandbytes", "load_in_8bit": true}}"#;
    let operative = write(folder.path(), "deployed", config, &tensors);
    let report = weights(folder.path(), &nominal, &operative);
    let found = tensor(&report, name);
    assert_eq!((&found["type"], &found["verdict"]), (&"LLM.int8()".into(), &"codes-explained".into()), "{found}");
    assert_eq!((&report["unmatched"], &report["summary"]["unknown"]), (&Value::Array(Vec::new()), &0.into()));
    let ran = run(folder.path(), &["weights", "--nominal", &nominal, "--operative", &operative]);
    assert!(ran.out.contains("numbers explained"), "{}", ran.out);
}

/// A field of a protocol buffer that holds bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let (mut length, mut written) = (bytes.len(), vec![number << 3 | 2]);
    while length >= 0x80 {
        written.push(length as u8 | 0x80);
        length >>= 7;
    }
    written.push(length as u8);
    [written, bytes.to_vec()].concat()
}

/// An ONNX graph of one layer, whose matrix the exporter turned round and renamed.
fn graph(numbers: &[f32]) -> Vec<u8> {
    let turned = (0..COLUMNS).flat_map(|input| (0..ROWS).map(move |output| numbers[output * COLUMNS + input]));
    let matrix: Vec<u8> = turned.flat_map(f32::to_le_bytes).collect();
    let tensor = |name: &str, data_type: u8, dims: &[u8], data: &[u8]| {
        field(5, &[dims, &[0x10, data_type], &field(8, name.as_bytes()), &field(9, data)].concat())
    };
    let node = |operator: &str, inputs: [&str; 2], output: &str| {
        let inputs: Vec<u8> = inputs.iter().flat_map(|input| field(1, input.as_bytes())).collect();
        field(1, &[inputs, field(2, output.as_bytes()), field(4, operator.as_bytes())].concat())
    };
    let graph = [
        node("MatMul", ["x", "onnx::MatMul_9"], "y"),
        node("Add", ["layers.0.proj.bias", "y"], "z"),
        // Dimensions 256 and 64.
        tensor("onnx::MatMul_9", 1, &[0x08, 0x80, 0x02, 0x08, 64], &matrix),
        tensor("layers.0.proj.bias", 1, &[0x08, 64], &[0; 4 * ROWS]),
        tensor("/Constant_output_0", 7, &[0x08, 2], &[0; 16]),
    ];
    field(7, &graph.concat())
}

#[test]
fn an_onnx_graph_is_held_against_the_published_model_and_named_as_one_that_cannot_run() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (numbers, name) = (numbers(), "layers.0.proj.weight");
    let whole = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    let bias = ("layers.0.proj.bias", "F32", vec![ROWS], vec![0; 4 * ROWS]);
    let nominal = write(folder.path(), "published", "{}", &[(name, "F32", vec![ROWS, COLUMNS], whole), bias]);
    let onnx = folder.path().join("deployed/onnx");
    std::fs::create_dir_all(&onnx).expect("a folder");
    std::fs::write(onnx.join("model.onnx"), graph(&numbers)).expect("a model");
    let report = weights(folder.path(), &nominal, "deployed");
    let found = tensor(&report, name);
    assert_eq!((&found["type"], &found["verdict"]), (&"F32".into(), &"reproduced".into()), "{found}");
    assert_eq!(tensor(&report, "layers.0.proj.bias")["verdict"], "identical");
    let unmatched = report["unmatched"].as_array().expect("a list");
    let reasons: Vec<_> = unmatched.iter().map(|tensor| (&tensor["name"], &tensor["reason"])).collect();
    assert_eq!(reasons, [(&"/Constant_output_0".into(), &"generated".into())], "the exporter computed it");
    assert_eq!(report["summary"]["unknown"], 0);
    let identity = run_json(folder.path(), &["identify", "deployed/onnx/model.onnx"]);
    assert_eq!(identity["cannot_run"], "its weights are ONNX files", "{identity}");
    let mut edited = numbers.clone();
    edited[9 * COLUMNS..10 * COLUMNS].iter_mut().for_each(|number| *number *= -1.0);
    std::fs::write(onnx.join("model.onnx"), graph(&edited)).expect("a model");
    let report = weights(folder.path(), &nominal, "deployed");
    let found = tensor(&report, name);
    assert_eq!(
        (&found["verdict"], &found["worst_rows"][0]["index"]),
        (&"residual-sparse".into(), &9.into()),
        "{found}"
    );
    // Which of several is deployed is not known.
    std::fs::write(onnx.join("model_int8.onnx"), graph(&numbers)).expect("a model");
    let ran = run(folder.path(), &["weights", "--nominal", &nominal, "--operative", "deployed"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
    assert!(ran.err.contains("several ONNX files"), "{}", ran.err);
}
