//! Documents of the example `sync_knowledge`.

use serde_json::json;
use yourgpt::{GetProjectFiles, ureq};
use yourgpt_sandbox::{Fault, Sandbox};
use yourgpt_test_support::{Act, RawServer, Received, ok_response, response};

use crate::sync_knowledge::{folder, sync};
use crate::{forward, wait_for_hang};

/// The names of the files that the knowledge base has.
fn files(sandbox: &Sandbox) -> Vec<String> {
    let files = sandbox.project().unwrap().items(&GetProjectFiles::new());
    files.map(|file| file.unwrap().name.unwrap()).collect()
}

#[test]
fn a_document_is_uploaded_once() {
    let folder = folder(&[
        ("deep/Menu 100%25 é.PDF", "%PDF-1.7"),
        ("empty.txt", ""),
        ("prices.csv", "bread,2.60\n"),
        ("photo.jpeg", "not a document"),
    ]);
    let sandbox = Sandbox::start().unwrap();
    let before = files(&sandbox).len();
    let sync = || sync(&[&folder], &sandbox.base_url()).run();
    let expected = "\
added      file  Menu 100%25 é.PDF
added      file  empty.txt
added      file  prices.csv
3 added, 0 there already
Training is done.
";
    let outcome = sync();
    assert_eq!((&*outcome.stdout, &*outcome.stderr), (expected, ""));
    assert_eq!(files(&sandbox).len(), before + 3);
    for (call, text) in sandbox
        .received("uploadFile")
        .iter()
        .zip(["%PDF-1.7", "", "bread,2.60\n"])
    {
        let url = call.body["file_url"].as_str().unwrap();
        let mut uploaded = ureq::get(url).call().unwrap();
        assert_eq!(uploaded.body_mut().read_to_string().unwrap(), text);
    }

    let second = sync().success();
    let end = "there      file  prices.csv\n0 added, 3 there already\nTraining is done.\n";
    assert!(second.ends_with(end), "{second}");
    assert_eq!(sandbox.received("copilot-sdk/getSignedUrl").len(), 3);
    assert_eq!(sandbox.received("uploadFile").len(), 3);
}

#[test]
fn without_a_key_and_a_widget_documents_are_left_out_and_the_rest_is_added() {
    let (document, question) = (("prices.csv", "1"), ("faq.md", "# Is it open?\nYes.\n"));
    let both = folder(&[document, question]);
    let sandbox = Sandbox::start().unwrap();
    for missing in ["YOURGPT_API_KEY", "YOURGPT_WIDGET_UID"] {
        let sync = |folder: &str| {
            let sync = sync(&[folder, "--no-wait"], &sandbox.base_url());
            sync.env(missing, "").run()
        };
        let outcome = sync(&both);
        let left_out = format!(
            "{both}/prices.csv: left out, since uploading it needs {missing}, which is not set\n"
        );
        assert_eq!(outcome.stderr, left_out);
        let stdout = outcome.success();
        assert!(!stdout.contains("prices.csv"), "{stdout}");
        assert!(stdout.contains("faq   Is it open?"), "{stdout}");

        let outcome = sync(&folder(&[document]));
        assert_eq!(outcome.code, Some(1));
        let mut said = outcome.stderr.lines();
        assert!(said.next().unwrap().contains(missing));
        assert!(said.next().unwrap().contains("nothing to add"));
    }
    assert!(sandbox.received("copilot-sdk/getSignedUrl").is_empty());
}

#[test]
fn a_second_document_of_the_same_name_is_left_out() {
    let folder = folder(&[("a/prices.csv", "1"), ("b/prices.csv", "2")]);
    let sandbox = Sandbox::start().unwrap();
    let outcome = sync(&[&folder, "--no-wait"], &sandbox.base_url()).run();
    let left_out =
        format!("{folder}/b/prices.csv: left out, since another document has its name\n");
    assert_eq!(outcome.stderr, left_out);
    let expected = "added      file  prices.csv\n1 added, 0 there already\n";
    assert_eq!(outcome.success(), expected);
}

