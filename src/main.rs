//! The program: reads the command line, and says in one line what it cannot do.

mod commands;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use sunset::server::App;
use sunset::server::audit::{Copy, SigningKey};
use sunset::server::config::{
    Cli, Command, DatabaseArg, DirectoryCommand, JobsCommand, Listen, Serve, has_password, is_help,
    settings_page, usage_sentence,
};
use sunset::server::host::{
    Log, ServiceManager, after, allow_open_files, forbid_dumps, open, site_root, start_log,
    stop_on_signal,
};
use sunset::server::http::request_limits::Limits;
use sunset::server::http::{Front, Listener, ServerState, ops_router, router, serve as serve_http};
use sunset::server::identity::SealKey;
use sunset::server::identity::provider::ProviderError;
use sunset::server::simulator::run::rehearse;
use sunset::server::store::Store;
use tokio_util::sync::CancellationToken;

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
    let log = match start_log(&cli.log) {
        Ok(log) => log,
        Err(sentence) => {
            eprintln!("{sentence}");
            return ExitCode::from(2);
        }
    };
    forbid_dumps();
    if std::env::args_os().any(|argument| has_password(&argument.to_string_lossy())) {
        tracing::warn!(
            "a password is on the command line, where ps shows it to everybody on this computer: \
             give the address in a file, by --database-file, or the password in ~/.pgpass"
        );
    }
    let mut command = cli.command;
    let resolved = command.database_mut().map_or(Ok(()), DatabaseArg::resolve);
    let result = match resolved {
        Ok(()) => run(command, log).await,
        Err(sentence) => Err(sentence),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            log.fail(&sentence);
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command, log: Log) -> Result<(), String> {
    match command {
        Command::Serve(options) => serve(*options, log).await,
        Command::Import(options) => commands::import(options).await,
        Command::Directory(DirectoryCommand::Check(google)) => {
            commands::check_identity(&google).await
        }
        Command::Operator(command) => commands::operator(&command).await,
        Command::SimulateDirectory(options) => commands::simulate(*options).await,
        Command::Jobs(JobsCommand::StopAll(database)) => commands::stop_all(&database).await,
        Command::Audit(command) => print(command.run().await),
        Command::Evidence(command) => print(command.run()),
        Command::Check(database) => commands::check(&database).await,
        Command::Backup(backup) => print(backup.run().await),
        Command::Restore(restore) => print(restore.run().await),
        Command::Healthcheck(healthcheck) => print(healthcheck.run()),
        Command::Settings => print(Ok(settings_page().trim_end().to_owned())),
    }
}

fn print(said: Result<String, String>) -> Result<(), String> {
    said.map(|text| println!("{text}"))
}

async fn serve(options: Serve, log: Log) -> Result<(), String> {
    options.front.check()?;
    let provider = options.oidc.provider()?;
    let site_root = site_root(options.site_root.as_deref())?;
    // The port first: a port in use must leave the database alone.
    let listener = listen(&options.front.listen).await?;
    let ops = match options.front.ops_listen {
        Some(address) => Some(listen(&Listen::Tcp(address)).await?),
        None => None,
    };
    let store = Arc::new(open(&options.database()).await?);
    let stop = CancellationToken::new();
    let app = connect(&options, &store, &stop, log).await?;
    let app = app.with_seal_key(SealKey::at(options.seal_key()));
    let app = match provider {
        Some(provider) => app.with_provider(provider),
        None => app,
    };
    app.identity.check().await?;
    find_provider(&app).await?;
    app.claim(options.directory.take_over)
        .await
        .map_err(|error| error.to_string())?;
    // A key is made only where it serves.
    let app = with_signing_key(app, &options)?;
    if app.is_local() && options.demo_devices != 0 {
        app.demonstrate(options.demo_devices)
            .await
            .map_err(|error| format!("The demonstration fleet could not be made: {error}."))?;
    }
    app.note_start(&options)
        .await
        .map_err(|error| format!("The start could not be put on record: {error}."))?;
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
    let first = match (&options.front.public_url, has_operators) {
        (Some(public), false) => app
            .identity
            .first_link()
            .await
            .map_err(|error| error.to_string())?
            .map(|link| format!("{public}/first/{}", link.as_str())),
        _ => None,
    };
    let place = listener.place().map_err(|cause| cause.to_string())?;
    let ops_place = ops.as_ref().and_then(|ops| ops.place().ok());
    // Whoever is told that it serves may ask it to end.
    let stopped = stop_on_signal(stop.clone());
    log.say(
        &options
            .front
            .started(&place, ops_place.as_ref(), has_operators, first),
    );
    allow_open_files();
    let state = ServerState::new(app, &site_root, stop.clone())
        .with_fleet(fleet)
        .with_front(Front::new(&options.front));
    if let Some(ops) = ops {
        let serving = serve_http(ops, ops_router(state.clone()), Limits::ops(), stop.clone());
        tokio::spawn(serving);
    }
    ServiceManager::from_environment().ready(stop.clone());
    let server = serve_http(listener, router(state), Limits::default(), stop.clone());
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

/// The application with the key that signs its audit, and the file that it is copied to.
fn with_signing_key(app: App, options: &Serve) -> Result<App, String> {
    let path = options.signing_key();
    let key = match SigningKey::read_or_make(&path) {
        Ok((key, made)) => {
            if made {
                tracing::debug!(key = key.id(), "a signing key was made");
            }
            Some(key)
        }
        // Where nobody said where it is to be, there need not be a place to make it.
        Err(error) if !options.signing_key.is_told() && !path.exists() => {
            tracing::warn!("{error} The audit is not signed: name a file with --signing-key.");
            None
        }
        Err(error) => return Err(error.to_string()),
    };
    let copy = options.audit_copy.as_deref().map(Copy::open).transpose();
    let copy = copy.map_err(|error| format!("{error}."))?;
    Ok(app.with_signing_key(key, copy))
}

/// The application over the directory that it was told of.
async fn connect(
    options: &Serve,
    store: &Arc<Store>,
    stop: &CancellationToken,
    log: Log,
) -> Result<App, String> {
    let (store, rules) = (store.clone(), options.rules);
    if options.rehearsal {
        let devices = match options.demo_devices {
            0 => 1000,
            devices => devices,
        };
        let (root, directory) = rehearse(devices, &store, stop.clone()).await?;
        log.say(&format!(
            "A rehearsal: the simulated directory is at {root}, what goes wrong with it is up \
             to you at {root}/control (docs/google.md)."
        ));
        return Ok(App::with_directory(store, directory, rules).rehearsing());
    }
    Ok(match options.directory.connect(&store)? {
        Some(directory) => App::with_directory(store, directory, rules),
        None => App::new(store, rules),
    })
}

/// Reads what the identity provider says of itself. Where it does not answer, those who have a
/// password sign in, and it is asked again when somebody wants to go there.
async fn find_provider(app: &App) -> Result<(), String> {
    let Some(provider) = app.identity.provider() else {
        return Ok(());
    };
    match provider.discover().await {
        Err(ProviderError::Unusable(cause)) => Err(format!(
            "{} cannot be used as the identity provider: {}.",
            provider.issuer(),
            cause.trim_end_matches('.')
        )),
        Err(error) => {
            tracing::error!(provider = provider.issuer(), cause = %error, "nobody can sign in there now");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

async fn listen(place: &Listen) -> Result<Listener, String> {
    let listener = Listener::bind(place).await;
    listener.map_err(|cause| format!("Cannot listen on {place}: {cause}."))
}
