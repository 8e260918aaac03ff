//! Which layer of a model multiplies by which tensor. Exporters rename the weights that they turned round; the bias that
//! is added next keeps its name, and some give the product itself the name of its layer.

use std::collections::{BTreeMap, BTreeSet};

use super::wire::{Bytes, Value};
use super::{Initializer, MOST, OnnxFault};

/// Steps between a product and the addition of its bias: codes are scaled on the way.
const MOST_STEPS: usize = 4;
/// Inputs of a node that are looked at.
const INPUTS: usize = 3;

/// A product of a layer with a tensor that the graph is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnnxUse {
    /// The tensor's name.
    pub tensor: String,
    /// The layer, as the model names its parts: `encoder.layer.0.attention.self.query`.
    pub layer: String,
    /// Whether the tensor is stored input by output.
    pub turned: bool,
}

/// What a node does, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Product,
    /// A product that adds its third input.
    ProductAndSum,
    Sum,
    /// The numbers of a layer go on under another name.
    Passing,
    /// Codes become numbers.
    Decoding,
}

/// What is kept of a node.
struct Node<'a> {
    operator: Operator,
    name: &'a str,
    inputs: [Option<&'a str>; INPUTS],
    output: &'a str,
    turned: bool,
}

/// What is kept of the nodes.
#[derive(Default)]
pub(super) struct Graph<'a> {
    seen: usize,
    nodes: Vec<Node<'a>>,
}

impl<'a> Graph<'a> {
    /// Reads one node.
    pub(super) fn take_in(&mut self, node: Bytes<'a>) -> Result<(), OnnxFault> {
        self.seen += 1;
        if self.seen > MOST {
            return Err(OnnxFault::TooMany { what: "nodes", most: MOST });
        }
        let mut fields = node.fields();
        let (mut inputs, mut output, mut name, mut operator) = ([None; INPUTS], "", "", "");
        let (mut count, mut turned) = (0, true);
        while let Some((field, value)) = fields.next()? {
            let Value::Bytes(bytes) = value else { continue };
            match field {
                1 => {
                    if let Some(input) = inputs.get_mut(count) {
                        *input = Some(bytes.text()?);
                    }
                    count += 1;
                }
                2 if output.is_empty() => output = bytes.text()?,
                3 => name = bytes.text()?,
                4 => operator = bytes.text()?,
                5 if turns_second(bytes)? => turned = false,
                _ => {}
            }
        }
        let operator = match operator {
            "MatMul" | "MatMulInteger" | "DynamicQuantizeMatMul" | "MatMulIntegerToFloat" => Operator::Product,
            "Gemm" => Operator::ProductAndSum,
            "Add" => Operator::Sum,
            "Cast" | "Mul" => Operator::Passing,
            "DequantizeLinear" => Operator::Decoding,
            _ => return Ok(()),
        };
        self.nodes.push(Node { operator, name, inputs, output, turned });
        Ok(())
    }

    /// The products with tensors that the graph is given. A tensor that several layers use, and a layer that uses several,
    /// say nothing about one another and are left out.
    pub(super) fn uses(&self, initializers: &[Initializer]) -> Vec<OnnxUse> {
        let given: BTreeSet<&str> = initializers.iter().map(|tensor| tensor.name.as_str()).collect();
        let mut readers: BTreeMap<&str, Vec<&Node<'_>>> = BTreeMap::new();
        let mut decoded: BTreeMap<&str, &str> = BTreeMap::new();
        for node in &self.nodes {
            for input in node.inputs.iter().flatten() {
                readers.entry(input).or_default().push(node);
            }
            if let (Operator::Decoding, Some(codes)) = (node.operator, node.inputs[0]) {
                decoded.insert(node.output, codes);
            }
        }
        let mut by_tensor: BTreeMap<&str, Vec<OnnxUse>> = BTreeMap::new();
        let mut by_layer: BTreeMap<String, usize> = BTreeMap::new();
        for node in &self.nodes {
            if !matches!(node.operator, Operator::Product | Operator::ProductAndSum) {
                continue;
            }
            let Some(factor) = node.inputs[1] else { continue };
            let tensor = decoded.get(factor).copied().unwrap_or(factor);
            let bias = || bias_of(node, &readers, &given);
            let Some(layer) = bias().or_else(|| layer_in(node.name)).filter(|_| given.contains(tensor)) else {
                continue;
            };
            *by_layer.entry(layer.clone()).or_default() += 1;
            let found = OnnxUse { tensor: tensor.to_owned(), layer, turned: node.turned };
            by_tensor.entry(tensor).or_default().push(found);
        }
        let alone = |uses: Vec<OnnxUse>| {
            let [only] = <[OnnxUse; 1]>::try_from(uses).ok()?;
            (by_layer.get(&only.layer) == Some(&1)).then_some(only)
        };
        by_tensor.into_values().filter_map(alone).collect()
    }
}

/// The layer whose bias is added to a product.
fn bias_of(product: &Node<'_>, readers: &BTreeMap<&str, Vec<&Node<'_>>>, given: &BTreeSet<&str>) -> Option<String> {
    let stem = |input: &str| input.strip_suffix(".bias").filter(|_| given.contains(input)).map(str::to_owned);
    if product.operator == Operator::ProductAndSum {
        return stem(product.inputs[2]?);
    }
    let mut output = product.output;
    for _ in 0..MOST_STEPS {
        let [reader] = readers.get(output)?.as_slice() else { return None };
        match reader.operator {
            Operator::Sum => return reader.inputs.iter().flatten().find_map(|input| stem(input)),
            Operator::Passing => output = reader.output,
            _ => return None,
        }
    }
    None
}

/// The layer in the name of a node, `/encoder/layer.0/attention/self/query/MatMul`.
fn layer_in(node: &str) -> Option<String> {
    let (layer, _) = node.strip_prefix('/')?.rsplit_once('/')?;
    (!layer.is_empty()).then(|| layer.replace('/', "."))
}

/// Whether an attribute says that a product turns its second factor round itself.
fn turns_second(attribute: Bytes<'_>) -> Result<bool, OnnxFault> {
    let mut fields = attribute.fields();
    let (mut name, mut number) = (&[][..], 0);
    while let Some((field, value)) = fields.next()? {
        match (field, value) {
            (1, Value::Bytes(bytes)) => name = bytes.bytes,
            (3, Value::Number(found)) => number = found,
            _ => {}
        }
    }
    Ok(name == b"transB" && number != 0)
}
