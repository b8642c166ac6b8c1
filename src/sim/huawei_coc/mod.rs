//! Huawei Cloud Operations Center, as the estate answers it (huawei-coc.md, 10 and 11).
//!
//! Bodies are written here as the reference's samples have them, not with the client's structs: so the two cannot
//! share a mistake.

mod common;
mod incidents;
mod orders;
mod patches;
mod resources;
mod scripts;
mod warrooms;

use super::handlers::Handlers;

/// The functions of its operations.
pub fn handlers() -> Handlers {
    let handlers = resources::add(Handlers::new());
    let handlers = scripts::add(handlers);
    let handlers = orders::add(handlers);
    let handlers = incidents::add(handlers);
    let handlers = warrooms::add(handlers);
    patches::add(handlers)
}
