//! A pooler of Postgres sessions as PgBouncer is when it pools by transaction: it
//! speaks as much of the protocol as that takes.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The first version of the protocol that is spoken today.
const VERSION: u32 = 0x0003_0000;

/// What a client asks first that would like to encrypt.
const ENCRYPT: u32 = 80_877_103;

#[derive(Clone, Debug)]
pub struct Pooler {
    /// The database's address, by this way.
    pub url: String,
    server: String,
    database: String,
    /// Sessions that no transaction is using.
    idle: Arc<Mutex<Vec<TcpStream>>>,
}

impl Pooler {
    /// Starts one in front of the server of this address.
    pub async fn start(url: &str) -> Self {
        let (user, rest) = url.split_once('@').expect("an address with a user");
        let (server, database) = rest.split_once('/').expect("an address with a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        let pooler = Self {
            // What is encrypted it could not read.
            url: format!("{user}@{here}/{database}?sslmode=disable"),
            server: server.to_owned(),
            database: database.to_owned(),
            idle: Arc::default(),
        };
        let serving = pooler.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let pooler = serving.clone();
                tokio::spawn(async move { pooler.serve(client).await });
            }
        });
        pooler
    }

    async fn serve(&self, mut client: TcpStream) -> io::Result<()> {
        let mut startup = read_opening(&mut client).await?;
        if startup == ENCRYPT.to_be_bytes() {
            client.write_all(b"N").await?;
            startup = read_opening(&mut client).await?;
        }
        assert!(startup.starts_with(&VERSION.to_be_bytes()));
        // Authentication is not needed; ready, and in no transaction.
        write(&mut client, b'R', &[0; 4]).await?;
        write(&mut client, b'K', &[0; 8]).await?;
        write(&mut client, b'Z', b"I").await?;
        loop {
            let (mut kind, mut body) = read(&mut client).await?;
            let mut session = self.session().await?;
            loop {
                if kind == b'X' {
                    self.give_back(session);
                    return Ok(());
                }
                write(&mut session, kind, &body).await?;
                // The end of what is asked: a simple query, or a Sync.
                if matches!(kind, b'Q' | b'S') && answer(&mut session, &mut client).await? {
                    break;
                }
                (kind, body) = read(&mut client).await?;
            }
            self.give_back(session);
        }
    }

    fn give_back(&self, session: TcpStream) {
        self.idle.lock().unwrap().push(session);
    }

    /// The session that was given back last, or a new one.
    async fn session(&self) -> io::Result<TcpStream> {
        let idle = self.idle.lock().unwrap().pop();
        if let Some(idle) = idle {
            return Ok(idle);
        }
        let mut session = TcpStream::connect(&self.server).await?;
        let parameters = format!("user\0sunset\0database\0{}\0\0", self.database);
        session.write_u32(parameters.len() as u32 + 8).await?;
        session.write_u32(VERSION).await?;
        session.write_all(parameters.as_bytes()).await?;
        while read(&mut session).await?.0 != b'Z' {}
        Ok(session)
    }
}

/// Passes an answer on. Returns whether no transaction is open after it.
async fn answer(session: &mut TcpStream, client: &mut TcpStream) -> io::Result<bool> {
    loop {
        let (kind, body) = read(session).await?;
        write(client, kind, &body).await?;
        if kind == b'Z' {
            return Ok(body == b"I");
        }
    }
}

/// Reads the first message of a client, which bears no kind.
async fn read_opening(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let length = client.read_u32().await?;
    let mut body = vec![0; length as usize - 4];
    client.read_exact(&mut body).await?;
    Ok(body)
}

async fn read(stream: &mut TcpStream) -> io::Result<(u8, Vec<u8>)> {
    let kind = stream.read_u8().await?;
    let length = stream.read_u32().await?;
    let mut body = vec![0; length as usize - 4];
    stream.read_exact(&mut body).await?;
    Ok((kind, body))
}

async fn write(stream: &mut TcpStream, kind: u8, body: &[u8]) -> io::Result<()> {
    stream.write_u8(kind).await?;
    stream.write_u32(body.len() as u32 + 4).await?;
    stream.write_all(body).await
}
