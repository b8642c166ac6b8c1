//! The five APIs, served locally: for the demo, for tests and as a training ground.

pub mod chance;
pub mod estate;
pub mod handlers;
pub mod huawei_coc;
pub mod huawei_esm;
pub mod iam;
pub mod ksc_autoscaling;
pub mod ksc_monitor;
pub mod samples;
pub mod scenario;
pub mod tencent_monitor;
