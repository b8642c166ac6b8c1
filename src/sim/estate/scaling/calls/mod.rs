//! What callers change (ksc-autoscaling.md, 14.3): each call checks everything, then changes.

mod configs;
mod groups;
mod members;
mod notifications;
mod policies;
mod tasks;

pub use configs::{create_config, delete_config, modify_config};
pub use groups::{GroupInput, create_group, delete_group, modify_group, set_active, set_bindings};
pub use members::{attach, detach, protect};
pub use notifications::{create_notification, modify_notification};
pub use policies::{PolicyInput, create_policy, delete_policy, modify_policy};
pub use tasks::{TaskInput, create_task, delete_task, modify_task};
