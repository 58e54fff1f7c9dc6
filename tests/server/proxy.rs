//! A way to Postgres that breaks where it is told to: at a COMMIT, before or after the
//! server has carried it out.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};

/// What happens to a COMMIT. Whoever sent it learns nothing in both cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// It is lost on the way there: nothing was done.
    Before,
    /// The answer is lost on the way back: everything was done.
    After,
}

#[derive(Debug, Default)]
struct Plan {
    next: VecDeque<Option<Cut>>,
    cut: usize,
}

#[derive(Clone, Debug)]
pub struct Proxy {
    /// The database's address, by this way.
    pub url: String,
    server: String,
    plan: Arc<Mutex<Plan>>,
}

impl Proxy {
    /// Starts one in front of the server of this address.
    pub async fn start(url: &str) -> Self {
        let (user, rest) = url.split_once('@').expect("an address with a user");
        let (server, name) = rest.split_once('/').expect("an address with a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        let proxy = Self {
            // What is encrypted it could not read.
            url: format!("{user}@{here}/{name}?sslmode=disable"),
            server: server.to_owned(),
            plan: Arc::default(),
        };
        let relaying = proxy.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(relaying.clone().relay(client));
            }
        });
        proxy
    }

    /// What happens to the next COMMITs, one after the other; then they go through.
    pub fn will(&self, next: impl IntoIterator<Item = Option<Cut>>) {
        self.plan().next = next.into_iter().collect();
    }

    /// How often a connection was cut.
    pub fn cuts(&self) -> usize {
        self.plan().cut
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns where the connection is cut, or one side has closed it.
    async fn relay(self, mut client: TcpStream) {
        let Ok(mut server) = TcpStream::connect(&self.server).await else {
            return;
        };
        let (mut from_client, mut to_client) = client.split();
        let (mut from_server, mut to_server) = server.split();
        let mut answers = Box::pin(copy(&mut from_server, &mut to_client));
        let mut asked = vec![0; 64 * 1024];
        loop {
            let read = tokio::select! {
                _ = &mut answers => return,
                read = from_client.read(&mut asked) => read.unwrap_or(0),
            };
            if read == 0 {
                return;
            }
            let cut = if asked[..read].windows(6).any(|word| word == b"COMMIT") {
                self.plan().next.pop_front().flatten()
            } else {
                None
            };
            if cut == Some(Cut::Before) {
                break;
            }
            if cut == Some(Cut::After) {
                drop(answers);
                // The answer is waited for, so that it is done, and kept back.
                if to_server.write_all(&asked[..read]).await.is_ok() {
                    let _ = from_server.read(&mut asked).await;
                }
                break;
            }
            if to_server.write_all(&asked[..read]).await.is_err() {
                return;
            }
        }
        self.plan().cut += 1;
    }
}
