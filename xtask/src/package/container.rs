//! The steps of `deploy/Containerfile`, one after the other, without a container's engine: what
//! it copies stands in a folder with the C library, and its commands run there as its user.

use std::fs;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use super::root::add_libraries;
use super::until_well;
use crate::command::step;
use crate::postgres::free_port;
use crate::{pack, paths, tools};

/// Runs a command in the folder that is its first argument, as the user in the second.
const RUN: &str = "
    mount --rbind /proc \"$0/proc\"
    exec chroot --userspec=\"$1\" \"$0\" \"${@:2}\"";

/// What an image says of itself.
#[derive(Default)]
struct Image {
    variables: Vec<(String, String)>,
    user: String,
    entry: Vec<String>,
    command: Vec<String>,
    health: Vec<String>,
}

pub fn try_out(context: &Path, root: &Path) -> Result<()> {
    step("Testing the container's steps");
    let image = build(context, root)?;
    // What the base image has.
    let program = root.join("usr/lib/sunset/sunset");
    add_libraries(&program, root)?;
    let home = root.join("home/nonroot");
    for folder in [&home, &root.join("proc"), &root.join("tmp")] {
        fs::create_dir_all(folder)?;
    }
    if tools::is_root() {
        let number = |part: Option<&str>| part.and_then(|it| it.parse().ok());
        let mut parts = image.user.split(':');
        let user = (number(parts.next()), number(parts.next()));
        ensure!(user.0.is_some_and(|it| it != 0), "it runs as root");
        chown(&home, user.0, user.1)?;
    }

    let ports = [free_port()?, free_port()?];
    let run = |words: &[String]| {
        let mut command = Command::new("unshare");
        match tools::is_root() {
            true => command.args(["--mount", "bash", "-ec", RUN]),
            false => command.args(["--user", "--map-root-user", "--mount", "bash", "-ec", RUN]),
        };
        let user = match tools::is_root() {
            true => &image.user,
            false => "0:0",
        };
        command
            .arg(root)
            .arg(user)
            .args(words)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(image.variables.iter().cloned())
            .env("SUNSET_LISTEN", format!("0.0.0.0:{}", ports[0]))
            .env("SUNSET_OPS_LISTEN", format!("127.0.0.1:{}", ports[1]))
            .env("SUNSET_PUBLIC_URL", "https://sunset.example");
        command
    };
    let server = run(&[image.entry, image.command].concat())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    until_well(server, || Ok(run(&image.health)))?;
    ensure!(home.join("sunset.db").exists(), "nothing is kept");
    Ok(())
}

/// Does what the file says.
fn build(context: &Path, root: &Path) -> Result<Image> {
    let text = fs::read_to_string(paths::root().join("deploy/Containerfile"))?;
    let mut image = Image::default();
    let is_step = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
    for line in text.lines().filter(is_step) {
        let (step, rest) = line.split_once(' ').context("a step says what")?;
        match step {
            "COPY" => copy(context, root, rest)?,
            "ENV" => {
                let (name, value) = rest.split_once('=').context("a variable has a value")?;
                image.variables.push((name.to_owned(), value.to_owned()));
            }
            "USER" => rest.clone_into(&mut image.user),
            "ENTRYPOINT" => image.entry = serde_json::from_str(rest)?,
            "CMD" => image.command = serde_json::from_str(rest)?,
            "HEALTHCHECK" => {
                let command = rest.split_once(" CMD ").context("a check is a command")?;
                image.health = serde_json::from_str(command.1)?;
            }
            "FROM" | "VOLUME" | "WORKDIR" | "EXPOSE" => {}
            other => bail!("{other} is a step that is not tried out"),
        }
    }
    Ok(image)
}

fn copy(context: &Path, root: &Path, words: &str) -> Result<()> {
    let mut words: Vec<&str> = words.split_whitespace().collect();
    let to = words.pop().context("a copy goes somewhere")?;
    let to = root.join(to.trim_start_matches('/'));
    fs::create_dir_all(&to)?;
    for name in words {
        let from = context.join(name);
        if from.is_file() {
            fs::copy(&from, to.join(name))?;
            continue;
        }
        for file in pack::files_below(&from)? {
            let place = to.join(file.strip_prefix(&from)?);
            fs::create_dir_all(place.parent().context("a file is in a folder")?)?;
            fs::copy(&file, place)?;
        }
    }
    Ok(())
}
