//! Every sentence the product can say.
