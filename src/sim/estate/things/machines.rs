//! Machines and load balancers, and how their metrics run.

use crate::sim::chance;
use crate::sim::samples::Shape;
use crate::sim::scenario::{Cloud, FleetSpec, Measure, Role};

/// A machine or a load balancer.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Its name, the same in every cloud.
    pub name: String,
    /// Its fleet.
    pub fleet: String,
    /// What it does.
    pub role: Role,
    /// Its address.
    pub ip: String,
    /// Id of its subnet: each fleet has two, in two zones.
    pub subnet: String,
    /// Its application's id.
    pub application: String,
    /// Its id in each cloud it is in: a UUID (KSC, Huawei) or `ins-…` (Tencent).
    ids: Vec<(Cloud, String)>,
    /// Key of the inventory of COC, 24 hexadecimal digits.
    pub inventory_id: String,
    /// Id of the agent that runs scripts, 32 hexadecimal digits.
    pub agent: String,
    /// Does the agent answer?
    pub agent_online: bool,
}

impl Machine {
    /// Its id in this cloud, if it is there.
    pub fn id_in(&self, cloud: Cloud) -> Option<&str> {
        self.ids
            .iter()
            .find(|(other, _)| *other == cloud)
            .map(|(_, id)| id.as_str())
    }

    /// A new machine like `template`.
    pub fn created(seed: u64, template: &Self, name: &str, subnet: &str, number: u32) -> Self {
        let id_of = |(cloud, _): &(Cloud, String)| (*cloud, id_in_cloud(seed, *cloud, name));
        // Below the machines that the scenario names.
        let ip = format!("10.99.{}.{}", number / 200 % 256, 11 + number % 200);
        Self {
            name: name.to_owned(),
            subnet: subnet.to_owned(),
            ip,
            ids: template.ids.iter().map(id_of).collect(),
            inventory_id: chance::hexadecimal(seed, &["inventory", name], 24),
            agent: chance::hexadecimal(seed, &["agent", name], 32),
            agent_online: true,
            ..template.clone()
        }
    }

    /// Can scripts run on it?
    pub fn is_server(&self) -> bool {
        self.role != Role::Balancer
    }

    /// The metrics it has.
    pub fn measures(&self) -> impl Iterator<Item = Measure> {
        let role = self.role;
        Measure::ALL
            .into_iter()
            .filter(move |measure| shape(role, *measure).is_some())
    }
}

