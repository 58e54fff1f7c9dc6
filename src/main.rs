//! The program: reads the command line, and says in one line what it cannot do.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use sunset::domain::identity::Severity;
use sunset::server::config::{
    Cli, Command, DatabaseArg, DirectoryCommand, GoogleArgs, Import, JobsCommand, Listen,
    OperatorCommand, Serve, has_password, is_help, usage_sentence,
};
use sunset::server::directory::Directory;
use sunset::server::http::limits::Limits;
use sunset::server::http::{Front, Listener, ServerState, ops_router, router, serve as serve_http};
use sunset::server::identity::SealKey;
use sunset::server::simulator::run::{Simulate, rehearse};
use sunset::server::store::{Database, Store};
use sunset::server::{App, import, private};
use sunset::ui::entrance::words;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// A page is tens of thousands of small pieces, made and freed within milliseconds: the
/// C library's allocator takes a third of the time and twice the memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long open requests may take to end when the server stops.
const GRACE: Duration = Duration::from_secs(20);

/// How long all may take, with calls under way: what is not on record then is found by
/// the next start.
const LONGEST_STOP: Duration = Duration::from_secs(23);

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(error) if is_help(&error) => error.exit(),
        Err(error) => {
            eprintln!("{}", usage_sentence(error));
            return ExitCode::from(2);
        }
    };
    let filter = EnvFilter::try_from_env("SUNSET_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,sunset=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    if std::env::args_os().any(|argument| has_password(&argument.to_string_lossy())) {
        tracing::warn!(
            "a password is on the command line, where ps shows it to everybody on this computer: \
             give the address in a file, by --database-file, or the password in ~/.pgpass"
        );
    }
    let mut command = cli.command;
    let settled = command.database_mut().map_or(Ok(()), DatabaseArg::settle);
    let result = match settled {
        Ok(()) => run(command).await,
        Err(sentence) => Err(sentence),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), String> {
    match command {
        Command::Serve(options) => serve(*options).await,
        Command::Import(options) => import(options).await,
        Command::Directory(DirectoryCommand::Check(google)) => check_identity(&google).await,
        Command::Operator(command) => operator(&command).await,
        Command::SimulateDirectory(options) => simulate(*options).await,
        Command::Jobs(JobsCommand::StopAll(database)) => stop_all(&database).await,
        Command::Check(database) => check(&database).await,
    }
}

async fn serve(options: Serve) -> Result<(), String> {
    options.front.check()?;
    let site_root = site_root(options.site_root.as_deref())?;
    // The port first: a port in use must leave the database alone.
    let listener = listen(&options.front.listen).await?;
    let ops = match options.front.ops_listen {
        Some(address) => Some(listen(&Listen::Tcp(address)).await?),
        None => None,
    };
    let store = Arc::new(open(&options.database()).await?);
    let stop = CancellationToken::new();
    let app = connect(&options, &store, &stop).await?;
    let app = app.with_seal_key(SealKey::at(options.seal_key()));
    app.identity.check().await?;
    app.claim(options.directory.take_over)
        .await
        .map_err(|error| error.to_string())?;
    if app.is_local() && options.demo_devices != 0 {
        app.demonstrate(options.demo_devices)
            .await
            .map_err(|error| format!("The demonstration fleet could not be made: {error}."))?;
    }
    let fleet = app
        .fleet()
        .await
        .map_err(|error| format!("The database could not be read: {error}."))?;
    let runner = app
        .start(stop.clone())
        .await
        .map_err(|error| format!("The jobs could not be taken up: {error}."))?;

    let has_operators = store.has_operators().await;
    let has_operators = has_operators.map_err(|error| error.to_string())?;
    let place = listener.place().map_err(|cause| cause.to_string())?;
    let ops_place = ops.as_ref().and_then(|ops| ops.place().ok());
    // Whoever started it may have stopped reading: that is no reason to end.
    let _ = writeln!(
        std::io::stdout(),
        "{}",
        options
            .front
            .started(&place, ops_place.as_ref(), has_operators)
    );
    allow_open_files();
    let state = ServerState::new(app, &site_root, stop.clone())
        .with_fleet(fleet)
        .with_front(Front::new(&options.front));
    if let Some(ops) = ops {
        let serving = serve_http(ops, ops_router(state.clone()), Limits::ops(), stop.clone());
        tokio::spawn(serving);
    }
    let server = serve_http(listener, router(state), Limits::default(), stop.clone());
    let stopped = tokio::spawn(stop_on_signal(stop.clone()));
    let over = tokio::spawn(after(stop.clone(), LONGEST_STOP));
    tokio::select! {
        () = server => {}
        () = after(stop.clone(), GRACE) => {}
    }
    stopped.abort();
    stop.cancel();
    let rest = async {
        let _ = runner.await;
        store.close().await;
    };
    tokio::select! {
        () = rest => {}
        _ = over => tracing::warn!("stopped with work under way: it is looked after at the next start"),
    }
    Ok(())
}

