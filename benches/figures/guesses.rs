//! The owner of an account signs in while others guess its password: 10,000 at once, and many
//! for a while.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::{block_in_place, spawn_blocking};

use crate::report::{alone, ms};
use crate::server::{Server, form};
use crate::team::Account;

/// Guesses at once.
const GUESSES: usize = 10_000;

/// Who guesses again and again, and for how long before the owner comes: longer than a code is
/// good, so that there is another.
const CLIENTS: usize = 1500;
const GUESSED_FOR: Duration = Duration::from_secs(35);

/// What stands for the status of a guess without an answer.
const CUT_OFF: &str = "cut off";

/// How long the owner waits to be signed in: alone, and while everybody guesses.
pub async fn measure(server: Server, chief: &mut Account) {
    let alone_took = block_in_place(|| chief.sign_in(&server, 0));
    let request = form(
        "/sign-in",
        "",
        &[
            ("login", "chief"),
            ("password", "guess"),
            ("code", "000000"),
        ],
    );
    let begun = Instant::now();
    let guesses: Vec<_> = (0..GUESSES)
        .map(|_| tokio::spawn(guess(server.address.clone(), request.clone())))
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut owner = chief.clone();
    let (server, (took, tries)) = spawn_blocking(move || {
        let waited = owner.sign_in_at_last(&server, 1);
        (server, waited)
    })
    .await
    .expect("the owner is signed in");
    let mut answers: BTreeMap<String, usize> = BTreeMap::new();
    for guess in guesses {
        *answers.entry(guess.await.expect("it ends")).or_default() += 1;
    }
    let message: Vec<String> = answers
        .iter()
        .map(|(status, count)| format!("{count} × {status}"))
        .collect();
    alone(
        &format!("sign-in of the owner among {GUESSES} guesses"),
        &format!("{} at try {tries}, alone {}", ms(took), ms(alone_took)),
    );
    alone(
        "answers to the guesses",
        &format!("{} in {}", message.join(", "), ms(begun.elapsed())),
    );
    alone("memory at most", &server.most_memory());
    sign_in_late(server, chief.clone(), request).await;
}

/// How long the owner waits who comes when everybody has guessed for a while and goes on.
async fn sign_in_late(server: Server, mut owner: Account, request: String) {
    let is_over = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (address, request) = (server.address.clone(), request.clone());
            let is_over = is_over.clone();
            tokio::spawn(async move {
                let mut guesses = 0;
                while !is_over.load(Ordering::Relaxed) {
                    let status = guess(address.clone(), request.clone()).await;
                    guesses += usize::from(status != CUT_OFF);
                }
                guesses
            })
        })
        .collect();
    tokio::time::sleep(GUESSED_FOR).await;
    let (server, (took, tries)) = spawn_blocking(move || {
        let waited = owner.sign_in_at_last(&server, 1);
        (server, waited)
    })
    .await
    .expect("the owner is signed in");
    is_over.store(true, Ordering::Relaxed);
    let mut guesses = 0;
    for client in clients {
        guesses += client.await.unwrap_or(0);
    }
    alone(
        &format!(
            "sign-in of the owner after {} s of guesses",
            GUESSED_FOR.as_secs()
        ),
        &format!(
            "{} at try {tries}, {CLIENTS} clients, {guesses} answers",
            ms(took)
        ),
    );
    alone("memory at most until then", &server.most_memory());
}

/// The status of the answer to a guess.
async fn guess(address: String, request: String) -> String {
    let answer = async {
        let mut stream = TcpStream::connect(&address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&answer).into_owned())
    };
    match answer.await {
        Ok(answer) => answer.split(' ').nth(1).unwrap_or(CUT_OFF).to_owned(),
        Err(_) => CUT_OFF.to_owned(),
    }
}
