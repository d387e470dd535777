use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, mpsc};

use ureq::Agent;
use ureq::unversioned::resolver::ResolvedSocketAddrs;
use yourgpt_test_support::DeadAddress;

use super::super::agent_with;
use super::super::cancelling::CancelScope;
use super::super::resolver::list;
use super::*;

const URL: &str = "http://service.test/";
const NEVER: Duration = Duration::from_secs(3600);

/// Looks up every name as the same address, and counts how often it is asked.
#[derive(Debug)]
struct Counting {
    asked: Arc<AtomicUsize>,
    address: Arc<Mutex<Option<SocketAddr>>>,
    /// How many look-ups wait at the gate before they end.
    gated: usize,
    gate: Mutex<mpsc::Receiver<()>>,
}

impl Resolver for Counting {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        if self.asked.fetch_add(1, Ordering::SeqCst) < self.gated {
            let _ = self.gate.lock().unwrap().recv();
        }
        let address = self.address.lock().unwrap().ok_or(Error::HostNotFound)?;
        Ok(list(&[address]))
    }
}

struct Setup {
    agent: Agent,
    names: Names,
    asked: Arc<AtomicUsize>,
    address: Arc<Mutex<Option<SocketAddr>>>,
    /// Lets a look-up that waits end; dropped, it lets all end.
    gate: mpsc::Sender<()>,
}

fn setup(ages: Ages, gated: usize) -> Setup {
    let (asked, address) = (Arc::default(), Arc::default());
    let (open, gate) = mpsc::channel();
    let resolver = Counting {
        asked: Arc::clone(&asked),
        address: Arc::clone(&address),
        gated,
        gate: Mutex::new(gate),
    };
    let config = Agent::config_builder()
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(20)))
        .max_idle_connections(0)
        .build();
    let names = Names::new(resolver, ages);
    Setup {
        agent: agent_with(config, names.clone()),
        names,
        asked,
        address,
        gate: open,
    }
}

impl Setup {
    fn call(&self) -> Result<(), Error> {
        self.agent.get(URL).call().map(drop)
    }

    fn call_within(&self, time: Duration) -> Result<(), Error> {
        let request = self.agent.get(URL).config();
        let request = request.timeout_global(Some(time)).build();
        request.call().map(drop)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn wait_until_asked(&self, times: usize) {
        while self.asked() < times {
            thread::yield_now();
        }
    }

    fn lead_to(&self, address: Option<SocketAddr>) {
        *self.address.lock().unwrap() = address;
    }

    /// Whether the addresses that are kept for a URI may be used, and whether they are stale.
    fn kept(&self, uri: &'static str) -> Option<bool> {
        let uri = Uri::from_static(uri);
        let kept = self.names.kept(&uri, self.agent.config())?;
        Some(kept.are_stale)
    }

    fn look_up(&self, uri: &'static str) {
        let timeout = NextTimeout::default();
        let (uri, config) = (Uri::from_static(uri), self.agent.config());
        let found = self.names.look_up(&uri, config, Instant::now(), timeout);
        found.unwrap();
    }
}

fn always_fresh() -> Ages {
    Ages {
        fresh: NEVER,
        ..Ages::default()
    }
}

fn always_stale() -> Ages {
    Ages {
        fresh: Duration::ZERO,
        usable: NEVER,
        slow: NEVER,
    }
}

/// A server that answers every connection once.
fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(&stream).lines();
            lines
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .for_each(drop);
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    address
}

/// An address where nobody listens.
fn nobody() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

#[test]
fn a_name_is_looked_up_once_for_many_calls() {
    let setup = setup(always_fresh(), 0);
    setup.lead_to(Some(server()));
    for _ in 0..100 {
        setup.call().unwrap();
    }
    assert_eq!(setup.asked(), 1);
}

#[test]
fn a_name_is_looked_up_again_when_its_time_is_over() {
    let ages = Ages {
        usable: Duration::ZERO,
        ..always_stale()
    };
    let setup = setup(ages, 0);
    setup.lead_to(Some(server()));
    for _ in 0..3 {
        setup.call().unwrap();
    }
    assert_eq!(setup.asked(), 3);
}

#[test]
fn a_look_up_that_fails_is_not_kept() {
    let setup = setup(always_fresh(), 0);
    assert!(matches!(setup.call(), Err(Error::HostNotFound)));
    setup.lead_to(Some(server()));
    setup.call().unwrap();
    assert_eq!(setup.asked(), 2);
}

#[test]
fn an_address_that_does_not_connect_is_forgotten() {
    let setup = setup(always_fresh(), 0);
    setup.lead_to(Some(nobody()));
    assert!(setup.call().is_err());
    setup.lead_to(Some(server()));
    setup.call().unwrap();
    setup.call().unwrap();
    assert_eq!(setup.asked(), 2);
}

