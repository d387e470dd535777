//! A service that records what it did for each call.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use super::faulty_server::{Random, Request, Service};

/// Serves calls by their ids, and records what it did for each.
pub struct Ledger(Vec<CallRecord>);

/// What was done for one call.
#[derive(Debug, Default)]
pub struct CallRecord {
    received: AtomicU32,
    done: AtomicU32,
}

impl Ledger {
    /// For calls with ids below `calls`.
    pub fn new(calls: usize) -> Self {
        let records = std::iter::repeat_with(CallRecord::default);
        Self(records.take(calls).collect())
    }

    pub fn calls(&self) -> &[CallRecord] {
        &self.0
    }
}

impl Service for Ledger {
    fn receive(&self, request: &Request) {
        let call = &self.0[id(request) as usize];
        call.received.fetch_add(1, Ordering::SeqCst);
    }

    fn perform(&self, request: &Request, _random: &mut Random) -> String {
        let id = id(request);
        self.0[id as usize].done.fetch_add(1, Ordering::SeqCst);
        success(id)
    }

    fn stray(&self) -> String {
        success(u64::MAX >> 1)
    }
}

fn id(request: &Request) -> u64 {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    body["id"].as_u64().unwrap()
}

fn success(id: u64) -> String {
    format!(r#"{{"type":"RXSUCCESS","data":{id}}}"#)
}

impl CallRecord {
    /// How many complete requests came for the call.
    pub fn received(&self) -> u32 {
        self.received.load(Ordering::SeqCst)
    }

    /// How often the call was done.
    pub fn done(&self) -> u32 {
        self.done.load(Ordering::SeqCst)
    }
}
