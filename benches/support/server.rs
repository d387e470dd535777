//! The server on loopback that everybody calls: one thread a connection, and no HTTP library, so
//! that it is not what is measured.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use super::http;

/// Serves until the process ends.
pub struct Server {
    address: SocketAddr,
}

impl Server {
    /// Answers the body of each request with a whole response.
    pub fn start(answer: impl Fn(&[u8]) -> Arc<[u8]> + Send + Sync + 'static) -> io::Result<Self> {
        Self::listen(move |stream| serve(stream, &answer))
    }

    /// Hands each connection to a thread of its own.
    pub fn listen(
        serve: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serve = Arc::clone(&serve);
                thread::spawn(move || {
                    stream.set_nodelay(true)?;
                    serve(stream)
                });
            }
        });
        Ok(Self { address })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Answers each request of a connection, until the client is gone.
pub fn serve(
    mut stream: impl Read + Write,
    answer: &impl Fn(&[u8]) -> Arc<[u8]>,
) -> io::Result<()> {
    let mut request = [0; 4096];
    while let Some(body) = receive(&mut stream, &mut request)? {
        stream.write_all(&answer(body))?;
    }
    Ok(())
}

/// The body of the next request, or nothing if the client is gone.
fn receive<'a>(stream: &mut impl Read, request: &'a mut [u8]) -> io::Result<Option<&'a [u8]>> {
    let mut filled = 0;
    loop {
        match stream.read(&mut request[filled..])? {
            0 => return Ok(None),
            read => filled += read,
        }
        match http::head(&request[..filled]) {
            Some((head, body)) if head + body == filled => return Ok(Some(&request[head..filled])),
            _ => {}
        }
    }
}

/// A page of contacts out of `total`, as a whole response.
pub fn page(rows: impl Iterator<Item = u64>, total: u64) -> Arc<[u8]> {
    let rows: Vec<String> = rows.map(contact).collect();
    let body = body(&rows, total);
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    (head + &body).into_bytes().into()
}

/// The envelope around rows.
pub fn body(rows: &[String], total: u64) -> String {
    let rows = rows.join(",");
    format!(
        r#"{{"type":"RXSUCCESS","message":"Data Fetched Successfully!","total":{total},"data":[{rows}]}}"#
    )
}

/// One contact, with every field that the API publishes.
pub fn contact(id: u64) -> String {
    format!(
        r#"{{"id":{id},"project_id":4120,"name":"Ines Duarte","email":"ines.{id}@example.net","phone":"+351210000001","type":"lead","tags":null,"company_id":null,"createdAt":"2026-02-03T08:15:00.000Z","updatedAt":"2026-02-04T17:42:09.000Z"}}"#
    )
}
