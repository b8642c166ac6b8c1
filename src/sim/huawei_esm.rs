//! Huawei ESM, as the estate answers it.

use super::handlers::Handlers;

/// The functions of its operations.
pub fn handlers() -> Handlers {
    Handlers::new()
}
