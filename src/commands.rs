//! What the program does besides serving: one function for each command, which prints what it
//! has to say.

use std::sync::Arc;

use sunset::domain::directory_health::Severity;
use sunset::server::config::{DatabaseArg, GoogleArgs, Import, OperatorCommand};
use sunset::server::directory::Directory;
use sunset::server::host::{open, stop_on_signal};
use sunset::server::identity::host_actor;
use sunset::server::import;
use sunset::server::simulator::run::Simulate;
use sunset::server::store::{Database, Store};
use sunset::ui::entrance::words;
use tokio_util::sync::CancellationToken;

/// Asks the database whether its jobs are consistent.
pub async fn check(options: &DatabaseArg) -> Result<(), String> {
    let store = open_existing(options).await?;
    let broken = store
        .broken_invariants()
        .await
        .map_err(|error| format!("The database could not be checked: {error}."))?;
    store.close().await;
    if broken.is_empty() {
        println!("All jobs are consistent.");
        Ok(())
    } else {
        Err(broken.join("\n"))
    }
}

/// Opens a database that must be there.
async fn open_existing(options: &DatabaseArg) -> Result<Store, String> {
    if let Database::Sqlite(path) = &options.database
        && !path.exists()
    {
        return Err(format!("There is no database at {}.", path.display()));
    }
    open(&options.database).await
}

/// Stops what remains of all jobs.
pub async fn stop_all(options: &DatabaseArg) -> Result<(), String> {
    let store = open_existing(options).await?;
    let stopped = async { store.stop_all_jobs(&host_actor(), store.now().await?).await };
    let stopped = stopped.await;
    let stopped = stopped.map_err(|error| format!("The jobs could not be stopped: {error}."))?;
    store.close().await;
    println!("{}", words::jobs_stopped(stopped));
    Ok(())
}

/// Says what is so and what is not, and what to enter where.
pub async fn check_identity(google: &GoogleArgs) -> Result<(), String> {
    let check = google.connect(None)?.check().await;
    println!(
        "Service account: {}\nClient id: {}\nAdministrator: {}\nScopes: {}\n",
        check.account,
        check.client_id,
        check.subject,
        check.scopes.join(",")
    );
    let mut wrong = Vec::new();
    for finding in &check.findings {
        if finding.severity == Severity::Fine {
            println!("Good: {}", finding.what);
        } else {
            wrong.push(format!("{}\n  {}", finding.what, finding.remedy));
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// Makes an operator, or helps one.
pub async fn operator(command: &OperatorCommand) -> Result<(), String> {
    let store = Arc::new(open(&command.database().database).await?);
    let message = command.run(&store).await?;
    store.close().await;
    println!("{message}");
    Ok(())
}

/// Answers as Google's directory does.
pub async fn simulate(options: Simulate) -> Result<(), String> {
    let stop = CancellationToken::new();
    let stopped = stop_on_signal(stop.clone());
    let ended = sunset::server::simulator::run::run(options, stop).await;
    stopped.abort();
    ended
}

/// Fills the local directory from a file.
pub async fn import(options: Import) -> Result<(), String> {
    // A look leaves nothing behind, not even an empty database.
    let aside = tempfile::tempdir().map_err(|cause| cause.to_string())?;
    let database = match &options.database.database {
        Database::Sqlite(path) if options.dry_run && !path.exists() => {
            Database::Sqlite(aside.path().join("empty.db"))
        }
        database => database.clone(),
    };
    let store = Arc::new(open(&database).await?);
    import::command(&store, &options).await?;
    store.close().await;
    Ok(())
}
