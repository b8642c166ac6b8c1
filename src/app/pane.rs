//! What a pane is.
