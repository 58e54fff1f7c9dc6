//! A console with operators: pages of somebody who may see 300 org units, and the sign-in of
//! the owner of an account while others guess its password.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sunset::domain::filter::DeviceFilter;
use sunset::server::Scoped;
use sunset::server::store::Database;
use tokio::task::block_in_place;
use totp_rs::{Builder, Secret};

use crate::guesses;
use crate::report::row;
use crate::server::{Server, program, url};
use crate::setting::Setting;

/// Org units of the one who may see few.
const UNITS: usize = 300;

const PASSWORD: &str = "four small green lamps";

/// Org units all over the fleet, as many as are measured with.
pub async fn some_units(setting: &Setting) -> Vec<String> {
    let who = Scoped::at_this_computer();
    let (inventory, every) = (&setting.app.inventory, DeviceFilter::default());
    let facets = inventory.facets(&who, &every, true).await;
    let listed = facets.expect("it answers").org_units.listed;
    let all: Vec<String> = listed.into_iter().map(|it| it.value).collect();
    let deepest = all.iter().filter(|path| {
        let below = format!("{path}/");
        !all.iter().any(|other| other.starts_with(&below))
    });
    let deepest: Vec<&String> = deepest.collect();
    let step = (deepest.len() / UNITS).max(1);
    let some = deepest.into_iter().step_by(step).take(UNITS);
    some.cloned().collect()
}

/// Measures the program named by `SUNSET_BENCH_SERVER`, if there is one. `combined` is a filter
/// by three things at once. From here on nobody is served without an account.
pub async fn measure(database: &Database, units: &[String], combined: &str) {
    let Some(chief) = invite(database, "chief", &["--admin".to_owned()]) else {
        return;
    };
    let roles: Vec<String> = units
        .iter()
        .map(|unit| format!("--role=viewer:{unit}"))
        .collect();
    let few = invite(database, "few", &roles).expect("there is a program");
    let Some(server) = Server::start_for_operators(database) else {
        return;
    };
    let mut chief = block_in_place(|| Account::set_up(&server, "chief", &chief));
    let few = block_in_place(|| Account::set_up(&server, "few", &few));
    block_in_place(|| pages(&server, &chief, &few, units.len(), combined));
    guesses::measure(server, &mut chief).await;
}

/// Pages beside the same pages of somebody who may see everything.
fn pages(server: &Server, chief: &Account, few: &Account, units: usize, combined: &str) {
    // More filters than answers are kept, so each is answered anew.
    let anew = |n| format!("/devices?{combined}&status=NOBODY_{n}");
    let pages: [(&str, Vec<String>); 2] = [
        ("whole first page", vec!["/devices".to_owned()]),
        (
            "whole page, status, model and org unit",
            (0..12).map(anew).collect(),
        ),
    ];
    for (work, paths) in &pages {
        let median = |who: &Account| {
            let get = |n: usize| server.get_with(&paths[n % paths.len()], &who.cookie);
            let mut times: Vec<Duration> = (0..40).map(get).collect();
            times.sort();
            times[20]
        };
        let whole = median(chief);
        let name = format!("{work}, {units} org units beside all");
        row(&name, median(few), whole);
    }
}

/// The path of a link to set up an account; `None` if there is no program.
fn invite(database: &Database, login: &str, roles: &[String]) -> Option<String> {
    let output = program()?
        .args(["operator", "create", "--database", &url(database)])
        .args(roles)
        .arg(login)
        .output()
        .expect("the program starts");
    let message = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, link) = message.split_once("/set-up/").unwrap_or_else(|| {
        let why = String::from_utf8_lossy(&output.stderr);
        panic!("no link: {message}{why}")
    });
    let link = link.split_whitespace().next().unwrap_or_default();
    Some(format!("/set-up/{link}"))
}

/// Somebody with a session.
#[derive(Clone)]
pub struct Account {
    login: String,
    secret: String,
    cookie: String,
}

impl Account {
    fn set_up(server: &Server, login: &str, link: &str) -> Self {
        let page = server.page(link);
        let secret = page
            .split_once("class=\"entrance__key\">")
            .and_then(|(_, rest)| rest.split_once("</code>"))
            .expect("the page shows the secret")
            .0
            .replace(' ', "");
        let mut account = Self {
            login: login.to_owned(),
            secret,
            cookie: String::new(),
        };
        let code = account.code(-1);
        let fields = [("new", PASSWORD), ("repeated", PASSWORD), ("code", &code)];
        let answer = server.form(link, "", &fields).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        account.keep_cookies(&answer);
        account
    }

    /// Signs in with the code of so many half minutes from now. Each is good once.
    pub fn sign_in(&mut self, server: &Server, step: i64) -> Duration {
        let begun = Instant::now();
        let answer = self.try_to_sign_in(server, step).expect("it answers");
        let took = begun.elapsed();
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
        self.keep_cookies(&answer);
        took
    }

    /// Tries until it is answered. Returns how long that took, and how many tries.
    pub fn sign_in_at_last(&mut self, server: &Server, step: i64) -> (Duration, usize) {
        let begun = Instant::now();
        for tries in 1.. {
            if let Some(answer) = self.try_to_sign_in(server, step) {
                assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
                return (begun.elapsed(), tries);
            }
        }
        unreachable!("it is tried without end")
    }

    fn try_to_sign_in(&self, server: &Server, step: i64) -> Option<String> {
        let code = self.code(step);
        let fields = [
            ("login", self.login.as_str()),
            ("password", PASSWORD),
            ("code", &code),
        ];
        server.form("/sign-in", &self.cookie, &fields)
    }

    fn keep_cookies(&mut self, answer: &str) {
        let head = answer.split("\r\n\r\n").next().unwrap_or_default();
        let cookies = head.lines().filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("set-cookie")
                .then(|| value.split(';').next().unwrap_or_default())
        });
        let mut kept: BTreeMap<&str, &str> = self
            .cookie
            .split("; ")
            .chain(cookies)
            .filter_map(|pair| pair.split_once('='))
            .collect();
        kept.retain(|_, value| !value.is_empty());
        let pairs: Vec<String> = kept
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        self.cookie = pairs.join("; ");
    }

    /// What their authenticator shows so many half minutes from now.
    fn code(&self, steps: i64) -> String {
        let secret = Secret::try_from_base32(&self.secret).expect("it is base 32");
        let totp = Builder::new()
            .with_secret(secret)
            .build()
            .expect("it is long enough");
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.expect("the clock is right").as_secs();
        let at = now.checked_add_signed(30 * steps);
        totp.generate(at.expect("the clock is right")).to_string()
    }
}