/// A server in front of a sandbox that hands out signed URLs on itself, and takes what is uploaded
/// to them with `put`. The file is then at a path of another name.
fn server_for_uploads(
    sandbox: &Sandbox,
    put: impl Fn() -> Vec<Act> + Send + Sync + 'static,
) -> RawServer {
    let url = sandbox.base_url();
    RawServer::start(move |request: &Received| {
        if request.line.starts_with("PUT ") {
            return put();
        }
        if !request.line.contains("/getSignedUrl") {
            return forward(request, &url);
        }
        let host = request.header("host").unwrap();
        let data = json!({
            "upload_url": format!("http://{host}/up/prices.csv?signature=hush"),
            "file_url": format!("http://{host}/files/7.csv"),
        });
        ok_response(&json!({"type": "RXSUCCESS", "data": data}).to_string())
    })
}

#[test]
fn an_upload_that_fails_is_reported_without_the_signature() {
    let folder = folder(&[("menu.pdf", "%PDF"), ("prices.csv", "1")]);
    let sandbox = Sandbox::start().unwrap();
    let before = files(&sandbox);
    let server = server_for_uploads(&sandbox, || {
        response("403 Forbidden", "", "/up/prices.csv?signature=hush is over")
    });
    let outcome = sync(&[&folder], &server.url()).run();
    let sentence = outcome.failure();
    let expected = "sync_knowledge: stopped after 0 added, at \"menu.pdf\": upload: refused with \
                    status 403";
    assert!(sentence.starts_with(expected), "{sentence}");
    assert!(!sentence.contains("hush"), "{sentence}");
    assert!(
        sentence.ends_with("run it again to add the rest"),
        "{sentence}"
    );
    assert_eq!(files(&sandbox), before);
}

#[test]
fn a_document_that_the_service_names_otherwise_is_reported() {
    let folder = folder(&[("prices.csv", "1")]);
    let sandbox = Sandbox::start().unwrap();
    let server = server_for_uploads(&sandbox, || response("200 OK", "", ""));
    let outcome = sync(&[&folder, "--no-wait"], &server.url()).run();
    let note = "prices.csv: the service names it \"7.csv\", so the next run adds it again\n";
    assert_eq!(outcome.stderr, note);
    outcome.success();
}

#[test]
fn nothing_is_added_if_the_name_of_a_file_that_is_there_cannot_be_read() {
    let folder = folder(&[("prices.csv", "1")]);
    for row in [json!({"id": 7, "name": {}}), json!({"name": "prices.csv"})] {
        let sandbox = Sandbox::start().unwrap();
        let url = sandbox.base_url();
        let body =
            json!({"type": "RXSUCCESS", "data": [{"id": 1, "name": "a.pdf"}, row], "total": 2})
                .to_string();
        let server =
            RawServer::start(
                move |request| match request.line.contains("/getProjectFiles") {
                    true => ok_response(&body),
                    false => forward(request, &url),
                },
            );
        let sync = sync(&[&folder, "--no-wait"], &server.url());
        let sentence = sync.run().failure();
        assert!(sentence.contains("nothing is added, since"), "{sentence}");
        assert!(sandbox.received("copilot-sdk/getSignedUrl").is_empty());
    }
}

#[test]
fn ctrl_c_ends_an_upload_that_hangs_and_says_whether_the_document_was_added() {
    let folder = folder(&[("prices.csv", "1")]);
    let sandbox = Sandbox::start().unwrap();
    sandbox.fail("upload", Fault::hang());
    let uploading = sync(&[&folder], &sandbox.base_url()).start();
    wait_for_hang(&sandbox, "upload");
    uploading.interrupt();
    let outcome = uploading.wait();
    let expected = |this: &str| {
        let start = "sync_knowledge: interrupted after 0 added, at \"prices.csv\", which";
        format!("{start} {this}; run it again to add the rest")
    };
    assert_eq!(outcome.interrupted(), expected("was not added"));

    sandbox.fail("uploadFile", Fault::hang());
    let adding = sync(&[&folder], &sandbox.base_url()).start();
    wait_for_hang(&sandbox, "uploadFile");
    adding.interrupt();
    let outcome = adding.wait();
    assert_eq!(outcome.interrupted(), expected("may have been added"));
}
