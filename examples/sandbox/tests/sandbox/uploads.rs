//! Files: uploaded to a signed URL, and served afterwards.

use serde_json::json;
use yourgpt_sandbox::{Sandbox, WIDGET_UID};

use crate::client::{Client, Connection};

/// The paths of a file: the signed one to upload it to, and the one where it is afterwards.
fn signed(sandbox: &Sandbox, name: &str) -> [String; 2] {
    let request = json!({ "widget_uid": WIDGET_UID, "file_name": name });
    let answer = Client::program(sandbox).call("copilot-sdk/getSignedUrl", request);
    ["upload_url", "file_url"].map(|field| {
        let url = answer.envelope["data"][field].as_str().unwrap();
        let path = url.match_indices('/').nth(2).unwrap().0;
        url[path..].to_owned()
    })
}

fn send(sandbox: &Sandbox, request: &str) -> (u16, String, Vec<u8>) {
    let mut connection = Connection::open(sandbox);
    connection.send(request.as_bytes());
    connection.receive().unwrap()
}

fn put(sandbox: &Sandbox, path: &str, headers: &str, body: &str) -> u16 {
    let length = body.len();
    let head = format!("PUT {path} HTTP/1.1\r\nContent-Length: {length}\r\n{headers}\r\n");
    send(sandbox, &(head + body)).0
}

const TEXT: &str = "Content-Type: text/plain\r\n";

#[test]
fn serves_a_file_as_it_was_uploaded() {
    let sandbox = Sandbox::start().unwrap();
    let [upload, file] = signed(&sandbox, "a list/\u{e9}.txt");
    assert_eq!(
        send(&sandbox, &format!("GET {file} HTTP/1.1\r\n\r\n")).0,
        404
    );
    assert_eq!(put(&sandbox, &upload, TEXT, "one line"), 200);
    let (status, head, body) = send(&sandbox, &format!("GET {file} HTTP/1.1\r\n\r\n"));
    assert_eq!((status, &*body), (200, &b"one line"[..]));
    assert!(head.contains("content-type: text/plain"), "{head}");
}

#[test]
fn takes_the_same_bytes_twice_and_no_others() {
    let sandbox = Sandbox::start().unwrap();
    let [upload, _] = signed(&sandbox, "list.txt");
    assert_eq!(put(&sandbox, &upload, TEXT, "one"), 200);
    assert_eq!(put(&sandbox, &upload, TEXT, "one"), 200);
    assert_eq!(put(&sandbox, &upload, TEXT, "two"), 409);
}

#[test]
fn refuses_an_upload_that_is_not_signed_or_has_no_length() {
    let sandbox = Sandbox::start().unwrap();
    let [upload, file] = signed(&sandbox, "list.txt");
    assert_eq!(put(&sandbox, &file, TEXT, "one"), 403);
    assert_eq!(put(&sandbox, &format!("{upload}0"), TEXT, "one"), 403);
    assert_eq!(put(&sandbox, &upload, "api-key: k\r\n", "one"), 403);
    assert_eq!(put(&sandbox, "/uploads/1/list.txt", TEXT, "one"), 404);
    let chunked = "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\n\r\n";
    assert_eq!(
        send(&sandbox, &format!("PUT {upload} HTTP/1.1\r\n{chunked}")).0,
        411
    );
    assert_eq!(
        send(&sandbox, &format!("GET {file} HTTP/1.1\r\n\r\n")).0,
        404
    );
}
