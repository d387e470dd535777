//! Timing contenders by turns in one run, so that whatever slows the machine slows them all.

use std::time::Instant;

/// How long to measure.
#[derive(Clone, Copy)]
pub struct Plan {
    /// Each session starts everybody afresh: where a thread or a buffer happens to lie is then a
    /// matter of this session, not of the run.
    pub sessions: usize,
    /// How often everybody has a turn in a session.
    pub rounds: usize,
    /// Calls in one turn.
    pub calls: usize,
}

impl Plan {
    /// For calls over loopback.
    pub fn of_calls(quick: bool) -> Self {
        let (sessions, rounds, calls) = if quick { (1, 3, 5) } else { (20, 20, 25) };
        Self {
            sessions,
            rounds,
            calls,
        }
    }
}

/// What is timed, and under which name.
pub struct Contender<'a> {
    pub name: &'static str,
    pub call: Box<dyn FnMut() + 'a>,
}

impl<'a> Contender<'a> {
    pub fn new(name: &'static str, call: impl FnMut() + 'a) -> Self {
        Self {
            name,
            call: Box::new(call),
        }
    }
}

/// The median time of a call in each turn, in the order of the turns.
pub struct Timings(Vec<(&'static str, f64)>);

impl Timings {
    pub fn take<'a>(plan: Plan, start: impl Fn() -> Vec<Contender<'a>>) -> Self {
        Self::take_prepared(plan, || {}, start)
    }

    /// Prepares the machine before each turn.
    pub fn take_prepared<'a>(
        plan: Plan,
        prepare: impl Fn(),
        start: impl Fn() -> Vec<Contender<'a>>,
    ) -> Self {
        let mut medians = Vec::new();
        for _ in 0..plan.sessions {
            let mut contenders = start();
            for contender in &mut contenders {
                turn(contender, plan.calls);
            }
            for _ in 0..plan.rounds {
                // Nobody always comes first.
                contenders.rotate_left(1);
                for contender in &mut contenders {
                    prepare();
                    medians.push((contender.name, turn(contender, plan.calls)));
                }
            }
        }
        Self(medians)
    }

    /// Prints how one's time compares with another's, round by round.
    pub fn print(&self, what: &str, name: &str, other: &str) {
        let ratios = self.of(name).zip(self.of(other)).map(|(a, b)| a / b);
        print_ratio(&format!("{what}: {name} / {other}"), ratios.collect());
    }

    fn of(&self, name: &str) -> impl Iterator<Item = f64> {
        let turns = self.0.iter().filter(move |(of, _)| *of == name);
        turns.map(|(_, median)| *median)
    }
}

fn turn(contender: &mut Contender<'_>, calls: usize) -> f64 {
    let time = |_| {
        let started = Instant::now();
        (contender.call)();
        started.elapsed().as_secs_f64()
    };
    quantile(&mut (0..calls).map(time).collect::<Vec<_>>(), 0.5)
}

/// Prints the median of many ratios, and between what the middle four fifths lie.
pub fn print_ratio(what: &str, mut ratios: Vec<f64>) {
    let [low, median, high] = [0.1, 0.5, 0.9].map(|part| quantile(&mut ratios, part));
    println!("  {what:<62} {median:6.3}  ({low:.3} .. {high:.3})");
}

fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * part).round() as usize]
}
