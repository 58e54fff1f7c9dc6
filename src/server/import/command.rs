//! `sunset import` as a person runs it.

use std::sync::Arc;

use super::progress::{Progress, end_line};
use super::run;
use crate::domain::refresh::CacheState;
use crate::server::config::{Import, Rules};
use crate::server::store::Store;
use crate::server::{App, Scoped};

/// Takes a file into the directory and refreshes the cache, and says what came of it. The
/// file is taken whole or not at all, also when it is stopped; a cache that was not
/// refreshed to its end is refreshed by the next run.
///
/// # Errors
/// One sentence.
pub async fn command(store: &Arc<Store>, options: &Import) -> Result<(), String> {
    let app = App::new(store.clone(), Rules::default());
    if !options.dry_run {
        app.claim(false).await.map_err(|error| error.to_string())?;
    }
    let progress = Progress::default();
    let report = tokio::select! {
        report = run(store, &options.file, options.dry_run, &progress) => report,
        never = progress.tell(store) => never,
        _ = tokio::signal::ctrl_c() => stop("Stopped. Nothing was changed."),
    };
    end_line();
    let report = report.map_err(|error| error.to_string())?;
    println!("{report}");
    if report.is_nothing() {
        return Err("No row of the file could be taken.".to_owned());
    }
    if options.dry_run {
        return Ok(());
    }
    let operator = Scoped::at_this_computer();
    let state = tokio::select! {
        state = app.refresher.run(&operator) => state,
        never = progress.tell(store) => never,
        _ = tokio::signal::ctrl_c() => stop(
            "Stopped. The file was taken, and the cache is not up to date: run the same again, \
             or Refresh Cache in the console.",
        ),
    };
    end_line();
    let CacheState { last, .. } =
        state.map_err(|error| format!("The cache could not be refreshed: {error}."))?;
    if let Some(last) = last {
        println!("{}", last.notice());
    }
    Ok(())
}

/// Ends the program at once: a pipe that is being read would hold it up. What the database
/// has not committed, it takes back.
fn stop(sentence: &str) -> ! {
    end_line();
    eprintln!("{sentence}");
    std::process::exit(130)
}
