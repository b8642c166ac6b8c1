//! Signatures against the published vectors, step by step.
