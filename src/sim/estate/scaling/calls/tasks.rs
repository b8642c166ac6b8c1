//! Scheduled tasks.

use super::groups::sizes;
use crate::sim::estate::state::Estate;
use crate::sim::estate::things::scaling::{Group, Refused, Task};

/// Sibling limit (10).
const MOST_TASKS: usize = 10;

/// What a caller says of a task.
#[derive(Debug, Clone)]
pub struct TaskInput {
    /// Name; `None` stays as it is.
    pub name: Option<String>,
    /// Fewest members from then on.
    pub min: Option<i64>,
    /// Most members from then on.
    pub max: Option<i64>,
    /// Members from then on.
    pub desired: Option<i64>,
    /// First run.
    pub start: jiff::Timestamp,
    /// End of the repetition.
    pub end: Option<jiff::Timestamp>,
    /// Crontab text.
    pub recurrence: Option<String>,
    /// Unit and cycle.
    pub unit: Option<(String, String)>,
}

fn task_sizes(estate: &Estate, min: i64, desired: i64, max: i64) -> Result<(), Refused> {
    sizes(estate, min, desired, max).map_err(|refused| match refused {
        Refused::Invalid("MaxSize") => Refused::Invalid("ReadjustMaxSize"),
        Refused::Invalid("MinSize") => Refused::Invalid("ReadjustMinSize"),
        _ => Refused::Invalid("ReadjustExpectSize"),
    })
}

/// Is there a task of the group that runs at the same instant?
fn clashes(group: &Group, task: &Task, besides: Option<usize>) -> bool {
    group.tasks.iter().enumerate().any(|(other, known)| {
        Some(other) != besides && known.next.is_some() && known.next == task.next
    })
}

/// Creates a scheduled task; gives its id.
pub fn create_task(estate: &mut Estate, id: &str, input: TaskInput) -> Result<String, Refused> {
    let place = estate.scaling.place(id)?;
    let (min, max) = (input.min.unwrap_or(0), input.max.unwrap_or(0));
    let desired = input.desired.unwrap_or(0);
    task_sizes(estate, min, desired, max)?;
    let name = input.name.unwrap_or_default();
    let now = estate.now;
    let repeats = input.recurrence.is_some() || input.unit.is_some();
    if !repeats && input.start <= now {
        return Err(Refused::Invalid("StartTime"));
    }
    if repeats != input.end.is_some() || input.end.is_some_and(|end| end <= input.start) {
        return Err(Refused::Invalid("EndTime"));
    }
    let mut task = Task {
        id: String::new(),
        name,
        min,
        max,
        desired,
        start: input.start,
        end: input.end,
        recurrence: input.recurrence,
        unit: input.unit,
        created: now,
        next: None,
    };
    task.next = task.run_after(now);
    let group = &estate.scaling.groups[place];
    if group.tasks.iter().any(|known| known.name == task.name) {
        return Err(Refused::NameTaken(task.name));
    }
    if clashes(group, &task, None) {
        return Err(Refused::Invalid("StartTime"));
    }
    if group.tasks.len() >= MOST_TASKS {
        return Err(Refused::Quota("ScheduledTask"));
    }
    task.id = estate.scaling.new_id(now);
    let id = task.id.clone();
    estate.scaling.groups[place].tasks.push(task);
    Ok(id)
}

/// Changes a task; `group`, where it is given, must be its own.
pub fn modify_task(
    estate: &mut Estate,
    group: Option<&str>,
    id: &str,
    input: TaskInput,
) -> Result<(), Refused> {
    let (place, index) = task_place(estate, group, id)?;
    let known = &estate.scaling.groups[place].tasks[index];
    let mut task = known.clone();
    task.name = input.name.unwrap_or(task.name);
    task.min = input.min.unwrap_or(task.min);
    task.max = input.max.unwrap_or(task.max);
    task.desired = input.desired.unwrap_or(task.desired);
    task.start = input.start;
    task.end = input.end.or(task.end);
    if input.recurrence.is_some() || input.unit.is_some() {
        task.recurrence = input.recurrence;
        task.unit = input.unit;
    }
    task_sizes(estate, task.min, task.desired, task.max)?;
    if task.end.is_some_and(|end| end <= task.start) {
        return Err(Refused::Invalid("EndTime"));
    }
    let group = &estate.scaling.groups[place];
    let mut others = group.tasks.iter().enumerate();
    if others.any(|(other, known)| other != index && known.name == task.name) {
        return Err(Refused::NameTaken(task.name));
    }
    task.next = task.run_after(estate.now);
    if clashes(group, &task, Some(index)) {
        return Err(Refused::Invalid("StartTime"));
    }
    estate.scaling.groups[place].tasks[index] = task;
    Ok(())
}

fn task_place(estate: &Estate, group: Option<&str>, id: &str) -> Result<(usize, usize), Refused> {
    if let Some(group) = group {
        estate.scaling.place(group)?;
    }
    let groups = estate.scaling.groups.iter().enumerate();
    groups
        .filter(|(_, known)| group.is_none_or(|group| known.id == group))
        .find_map(|(place, known)| {
            let index = known.tasks.iter().position(|task| task.id == id)?;
            Some((place, index))
        })
        .ok_or_else(|| Refused::NoTask(id.to_owned()))
}

/// Deletes a task.
pub fn delete_task(estate: &mut Estate, group: &str, id: &str) -> Result<(), Refused> {
    let (place, index) = task_place(estate, Some(group), id)?;
    estate.scaling.groups[place].tasks.remove(index);
    Ok(())
}
