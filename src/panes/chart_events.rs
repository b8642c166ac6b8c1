//! What happened under a chart: the stops of the keys that lead from one thing to the next, and the choice among several.

use jiff::Timestamp;

use crate::app::happening::Happening;
use crate::app::pane::{Choice, Context, Picking, Request};
use crate::ui::format;

/// The tag of the choice among several things that happened.
pub const CHOICE: &str = "chart.event";

/// Where the cursor stops: the second, and the how manieth thing of that second, counted from 0.
pub type Stop = (i64, usize);

/// A stop for each thing that happened, in their order.
pub fn stops(happenings: &[Happening]) -> Vec<Stop> {
    let mut stops: Vec<Stop> = Vec::with_capacity(happenings.len());
    for event in happenings {
        let number = match stops.last() {
            Some((at, number)) if *at == event.at => number + 1,
            _ => 0,
        };
        stops.push((event.at, number));
    }
    stops
}

/// The stop after or before another one.
pub fn next(happenings: &[Happening], from: Stop, forward: bool) -> Option<Stop> {
    let mut stops = stops(happenings).into_iter();
    if forward {
        stops.find(|stop| *stop > from)
    } else {
        stops.rfind(|stop| *stop < from)
    }
}

/// The thing that happened at a stop.
pub fn at(happenings: &[Happening], (at, number): Stop) -> Option<&Happening> {
    let mut same = happenings.iter().filter(|event| event.at == at);
    same.nth(number)
}

/// What happened less than so many seconds from an instant.
pub fn near(happenings: &[Happening], at: i64, seconds: u32) -> Vec<&Happening> {
    let is_near = |event: &&Happening| (event.at - at).abs() < i64::from(seconds);
    happenings.iter().filter(is_near).collect()
}

/// What happened, in words: the one that the cursor was put on with its place among those near, else all of them.
pub fn words(near: &[&Happening], on: Option<&Happening>) -> String {
    let Some(on) = on else {
        let words: Vec<&str> = near.iter().map(|event| event.words.as_str()).collect();
        return words.join(" · ");
    };
    if near.len() < 2 {
        return on.words.clone();
    }
    let place = near.iter().position(|event| std::ptr::eq(*event, on));
    let place = (place.unwrap_or_default() + 1).to_string();
    format!("{place}/{}  {}", near.len(), on.words)
}

/// Lets the user choose which of several things to open.
pub fn choose(near: &[&Happening], ctx: &Context) -> Request {
    let item = |(number, event): (usize, &&Happening)| Choice {
        id: number.to_string(),
        label: event.words.clone(),
        note: time(event.at, ctx),
        ..Choice::default()
    };
    Request::Pick(Picking {
        tag: CHOICE,
        title: ctx.lang.t("chart.which").into_owned(),
        items: near.iter().enumerate().map(item).collect(),
        many: false,
    })
}

/// The time of day of a second since 1970.
fn time(at: i64, ctx: &Context) -> String {
    Timestamp::from_second(at).map_or_else(|_| String::new(), |at| format::clock(at, ctx.zone))
}

/// Opens the thing that was chosen.
pub fn chosen(near: &[&Happening], ids: &[String]) -> Vec<Request> {
    let number = ids.first().and_then(|id| id.parse::<usize>().ok());
    let event = number.and_then(|number| near.get(number));
    let show = event.map(|event| Request::Show(event.subject.clone()));
    show.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::subject::Subject;

    fn events(seconds: &[i64]) -> Vec<Happening> {
        let event = |(number, at): (usize, &i64)| Happening {
            at: *at,
            words: "the same words".to_owned(),
            subject: Subject::Entry(number as u64),
        };
        seconds.iter().enumerate().map(event).collect()
    }

    #[test]
    fn each_thing_is_a_stop_also_in_the_same_second() {
        let all = events(&[10, 10, 10, 20, 30, 30]);
        let mut seen = Vec::new();
        let mut from = (0, usize::MAX);
        while let Some(stop) = next(&all, from, true) {
            seen.push(at(&all, stop).unwrap().subject.clone());
            from = stop;
        }
        let there: Vec<Subject> = all.iter().map(|event| event.subject.clone()).collect();
        assert_eq!(seen, there);
        let mut back = Vec::new();
        from = (40, 0);
        while let Some(stop) = next(&all, from, false) {
            back.push(at(&all, stop).unwrap().subject.clone());
            from = stop;
        }
        back.reverse();
        assert_eq!(back, there);
    }

    #[test]
    fn what_is_near_is_told_with_the_place_of_the_one_stood_on() {
        let mut all = events(&[10, 10, 95]);
        all[0].words = "one".to_owned();
        all[1].words = "two".to_owned();
        let both = near(&all, 10, 60);
        assert_eq!(words(&both, Some(&all[1])), "2/2  two");
        assert_eq!(words(&both, None), "one · two");
        assert_eq!(words(&near(&all, 95, 60), Some(&all[2])), "the same words");
        assert_eq!(chosen(&both, &["1".to_owned()]).len(), 1);
        assert!(chosen(&both, &["2".to_owned()]).is_empty());
    }
}
