//! `sunset simulate-directory`: gets a fleet, says where it answers, and serves.

use std::collections::HashSet;
use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::fault::FaultRule;
use super::settings::Settings;
use super::{Simulator, key, serve};
use crate::domain::device::DirectoryDevice;
use crate::domain::time::Timestamp;
use crate::server::directory::google::{GoogleDirectory, Options, ServiceAccount, Times};
use crate::server::store::Store;
use crate::server::{demo, import, private};

#[derive(Clone, Debug, Args)]
pub struct Simulate {
    /// Where to answer: a loopback address, for anybody who asks gets the key.
    #[arg(long, env = "SUNSET_SIMULATE_LISTEN", default_value = "127.0.0.1:3100")]
    pub listen: SocketAddr,
    /// Make up a fleet of so many devices.
    #[arg(long, default_value_t = 1000, conflicts_with = "file",
          value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub devices: u32,
    /// Take the devices from a file, as `sunset import` reads it.
    #[arg(long)]
    pub file: Option<PathBuf>,
    /// Write the service account's key there, for `sunset serve --google-key`.
    #[arg(long)]
    pub key_out: Option<PathBuf>,
    /// What goes wrong, such as batchChangeStatus=answer-lost,skip=2,times=1; repeated
    /// for more. Faults: see docs/google.md.
    #[arg(long = "fault", value_name = "METHOD=FAULT")]
    pub faults: Vec<FaultRule>,
    #[command(flatten)]
    pub settings: Settings,
}

/// Serves until the token is cancelled.
///
/// # Errors
/// A sentence: the address, the file or the key's place cannot be used.
pub async fn run(options: Simulate, stop: CancellationToken) -> Result<(), String> {
    if !options.listen.ip().is_loopback() {
        return Err(format!(
            "The simulated directory does not listen on {}: its key is public. Use 127.0.0.1.",
            options.listen.ip()
        ));
    }
    let fleet = match &options.file {
        Some(file) => read_fleet(file)?,
        None => demo::fleet(options.devices, Timestamp::now().date()).collect(),
    };
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|cause| format!("Cannot listen on {}: {cause}.", options.listen))?;
    let address = listener.local_addr().map_err(|cause| cause.to_string())?;
    let root = format!("http://{address}");
    if let Some(path) = &options.key_out {
        let account = format!("{:#}\n", key::service_account(&root));
        private::write(path, &account)
            .map_err(|cause| format!("{} cannot be written: {cause}.", path.display()))?;
    }
    let simulator = Simulator::new(fleet, options.settings);
    for fault in options.faults {
        simulator.will(fault);
    }
    // Whoever started it may have stopped reading: that is no reason to end.
    let _ = writeln!(
        std::io::stdout(),
        "A simulated directory is at {root}\n\
         Its key is at {root}/control/key, its ledger at {root}/control/ledger."
    );
    serve::serve(listener, simulator, stop).await;
    Ok(())
}

/// Starts a simulated directory on a port of its own, and connects to it as to
/// Google's.
///
/// # Errors
/// A sentence: there is no port.
pub async fn rehearse(
    devices: u32,
    store: &Arc<Store>,
    stop: CancellationToken,
) -> Result<(String, Arc<GoogleDirectory>), String> {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .map_err(|cause| format!("There is no port for the simulated directory: {cause}."))?;
    let address = listener.local_addr().map_err(|cause| cause.to_string())?;
    let root = format!("http://{address}");
    let fleet = demo::fleet(devices, Timestamp::now().date());
    let simulator = Simulator::new(fleet, Settings::default());
    tokio::spawn(serve::serve(listener, simulator, stop));
    let account = ServiceAccount::from_json(&key::service_account(&root).to_string())
        .map_err(|error| error.to_string())?;
    let options = Options {
        subject: Some("admin@riverbend.example".to_owned()),
        customer: "my_customer".to_owned(),
        url: root.clone(),
        queries_per_minute: 2400,
        trust: None,
        times: Times::default(),
    };
    let directory = GoogleDirectory::new(account, options, Some(store.clone()))?;
    Ok((root, Arc::new(directory)))
}

fn read_fleet(path: &Path) -> Result<Vec<DirectoryDevice>, String> {
    let file =
        File::open(path).map_err(|cause| format!("{} cannot be read: {cause}.", path.display()))?;
    let rows = import::read(file).map_err(|error| error.to_string())?;
    let mut seen = HashSet::new();
    let mut fleet = Vec::new();
    for row in rows {
        let row = row.map_err(|error| error.to_string())?;
        let device = row
            .change
            .and_then(|change| change.new_device())
            .map_err(|refusal| format!("Row {}: {refusal}", row.number))?;
        // Some tools print a device's lists in rows below it.
        if seen.insert(device.device_id.clone()) {
            fleet.push(device);
        }
    }
    Ok(fleet)
}
