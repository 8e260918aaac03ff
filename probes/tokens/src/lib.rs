//! Texts to token ids, as published and as the deployed engine reads them.
