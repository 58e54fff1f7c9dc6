//! Where connections come in: a port, or a socket in the file system for a proxy on the
//! same computer.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream as BlockingUnixStream;
use std::path::{Path, PathBuf};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};

use super::serve::Peer;
use crate::server::config::Listen;

/// The server's user and the group of its socket connect to it; others do not.
const SOCKET_MODE: u32 = 0o660;

#[derive(Debug)]
pub enum Listener {
    Tcp(TcpListener),
    Unix(Socket),
}

/// A socket whose file is removed when it is dropped.
#[derive(Debug)]
pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
}

/// A connection, of either kind.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Listener {
    /// # Errors
    /// The port or the socket is in use, or it may not be had.
    pub async fn bind(listen: &Listen) -> io::Result<Self> {
        match listen {
            Listen::Tcp(address) => TcpListener::bind(address).await.map(Self::Tcp),
            Listen::Unix(path) => Socket::bind(path).map(Self::Unix),
        }
    }

    /// Where it is: the port that was given, where any was asked for.
    ///
    /// # Errors
    /// The system does not say.
    pub fn place(&self) -> io::Result<Listen> {
        match self {
            Self::Tcp(listener) => listener.local_addr().map(Listen::Tcp),
            Self::Unix(socket) => Ok(Listen::Unix(socket.path.clone())),
        }
    }

    /// Takes the next connection.
    ///
    /// # Errors
    /// There are too many open files, or the client is gone already.
    pub async fn accept(&self) -> io::Result<(Box<dyn Stream>, Peer)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                let _ = stream.set_nodelay(true);
                Ok((Box::new(stream), Peer(Some(peer.ip()))))
            }
            Self::Unix(socket) => {
                let (stream, _) = socket.listener.accept().await?;
                Ok((Box::new(stream), Peer(None)))
            }
        }
    }
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self::Tcp(listener)
    }
}

impl Socket {
    fn bind(path: &Path) -> io::Result<Self> {
        remove_dead(path)?;
        let listener = UnixListener::bind(path)?;
        let socket = Self {
            listener,
            path: path.to_owned(),
        };
        std::fs::set_permissions(path, Permissions::from_mode(SOCKET_MODE))?;
        Ok(socket)
    }
}

/// Removes the socket of a server that was killed. Any other file is left alone, and makes
/// that the address is in use.
fn remove_dead(path: &Path) -> io::Result<()> {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|it| it.file_type().is_socket());
    let is_dead = || {
        let answer = BlockingUnixStream::connect(path);
        answer.is_err_and(|cause| cause.kind() == io::ErrorKind::ConnectionRefused)
    };
    match is_socket && is_dead() {
        true => std::fs::remove_file(path),
        false => Ok(()),
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
