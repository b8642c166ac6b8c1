//! A string that cannot be printed, compared by accident or serialized.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

/// A secret. `Debug` prints a fixed word, there is no `Display` and no `Serialize`; memory is wiped on drop.
#[derive(Clone)]
pub struct Secret(Arc<Zeroizing<String>>);

impl Secret {
    /// Wraps `value`.
    pub fn new(value: String) -> Self {
        Self(Arc::new(Zeroizing::new(value)))
    }

    /// The secret itself. Call it only where it is used for signing or put into a request.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Nothing in it?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self::new(value.to_owned())
    }
}