/// An application: a number of machines that serve one purpose.
#[derive(Debug, Clone)]
pub struct Application {
    /// Its id, 24 hexadecimal digits.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The machines of the fleets and the applications they belong to.
pub fn build(seed: u64, fleets: &[FleetSpec]) -> (Vec<Machine>, Vec<Application>) {
    let mut machines = Vec::new();
    let mut applications: Vec<Application> = Vec::new();
    for (subnet, fleet) in fleets.iter().enumerate() {
        if applications
            .iter()
            .all(|known| known.name != fleet.application)
        {
            applications.push(Application {
                id: chance::hexadecimal(seed, &["application", &fleet.application], 24),
                name: fleet.application.clone(),
            });
        }
        for (index, name) in fleet.names().enumerate() {
            machines.push(machine(seed, fleet, subnet, index, name));
        }
    }
    (machines, applications)
}

fn id_in_cloud(seed: u64, cloud: Cloud, name: &str) -> String {
    match cloud {
        Cloud::Ksc => chance::uuid(seed, &["kec", name]),
        Cloud::Huawei => chance::uuid(seed, &["ecs", name]),
        Cloud::Tencent => format!("ins-{}", chance::letters(seed, &["cvm", name], 8)),
    }
}

fn machine(seed: u64, fleet: &FleetSpec, subnet: usize, index: usize, name: String) -> Machine {
    let id_of = |cloud: &Cloud| (*cloud, id_in_cloud(seed, *cloud, &name));
    Machine {
        ids: fleet.clouds.iter().map(id_of).collect(),
        fleet: fleet.name.clone(),
        subnet: chance::uuid(seed, &["subnet", &fleet.name, ["a", "b"][index % 2]]),
        role: fleet.role,
        ip: format!("10.{}.{}.{}", 16 + subnet, index / 200, 11 + index % 200),
        application: chance::hexadecimal(seed, &["application", &fleet.application], 24),
        inventory_id: chance::hexadecimal(seed, &["inventory", &name], 24),
        agent: chance::hexadecimal(seed, &["agent", &name], 32),
        agent_online: index + fleet.agents_offline < fleet.count,
        name,
    }
}

/// How a metric runs on a machine of this role; `None` when it has no such metric.
pub fn shape(role: Role, measure: Measure) -> Option<Shape> {
    let (level, swing, jitter) = match role {
        Role::Balancer => match measure {
            Measure::Requests => (4200.0, 2600.0, 300.0),
            Measure::Errors => (0.12, 0.03, 0.08),
            Measure::Connections => (18_000.0, 9000.0, 900.0),
            Measure::NetIn => (22_000_000.0, 12_000_000.0, 1_500_000.0),
            Measure::NetOut => (91_000_000.0, 40_000_000.0, 6_000_000.0),
            _ => return None,
        },
        Role::Web | Role::Gateway => match measure {
            Measure::Cpu => (28.0, 11.0, 7.0),
            Measure::Load => (2.1, 0.8, 0.5),
            Measure::Memory => (52.0, 3.0, 2.0),
            Measure::Disk => (41.0, 0.2, 0.3),
            Measure::DiskRead => (2.4, 0.9, 0.8),
            Measure::DiskWrite => (5.5, 2.0, 1.5),
            Measure::NetIn => (1_400_000.0, 700_000.0, 160_000.0),
            Measure::NetOut => (6_200_000.0, 2_800_000.0, 600_000.0),
            Measure::PacketsIn => (5200.0, 2300.0, 500.0),
            Measure::PacketsOut => (6100.0, 2600.0, 600.0),
            Measure::Connections => (1900.0, 800.0, 160.0),
            Measure::Requests => (210.0, 120.0, 20.0),
            Measure::Errors => (0.08, 0.02, 0.05),
        },
        Role::Worker => match measure {
            Measure::Cpu => (46.0, 6.0, 14.0),
            Measure::Load => (4.4, 0.9, 1.6),
            Measure::Memory => (63.0, 2.0, 5.0),
            Measure::Disk => (37.0, 0.3, 0.5),
            Measure::DiskRead => (18.0, 4.0, 9.0),
            Measure::DiskWrite => (34.0, 8.0, 16.0),
            Measure::NetIn => (3_100_000.0, 600_000.0, 700_000.0),
            Measure::NetOut => (2_700_000.0, 500_000.0, 600_000.0),
            Measure::PacketsIn => (3900.0, 700.0, 800.0),
            Measure::PacketsOut => (3700.0, 700.0, 800.0),
            Measure::Connections => (240.0, 40.0, 50.0),
            Measure::Requests | Measure::Errors => return None,
        },
        Role::Database => match measure {
            Measure::Cpu => (34.0, 12.0, 6.0),
            Measure::Load => (3.6, 1.4, 0.6),
            Measure::Memory => (78.0, 1.0, 1.0),
            Measure::Disk => (66.0, 0.2, 0.2),
            Measure::DiskRead => (48.0, 20.0, 12.0),
            Measure::DiskWrite => (61.0, 26.0, 14.0),
            Measure::NetIn => (4_800_000.0, 2_100_000.0, 500_000.0),
            Measure::NetOut => (9_900_000.0, 4_300_000.0, 900_000.0),
            Measure::PacketsIn => (7400.0, 3100.0, 700.0),
            Measure::PacketsOut => (8100.0, 3400.0, 800.0),
            Measure::Connections => (620.0, 240.0, 40.0),
            Measure::Requests | Measure::Errors => return None,
        },
    };
    let ceiling = match measure {
        Measure::Cpu | Measure::Memory | Measure::Disk | Measure::Errors => 100.0,
        _ => f64::MAX,
    };
    Some(Shape {
        level,
        swing,
        jitter,
        floor: 0.0,
        ceiling,
    })
}
