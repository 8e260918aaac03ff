//! BERT forward passes with a tap after the embeddings and after every layer.
