//! Real proxies in front of the console: as their packages would have them, and as
//! `deploy/` has them.

use std::net::SocketAddr;
use std::path::PathBuf;

use sunset::server::config::{FrontArgs, Listen};
use sunset::server::http::request_limits::Limits;
use sunset::server::http::{Listener, router, serve};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::program::{Program, ask, ask_socket, free_port};
use super::{FORBIDDEN, MISDIRECTED, settings, state};
use crate::identity::{Browser, Person, on_each_with_key, sql};
use crate::support::Console;

/// The console, listening.
struct Listening {
    place: Listen,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Listening {
    async fn start(console: &Console, settings: &FrontArgs, listen: &Listen) -> Self {
        let listener = Listener::bind(listen).await.unwrap();
        let place = listener.place().unwrap();
        let stop = CancellationToken::new();
        let router = router(state(console, settings));
        let serving = tokio::spawn(serve(listener, router, Limits::default(), stop.clone()));
        Self {
            place,
            stop,
            serving,
        }
    }

    fn address(&self) -> SocketAddr {
        match &self.place {
            Listen::Tcp(address) => *address,
            Listen::Unix(path) => panic!("{} has no port", path.display()),
        }
    }

    async fn end(self) {
        self.stop.cancel();
        self.serving.await.unwrap();
    }
}

fn any_port() -> Listen {
    Listen::Tcp(([127, 0, 0, 1], 0).into())
}

/// Settings that trust a proxy on this computer, or none.
fn trusting(proxies: &[&str]) -> FrontArgs {
    FrontArgs {
        trusted_proxy: proxies.iter().map(|it| it.parse().unwrap()).collect(),
        ..settings()
    }
}

fn local() -> FrontArgs {
    FrontArgs {
        public_url: None,
        trusted_proxy: Vec::new(),
        ..settings()
    }
}

fn deployed(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join("deploy").join(name)).unwrap()
}

/// Puts these in place of what an administrator replaces. Each has to be there.
fn with(mut text: String, places: &[(&str, String)]) -> String {
    for (place, value) in places {
        assert!(text.contains(place), "{place} in\n{text}");
        text = text.replace(place, value);
    }
    text
}

/// `deploy/nginx.conf` on these ports, in front of this server.
async fn nginx_as_recommended(plain: u16, tls: u16, server: String) -> Program {
    let fixture = |name: &str| {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        root.join("tests/fixtures/tls")
            .join(name)
            .display()
            .to_string()
    };
    let places = [
        ("listen 80;", format!("listen 127.0.0.1:{plain};")),
        ("listen 443 ", format!("listen 127.0.0.1:{tls} ")),
        ("/etc/ssl/sunset/fullchain.pem", fixture("good.pem")),
        ("/etc/ssl/sunset/privkey.pem", fixture("key.pem")),
        ("server 127.0.0.1:3000;", format!("server {server};")),
    ];
    Program::nginx(&with(deployed("nginx.conf"), &places), tls).await
}

/// `deploy/Caddyfile` on this port, with a certificate of Caddy's own.
async fn caddy_as_recommended(tls: u16, server: SocketAddr) -> Program {
    let places = [
        (
            "\nsunset.example {",
            format!("\nhttps://sunset.example:{tls} {{\n\ttls internal\n\tbind 127.0.0.1"),
        ),
        (
            "reverse_proxy 127.0.0.1:3000 {",
            format!("reverse_proxy {server} {{"),
        ),
    ];
    Program::caddy(&with(deployed("Caddyfile"), &places), tls).await
}

/// What clients write to look like somebody else.
const SPOOFED: [&str; 6] = [
    "X-Forwarded-For: 192.0.2.66",
    "X-Forwarded-Proto: http",
    "X-Forwarded-Host: evil.example",
    "X-Real-IP: 192.0.2.66",
    "Forwarded: for=192.0.2.66;proto=http;host=evil.example",
    "Via: 1.0 evil",
];

const HOST: &str = "Host: sunset.example";

/// Holds a proxy, as recommended, to what it has to do.
async fn assert_serves(console: &Console, proxy: &Program, tls: SocketAddr) {
    for spoofed in [&[][..], &SPOOFED] {
        let ask = async |lines: &[&str]| ask(tls, true, &[lines, &[HOST], spoofed].concat()).await;
        let health = ask(&["GET /healthz HTTP/1.1"]).await;
        assert_eq!(health.status, 200, "{health:?} {}", proxy.log());
        assert!(
            health
                .head
                .contains("strict-transport-security: max-age=31536000")
        );
        let page = ask(&["GET /devices?q=a%26b HTTP/1.1"]).await;
        assert_eq!(page.status, 303, "{page:?}");
        let back = "location: /sign-in?return=%2fdevices%3fq%3da%2526b";
        assert!(page.head.contains(back), "{page:?}");
    }
    let other = ["GET /healthz HTTP/1.1", "Host: other.example"];
    let other = ask(tls, true, &other).await;
    assert_ne!(other.text.trim(), "ok", "{other:?}");

    // A session is kept with the address of the client, whatever that says of itself.
    sql(console, "DELETE FROM session").await;
    let ada = console
        .app
        .identity
        .reset(&"ada".parse().unwrap())
        .await
        .unwrap();
    let path = format!("/set-up/{}", ada.as_str());
    let page = ask(tls, true, &[&format!("GET {path} HTTP/1.1"), HOST]).await;
    assert_eq!(page.status, 200, "{page:?}");
    let secret = crate::identity::secret_on(&page.text);
    let code = crate::identity::code(&secret, 0);
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("new", crate::identity::PASSWORD)
        .append_pair("repeated", crate::identity::PASSWORD)
        .append_pair("code", &code)
        .finish();
    let lines = [
        &format!("POST {path} HTTP/1.1")[..],
        HOST,
        "Origin: https://sunset.example",
        "Content-Type: application/x-www-form-urlencoded",
        &format!("Content-Length: {}", form.len()),
    ];
    let sent = format!("Accept: */*\r\nConnection: close\r\n\r\n{form}");
    let set_up = ask(tls, true, &[&lines[..], &SPOOFED, &[&sent]].concat()).await;
    assert_eq!(set_up.status, 200, "{set_up:?}");
    assert!(
        set_up.head.contains("set-cookie: __host-sunset="),
        "{set_up:?}"
    );
    let from_client = sql(console, "UPDATE session SET ip = ip WHERE ip = '127.0.0.1'").await;
    assert_eq!(from_client, 1, "the proxy's client is on this computer");
}

