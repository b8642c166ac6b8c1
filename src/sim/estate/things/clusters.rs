//! Clusters of the container engine with their pods and containers (ksc-monitor.md, 14.8).

use crate::sim::chance;
use crate::sim::scenario::ClusterSpec;

/// A cluster.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Its id.
    pub id: String,
    /// Its pods.
    pub pods: Vec<Pod>,
}

/// A pod.
#[derive(Debug, Clone)]
pub struct Pod {
    /// Namespace in the cluster.
    pub namespace: String,
    /// `Deployment`, …
    pub workload_type: String,
    /// Name of the workload.
    pub workload: String,
    /// Name.
    pub name: String,
    /// Names of its containers.
    pub containers: Vec<String>,
}

/// The clusters of a scenario.
pub fn build(seed: u64, specs: &[ClusterSpec]) -> Vec<Cluster> {
    let pods = |spec: &ClusterSpec| -> Vec<Pod> {
        let pod = |index: u32| Pod {
            namespace: spec.namespace.clone(),
            workload_type: "Deployment".to_owned(),
            workload: spec.workload.clone(),
            name: format!(
                "{}-{}",
                spec.workload,
                chance::letters(seed, &["pod", &spec.name, &index.to_string()], 5)
            ),
            containers: vec!["app".to_owned(), "proxy".to_owned()],
        };
        (0..spec.pods).map(pod).collect()
    };
    specs
        .iter()
        .map(|spec| Cluster {
            id: chance::uuid(seed, &["cluster", &spec.name]),
            pods: pods(spec),
        })
        .collect()
}
