//! What opening a variant promises, on real files, on broken ones and on noise.

mod broken;
mod made;
mod noise;
mod onnx;
mod real_files;
mod shared;
mod strangers;
mod survey_gguf;
mod survey_real;
mod survey_safetensors;
mod survey_sets;
mod survey_texts;
mod survey_values;