#[test]
fn an_address_is_kept_if_the_call_that_connected_to_it_was_cancelled() {
    let setup = setup(always_fresh(), 0);
    let dead = DeadAddress::bind("127.0.0.1:0".parse().unwrap());
    setup.lead_to(Some(dead.address()));
    setup.look_up(URL);
    let token = CancelToken::new();
    token.cancel();
    let _scope = CancelScope::start(Some(&token));
    setup.call().unwrap_err();
    assert_eq!(setup.kept(URL), Some(false));
}

#[test]
fn calls_that_miss_at_the_same_time_ask_once() {
    let setup = setup(always_fresh(), 1);
    setup.lead_to(Some(server()));
    let together = Barrier::new(9);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                together.wait();
                setup.call().unwrap();
            });
        }
        together.wait();
        setup.gate.send(()).unwrap();
    });
    assert_eq!(setup.asked(), 1);
}

#[test]
fn calls_that_miss_at_the_same_time_share_a_failure() {
    let setup = setup(always_fresh(), 0);
    let since = Instant::now();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let (uri, config) = (Uri::from_static(URL), setup.agent.config());
                let timeout = NextTimeout::default();
                let error = setup.names.look_up(&uri, config, since, timeout);
                assert!(matches!(error, Err(Error::HostNotFound)));
            });
        }
    });
    assert_eq!(setup.asked(), 1);
}

#[test]
fn a_call_waits_for_anothers_look_up_no_longer_than_its_own_time() {
    let setup = setup(always_fresh(), 1);
    setup.lead_to(Some(server()));
    thread::scope(|scope| {
        scope.spawn(|| setup.call().unwrap());
        setup.wait_until_asked(1);
        let impatient = setup.call_within(Duration::from_millis(50));
        assert!(matches!(impatient, Err(Error::Timeout(_))));
        setup.gate.send(()).unwrap();
    });
    setup.call().unwrap();
    assert_eq!(setup.asked(), 1);
}

#[test]
fn a_silent_name_server_holds_up_two_threads_at_most() {
    let ages = Ages {
        slow: Duration::from_millis(20),
        ..always_fresh()
    };
    let setup = setup(ages, usize::MAX);
    for _ in 0..30 {
        let error = setup.call_within(Duration::from_millis(10)).unwrap_err();
        assert!(matches!(error, Error::Timeout(_)));
    }
    assert_eq!(setup.asked(), 2);
}

#[test]
fn a_look_up_that_takes_long_holds_nobody_up() {
    let ages = Ages {
        slow: Duration::from_millis(100),
        ..always_fresh()
    };
    let setup = setup(ages, 1);
    setup.lead_to(Some(server()));
    thread::scope(|scope| {
        // Also the call that waits for the first look-up gets the result of the second.
        let first = scope.spawn(|| setup.call());
        setup.wait_until_asked(1);
        setup.call().unwrap();
        first.join().unwrap().unwrap();
    });
    assert_eq!(setup.asked(), 2);
    drop(setup.gate);
}

#[test]
fn a_stale_address_is_used_while_one_look_up_renews_it() {
    let setup = setup(always_stale(), 2);
    setup.lead_to(Some(server()));
    setup.gate.send(()).unwrap();
    setup.call().unwrap();
    for _ in 0..10 {
        setup.call().unwrap();
    }
    setup.wait_until_asked(2);
    assert_eq!(setup.asked(), 2);
    setup.gate.send(()).unwrap();
}

#[test]
fn a_stale_address_is_used_only_where_another_server_would_be_noticed() {
    let setup = setup(always_stale(), 0);
    setup.lead_to("192.0.2.1:443".parse().ok());
    setup.look_up("https://service.test/");
    setup.look_up(URL);
    assert_eq!(setup.kept("https://service.test/"), Some(true));
    assert_eq!(setup.kept(URL), None);
    setup.lead_to("127.0.0.1:80".parse().ok());
    setup.look_up(URL);
    assert_eq!(setup.kept(URL), Some(true));
}

#[test]
fn an_address_that_is_too_old_is_not_used() {
    let ages = Ages {
        usable: Duration::ZERO,
        ..always_stale()
    };
    let setup = setup(ages, 0);
    setup.lead_to("192.0.2.1:443".parse().ok());
    setup.look_up("https://service.test/");
    assert_eq!(setup.kept("https://service.test/"), None);
}

#[test]
fn a_call_whose_stale_address_refuses_goes_on_with_the_new_one() {
    let setup = setup(always_stale(), 0);
    setup.lead_to(Some(nobody()));
    setup.look_up(URL);
    setup.lead_to(Some(server()));
    setup.call().unwrap();
}

#[test]
fn a_look_up_that_panics_is_one_that_fails() {
    #[derive(Debug)]
    struct Panicking;

    impl Resolver for Panicking {
        fn resolve(
            &self,
            _: &Uri,
            _: &Config,
            _: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, Error> {
            panic!("on purpose")
        }
    }

    let names = Names::new(Panicking, Ages::default());
    let agent = agent_with(Agent::config_builder().proxy(None).build(), names);
    for _ in 0..3 {
        let error = agent.get(URL).call().unwrap_err();
        assert!(matches!(error, Error::HostNotFound));
    }
}
