//! A socket in the file system.

use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;

use sunset::server::config::Listen;
use sunset::server::http::Listener;

#[tokio::test]
async fn a_socket_is_open_to_its_group_and_takes_the_place_of_a_dead_one_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("http.sock");
    let listen = Listen::Unix(path.clone());

    // A server that was killed leaves its socket behind.
    drop(UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let first = Listener::bind(&listen).await.unwrap();
    let mode = path.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o660);
    assert_eq!(first.place().unwrap(), listen);

    let second = Listener::bind(&listen).await.unwrap_err();
    assert_eq!(second.kind(), ErrorKind::AddrInUse);
    assert!(path.exists(), "the first goes on");
    drop(first);
    assert!(!path.exists());

    std::fs::write(&path, "a file of somebody's").unwrap();
    let third = Listener::bind(&listen).await.unwrap_err();
    assert_eq!(third.kind(), ErrorKind::AddrInUse);
    let kept = std::fs::read_to_string(&path).unwrap();
    assert_eq!(kept, "a file of somebody's");
}
