//! The real network, on loopback sockets that answer by hand: what is reported, and whether anything has left.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use http::Request;
use watchkeeper::cloud::transport::{Net, Transport, TransportError};
use watchkeeper::domain::account::{AccountId, SystemId};
use watchkeeper::domain::connection::{Account, Connection};

fn connection(ca_file: Option<PathBuf>, skip: bool) -> Connection {
    Connection {
        account: Account {
            id: AccountId::new("p", SystemId::HuaweiCoc),
            region: "cn-north-4".into(),
            read_only: false,
            production: false,
            operator: String::new(),
            limits: Vec::new(),
        },
        endpoint: None,
        identity_endpoint: None,
        scheme: None,
        project_id: None,
        project_name: None,
        domain_scope: false,
        app_codes: None,
        ca_file,
        skip_certificate_checks: skip,
    }
}

fn route(ca_file: Option<PathBuf>) -> Arc<dyn Transport> {
    Arc::new(Net::default()).transport(&connection(ca_file, false))
}

/// Answers one connection by hand; the handler gets the socket after the request's head was read.
fn serve(answer: impl FnOnce(TcpStream) + Send + 'static) -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let handle = thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && socket.read(&mut byte).unwrap() == 1 {
            head.push(byte[0]);
        }
        answer(socket);
        String::from_utf8(head).unwrap()
    });
    (address, handle)
}

async fn get(address: &str) -> Result<http::Response<Bytes>, TransportError> {
    let request = Request::get(format!("http://{address}/x?secret=%2Fhush&b=%2A"))
        .header("host", "named.example")
        .header("accept", "application/json")
        .body(Bytes::new())
        .unwrap();
    route(None).send(request).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_request_arrives_as_it_was_signed_and_redirects_stay() {
    let (address, served) = serve(|mut socket| {
        let answer = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\nDate:Tue,18 Jul 2023 09:58:01 GMT\r\ncontent-length: 2\r\n\r\nhi";
        socket.write_all(answer.as_bytes()).unwrap();
    });
    let answer = get(&address).await.unwrap();
    assert_eq!(answer.status(), 302);
    assert_eq!(answer.headers()["date"], "Tue,18 Jul 2023 09:58:01 GMT");
    assert_eq!(answer.body(), "hi");
    let head = served.join().unwrap();
    assert!(
        head.starts_with("GET /x?secret=%2Fhush&b=%2A HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(
        head.to_ascii_lowercase()
            .contains("host: named.example\r\n"),
        "{head}"
    );
    assert!(
        !head.to_ascii_lowercase().contains("accept-encoding"),
        "{head}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_empty_post_says_that_it_is_empty() {
    let (address, served) = serve(|mut socket| {
        socket
            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
            .unwrap();
    });
    let request = Request::post(format!("http://{address}/"))
        .body(Bytes::new())
        .unwrap();
    assert_eq!(route(None).send(request).await.unwrap().status(), 204);
    let head = served.join().unwrap().to_ascii_lowercase();
    assert!(head.contains("content-length: 0\r\n"), "{head}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_refused_connection_has_sent_nothing() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let error = get(&closed.to_string()).await.unwrap_err();
    assert!(!error.sent && !error.timeout, "{error:?}");
    assert!(error.message.contains(&closed.to_string()), "{error}");
    assert!(error.message.to_lowercase().contains("refused"), "{error}");
    assert!(!error.message.contains("hush"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_connection_cut_at_any_point_after_the_request_may_have_sent_it() {
    let cuts: [&'static [u8]; 3] = [
        b"",
        b"HTTP/1.1 200 OK\r\ncont",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi",
    ];
    for cut in cuts {
        let (address, served) = serve(move |mut socket| socket.write_all(cut).unwrap());
        let error = get(&address).await.unwrap_err();
        assert!(error.sent && !error.too_large, "{error:?}");
        assert!(!error.message.contains("hush"), "{error}");
        served.join().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_answer_above_the_limit_is_not_read() {
    for head in ["content-length: 62914560\r\n", ""] {
        let (address, served) = serve(move |mut socket| {
            socket
                .write_all(format!("HTTP/1.1 200 OK\r\n{head}\r\n").as_bytes())
                .unwrap();
            let block = vec![b' '; 1 << 20];
            // The client hangs up somewhere in between.
            while socket.write_all(&block).is_ok() {}
        });
        let error = get(&address).await.unwrap_err();
        assert!(error.too_large && error.sent, "{error:?}");
        served.join().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_bad_ca_file_is_named_only_where_it_matters() {
    let missing = PathBuf::from("/nonexistent/ca.pem");
    let request = |scheme: &str| {
        Request::get(format!("{scheme}://127.0.0.1:1/"))
            .body(Bytes::new())
            .unwrap()
    };
    let error = route(Some(missing.clone()))
        .send(request("https"))
        .await
        .unwrap_err();
    assert!(
        !error.sent && error.message.contains("/nonexistent/ca.pem"),
        "{error}"
    );
    let error = route(Some(missing))
        .send(request("http"))
        .await
        .unwrap_err();
    assert!(!error.message.contains("ca.pem"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("empty.pem");
    std::fs::write(&file, "nothing").unwrap();
    let error = route(Some(file)).send(request("https")).await.unwrap_err();
    assert!(
        error.message.contains("holds no certificate") || error.message.contains("not PEM"),
        "{error}"
    );
}
