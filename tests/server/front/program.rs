//! nginx and Caddy as an administrator runs them, and a client that speaks to them.

use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A proxy that runs until it is dropped.
pub struct Program {
    process: Child,
    folder: tempfile::TempDir,
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Where a program is. A test that is left out proves nothing, so a missing one is a
/// failure.
fn find(name: &str, package: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    folders
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .unwrap_or_else(|| panic!("{name} is missing: please run `apt-get install {package}`"))
}

impl Program {
    /// Starts nginx with what stands within its `http` block.
    pub async fn nginx(http: &str, port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // The workers are another user, and keep there what a client takes slowly.
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|kind| format!("{kind}_temp_path {}/{kind};\n", folder.path().display()))
            .collect();
        let text = format!(
            "daemon off;\npid nginx.pid;\nerror_log stderr;\nevents {{}}\n\
             http {{\naccess_log off;\n{temporary}{http}\n}}\n"
        );
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, text).unwrap();
        let mut command = Command::new(find("nginx", "nginx-light"));
        command.arg("-p").arg(folder.path()).arg("-c").arg(file);
        Self::start(command, folder, port).await
    }

    /// Starts Caddy with a Caddyfile behind these global options.
    pub async fn caddy(file: &str, port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("{{\nadmin off\nskip_install_trust\n}}\n{file}");
        let path = folder.path().join("Caddyfile");
        std::fs::write(&path, text).unwrap();
        let mut command = Command::new(find("caddy", "caddy"));
        command
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(path)
            .env("HOME", folder.path())
            .env("XDG_DATA_HOME", folder.path())
            .env("XDG_CONFIG_HOME", folder.path());
        Self::start(command, folder, port).await
    }

    async fn start(mut command: Command, folder: tempfile::TempDir, port: u16) -> Self {
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let process = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let mut program = Self { process, folder };
        let end = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            let ended = program.process.try_wait().unwrap();
            assert!(ended.is_none() && Instant::now() < end, "{}", program.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        program
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // SIGTERM: nginx ends its workers only then.
        let id = rustix::process::Pid::from_child(&self.process);
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        let _ = self.process.wait();
    }
}

/// What a client got.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub head: String,
    pub text: String,
}

/// Sends a request of HTTP/1.1 with these lines and takes the whole answer.
pub async fn ask(address: SocketAddr, is_tls: bool, lines: &[&str]) -> Got {
    if !is_tls {
        return exchange(TcpStream::connect(address).await.unwrap(), lines).await;
    }
    let connector = TlsConnector::from(Arc::new(any_certificate()));
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let stream = TcpStream::connect(address).await.unwrap();
        let name = ServerName::try_from(super::HOST).unwrap();
        match connector.connect(name, stream).await {
            Ok(stream) => return exchange(stream, lines).await,
            // Caddy listens before its certificate is made.
            Err(cause) => assert!(Instant::now() < end, "no TLS: {cause}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The same over a socket in the file system.
pub async fn ask_socket(path: &Path, lines: &[&str]) -> Got {
    exchange(tokio::net::UnixStream::connect(path).await.unwrap(), lines).await
}

async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, lines: &[&str]) -> Got {
    let request = format!("{}\r\nConnection: close\r\n\r\n", lines.join("\r\n"));
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    // A server may end the connection without a goodbye of TLS.
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, text) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok());
    Got {
        status: status.unwrap_or_else(|| panic!("no answer: {head}")),
        head: head.to_ascii_lowercase(),
        text: text.to_owned(),
    }
}

/// Who the proxy is, is not what is tested.
fn any_certificate() -> ClientConfig {
    let provider = Arc::new(ring::default_provider());
    ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth()
}

#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