/// The application over the directory that it was told of.
async fn connect(
    options: &Serve,
    store: &Arc<Store>,
    stop: &CancellationToken,
) -> Result<App, String> {
    let (store, rules) = (store.clone(), options.rules);
    if options.rehearsal {
        let devices = match options.demo_devices {
            0 => 1000,
            devices => devices,
        };
        let (root, directory) = rehearse(devices, &store, stop.clone()).await?;
        let _ = writeln!(
            std::io::stdout(),
            "A rehearsal: the simulated directory is at {root}, what goes wrong with it is up \
             to you at {root}/control (docs/google.md)."
        );
        return Ok(App::with_directory(store, directory, rules).rehearsing());
    }
    Ok(match options.directory.connect(&store)? {
        Some(directory) => App::with_directory(store, directory, rules),
        None => App::new(store, rules),
    })
}

/// Ends some time after the token was cancelled.
async fn after(stop: CancellationToken, grace: Duration) {
    stop.cancelled().await;
    tokio::time::sleep(grace).await;
}

async fn stop_on_signal(stop: CancellationToken) {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated => {}
    }
    stop.cancel();
}

/// Lets the process have as many open files as it may: each connection is one, and the
/// usual limit of 1,024 is reached before that of the connections.
fn allow_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(cause) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%cause, "the limit of open files could not be raised");
    }
}

async fn listen(place: &Listen) -> Result<Listener, String> {
    let listener = Listener::bind(place).await;
    listener.map_err(|cause| format!("Cannot listen on {place}: {cause}."))
}

/// The folder with the browser's part: as told, or beside the program.
fn site_root(told: Option<&Path>) -> Result<PathBuf, String> {
    if let Some(told) = told {
        return if told.join("pkg").is_dir() {
            Ok(told.to_owned())
        } else {
            Err(format!(
                "{} does not hold the browser's part.",
                told.display()
            ))
        };
    }
    let program = std::env::current_exe().map_err(|cause| cause.to_string())?;
    let beside = program.parent().map(PathBuf::from).unwrap_or_default();
    [beside.join("site"), beside.join("../site")]
        .into_iter()
        .find(|folder| folder.join("pkg").is_dir())
        .ok_or_else(|| {
            "The browser's part is not beside the program: build it with `cargo xtask serve`."
                .to_owned()
        })
}

/// Opens the database. The folder of the default one is made, and a file there that a
/// Sunset of before made for everybody to read is closed to them.
async fn open(database: &Database) -> Result<Store, String> {
    if let Database::Sqlite(path) = database
        && path.parent() == Some(Path::new("data"))
    {
        private::make_folder(Path::new("data"))
            .map_err(|cause| format!("The folder data cannot be made: {cause}."))?;
        if ["data/sunset.db", "data/rehearsal.db"]
            .map(Path::new)
            .contains(&path.as_path())
        {
            // Where that does not succeed, the store says what to do.
            let _ = private::close_to_everybody(path, private::OWNER);
        }
    }
    Store::open(database)
        .await
        .map_err(|error| error.to_string())
}

async fn check(options: &DatabaseArg) -> Result<(), String> {
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

async fn stop_all(options: &DatabaseArg) -> Result<(), String> {
    let store = open_existing(options).await?;
    let stopped = async { store.stop_all_jobs(store.now().await?).await };
    let stopped = stopped.await;
    let stopped = stopped.map_err(|error| format!("The jobs could not be stopped: {error}."))?;
    store.close().await;
    println!("{}", words::jobs_stopped(stopped));
    Ok(())
}

/// Says what is so and what is not, and what to enter where.
async fn check_identity(google: &GoogleArgs) -> Result<(), String> {
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

async fn operator(command: &OperatorCommand) -> Result<(), String> {
    let store = Arc::new(open(&command.database().database).await?);
    let told = command.run(&store).await?;
    store.close().await;
    println!("{told}");
    Ok(())
}

async fn simulate(options: Simulate) -> Result<(), String> {
    let stop = CancellationToken::new();
    let stopped = tokio::spawn(stop_on_signal(stop.clone()));
    let ended = sunset::server::simulator::run::run(options, stop).await;
    stopped.abort();
    ended
}

async fn import(options: Import) -> Result<(), String> {
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