#[tokio::test]
async fn nginx_as_recommended_serves_the_console_and_passes_nothing_on_that_clients_invent() {
    on_each_with_key(async |console| {
        Person::join(&Browser::new(&console), "ada").await;
        let server = Listening::start(&console, &trusting(&["127.0.0.1"]), &any_port()).await;
        let (plain, tls) = (free_port(), free_port());
        let proxy = nginx_as_recommended(plain, tls, server.address().to_string()).await;
        assert_serves(&console, &proxy, ([127, 0, 0, 1], tls).into()).await;
        let plain = ([127, 0, 0, 1], plain).into();
        let led = ask(plain, false, &["GET /jobs HTTP/1.1", HOST]).await;
        assert_eq!(led.status, 308);
        assert!(led.head.contains("location: https://sunset.example/jobs"));
        drop(proxy);
        server.end().await;
    })
    .await;
}

#[tokio::test]
async fn nginx_reaches_the_console_by_a_socket() {
    on_each_with_key(async |console| {
        Person::join(&Browser::new(&console), "ada").await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("http.sock");
        // Nobody is named: the socket's permissions say who reaches it.
        let listen = Listen::Unix(path.clone());
        let server = Listening::start(&console, &trusting(&[]), &listen).await;
        let (plain, tls) = (free_port(), free_port());
        // The workers of nginx are another user, as its package has it.
        open_to_all(folder.path());
        open_to_all(&path);
        let proxy = nginx_as_recommended(plain, tls, format!("unix:{}", path.display())).await;
        assert_serves(&console, &proxy, ([127, 0, 0, 1], tls).into()).await;
        let direct = ask_socket(&path, &["GET /healthz HTTP/1.1", "Host: localhost"]).await;
        assert_eq!(direct.status, MISDIRECTED);
        drop(proxy);
        server.end().await;
        assert!(!path.exists(), "the socket goes with its server");
    })
    .await;
}

fn open_to_all(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
}

#[tokio::test]
async fn caddy_as_recommended_serves_the_console_and_passes_nothing_on_that_clients_invent() {
    on_each_with_key(async |console| {
        Person::join(&Browser::new(&console), "ada").await;
        let server = Listening::start(&console, &trusting(&["127.0.0.1"]), &any_port()).await;
        let tls = free_port();
        let proxy = caddy_as_recommended(tls, server.address()).await;
        assert_serves(&console, &proxy, ([127, 0, 0, 1], tls).into()).await;
        drop(proxy);
        server.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_proxy_with_its_usual_settings_opens_the_console_to_nobody() {
    on_each_with_key(async |console| {
        Person::join(&Browser::new(&console), "ada").await;
        let public = Listening::start(&console, &trusting(&[]), &any_port()).await;
        let trusting = Listening::start(&console, &trusting(&["127.0.0.1"]), &any_port()).await;
        let local = Listening::start(&console, &local(), &any_port()).await;
        let page = "GET /devices HTTP/1.1";

        let nginx = async |behind: &Listening| {
            let port = free_port();
            let http = format!(
                "server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://{}; }} }}",
                behind.address()
            );
            let _proxy = Program::nginx(&http, port).await;
            ask(([127, 0, 0, 1], port).into(), false, &[page, HOST]).await
        };
        // It calls the console by the address of `proxy_pass`.
        assert_eq!(nginx(&public).await.status, MISDIRECTED);
        assert_eq!(nginx(&trusting).await.status, MISDIRECTED);

        let caddy = async |behind: &Listening| {
            let port = free_port();
            let file = format!("http://:{port} {{\nreverse_proxy {}\n}}", behind.address());
            let _proxy = Program::caddy(&file, port).await;
            ask(([127, 0, 0, 1], port).into(), false, &[page, HOST]).await
        };
        let refused = caddy(&public).await;
        assert_eq!(refused.status, FORBIDDEN);
        assert!(refused.text.contains("--trusted-proxy"), "{refused:?}");
        let led = caddy(&trusting).await;
        assert_eq!(led.status, 308, "{led:?}");
        assert!(
            led.head
                .contains("location: https://sunset.example/devices")
        );
        let refused = caddy(&local).await;
        assert_eq!(refused.status, FORBIDDEN);
        assert!(refused.text.contains("through a proxy"), "{refused:?}");

        // Who goes around the proxy and says to be one, is none.
        for server in [&public, &local] {
            for header in SPOOFED {
                let direct = ask(server.address(), false, &[page, HOST, header]).await;
                assert_eq!(direct.status, FORBIDDEN, "{header}");
            }
        }
        for server in [public, trusting, local] {
            server.end().await;
        }
    })
    .await;
}
