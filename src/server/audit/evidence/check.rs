//! Verifies evidence, a line at a time: the signature, the sum of each file, the chain of the
//! audit, and that plan and outcomes are those that the audit tells of.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::plan::{PlanHash, VERSION, execution_hash};
use super::signed::{Signed, bad, next_line, parsed};
use super::{AUDIT, FILES, FileSum, ITEMS_BEGIN, Manifest, OUTCOMES, PLAN, PLAN_BEGINS, archive};
use crate::domain::audit::{Act, AuditRow};
use crate::domain::time::Timestamp;
use crate::server::audit::copy::Line;
use crate::server::audit::encoding::BatchDigest;
use crate::server::audit::text::escaped;
use crate::server::audit::verify::ChainVerifier;
use crate::server::field_hash::hex;
use crate::server::store::{EvidenceItem, EvidencePlan};

/// Verifies evidence. Returns what to print.
///
/// # Errors
/// One sentence: why it proves nothing.
pub fn verify(path: &Path, trusted: Option<&str>) -> Result<String, String> {
    // What says which key and which checkpoints are expected stands at the end.
    let mut signed = Signed::default();
    walk_files(path, |name, content| signed.take(name, content))?;
    let (manifest, key_id) = signed.verified()?;
    let mut walk = ChainVerifier::from_anywhere().trusting([key_id.clone()]);
    for checkpoint in signed.checkpoints.iter().chain([&manifest.checkpoint]) {
        walk.expect(checkpoint.clone());
    }
    let mut found = Found {
        walk,
        ..Found::default()
    };
    walk_files(path, |name, content| found.take(name, content))?;
    found.check_sums(&manifest)?;
    found.check_chain(&manifest)?;
    found.check_plan(&manifest)?;
    let covered = found.check_outcomes()?;
    let what = format!(
        "Evidence of job {} ({}) of {}, made {} UTC by Sunset {}",
        manifest.number,
        manifest.job,
        manifest.authority,
        Timestamp(manifest.made_at).to_minute(),
        manifest.version
    );
    let rows = found.rows.len();
    let inside = format!(
        "{} devices reviewed, {rows} rows of the audit, the outcomes of {covered} effects on \
         record.",
        found.devices
    );
    let what = escaped(&what);
    match trusted.map(|key| key.trim().to_ascii_lowercase()) {
        Some(key) if key == key_id => Ok(format!(
            "{what}: it is as it was signed with the key {key_id}.\n{inside}"
        )),
        Some(key) => Err(format!(
            "{what}: it was signed with the key {key_id}, not with {}.",
            escaped(&key)
        )),
        None => Ok(format!(
            "{what}: consistent, but signed by a key that is not trusted: {key_id}.\n\
             {inside}\nAsk for the fingerprint on another way, and name it with --key."
        )),
    }
}

fn walk_files(
    path: &Path,
    file: impl FnMut(&str, &mut dyn Read) -> io::Result<()>,
) -> Result<(), String> {
    let opened = File::open(path).map_err(|cause| format!("The file cannot be read: {cause}."))?;
    archive::read(BufReader::new(opened), file).map_err(|cause| {
        format!(
            "This is not evidence as Sunset writes it: {}.",
            said(&cause)
        )
    })
}

fn said(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::UnexpectedEof => "it is cut off".to_owned(),
        _ => escaped(&cause.to_string()),
    }
}

/// What was found in the archive.
#[derive(Default)]
struct Found {
    sums: BTreeMap<String, FileSum>,
    plan: Option<EvidencePlan>,
    plan_hash: String,
    devices: u64,
    /// The rows of the audit that are shown, and all lines in their order.
    rows: Vec<AuditRow>,
    walk: ChainVerifier,
    /// The outcomes of each step of a call, by when they were put on record.
    outcomes: BTreeMap<(String, u32, i64), Outcomes>,
}

/// Effects that ended together.
#[derive(Default)]
struct Outcomes {
    devices: u64,
    digest: BatchDigest,
}

impl Found {
    fn take(&mut self, name: &str, content: &mut dyn Read) -> io::Result<()> {
        let mut content = BufReader::new(Summed {
            from: content,
            sum: Sha256::new(),
            bytes: 0,
        });
        match name {
            PLAN => self.take_plan(&mut content)?,
            AUDIT => self.take_audit(&mut content)?,
            OUTCOMES => self.take_outcomes(&mut content)?,
            _ => {}
        }
        io::copy(&mut content, &mut io::sink())?;
        let Summed { sum, bytes, .. } = content.into_inner();
        let sha256 = hex(&sum.finalize());
        self.sums.insert(name.to_owned(), FileSum { sha256, bytes });
        Ok(())
    }

    fn take_plan(&mut self, content: &mut impl BufRead) -> io::Result<()> {
        let first = next_line(content)?.unwrap_or_default();
        let plan = first.strip_prefix(PLAN_BEGINS);
        let plan = plan.and_then(|it| it.strip_suffix(ITEMS_BEGIN));
        let plan: EvidencePlan = parsed(plan.ok_or_else(|| bad("plan.json is another"))?)?;
        let mut hash = PlanHash::new(&plan);
        while let Some(text) = next_line(content)? {
            if text == "]}" {
                break;
            }
            hash.add(&parsed::<EvidenceItem>(text.trim_end_matches(','))?);
            self.devices += 1;
        }
        self.plan_hash = hash.finish();
        self.plan = Some(plan);
        Ok(())
    }

    fn take_audit(&mut self, content: &mut impl BufRead) -> io::Result<()> {
        while let Some(text) = next_line(content)? {
            match parsed(&text)? {
                Line::Row(row) => {
                    self.walk.row(&row);
                    self.rows.push(row);
                }
                Line::Stub { n, content } => self.walk.stub(n, &content),
                Line::Checkpoint { .. } => {}
            }
        }
        Ok(())
    }

    fn take_outcomes(&mut self, content: &mut impl Read) -> io::Result<()> {
        let mut reader = csv::Reader::from_reader(content);
        for record in reader.records() {
            let record = record.map_err(|_| bad("outcomes.csv is another"))?;
            let cell = |at: usize| record.get(at).unwrap_or_default();
            let number = |at: usize| cell(at).parse::<i64>().map_err(|_| bad("a number is none"));
            let (device, step) = (number(0)? as u32, number(2)? as u32);
            let (state, why, call) = (cell(4), cell(5), cell(6));
            if !matches!(state, "succeeded" | "skipped" | "failed") {
                continue;
            }
            let key = (call.to_owned(), step, number(7)?);
            let outcomes = self.outcomes.entry(key).or_default();
            outcomes.devices += 1;
            outcomes.digest.add(device, state, why);
        }
        Ok(())
    }

    fn check_sums(&self, manifest: &Manifest) -> Result<(), String> {
        for name in FILES {
            let found = self.sums.get(name);
            let found = found.ok_or_else(|| format!("{name} is missing."))?;
            if manifest.files.get(name) != Some(found) {
                return Err(format!("{name} was changed: its checksum does not match."));
            }
        }
        Ok(())
    }

    /// Whether the rows are a chain that ends at the signed checkpoint.
    fn check_chain(&mut self, manifest: &Manifest) -> Result<(), String> {
        let walk = std::mem::take(&mut self.walk);
        let (broken, walk) = walk.finish();
        if let Some(first) = broken.first() {
            return Err(format!("The audit: {}", escaped(&first.to_string())));
        }
        if walk.signed_until != manifest.checkpoint.n {
            return Err("The audit: its end is not signed.".to_owned());
        }
        Ok(())
    }

    /// Whether the plan is the one whose start is in the audit.
    fn check_plan(&self, manifest: &Manifest) -> Result<(), String> {
        let plan = self.plan.as_ref().ok_or("plan.json is missing.")?;
        if plan.id != manifest.job || plan.number != manifest.number {
            return Err("The plan is that of another job.".to_owned());
        }
        if plan.hash_version != VERSION {
            return Ok(());
        }
        if self.plan_hash != plan.plan_hash || execution_hash(plan) != plan.execution_hash {
            return Err("The plan is not what was reviewed: its hash does not match.".to_owned());
        }
        let starts = [Act::JobStarted.as_str(), Act::JobRetried.as_str()];
        let started = self
            .rows
            .iter()
            .find(|row| starts.contains(&row.action.as_str()) && row.target == plan.id);
        let started = started.ok_or("The audit does not tell who started the job.")?;
        let detail = detail_of(started);
        if detail["plan_hash"] != plan.plan_hash.as_str()
            || detail["execution_hash"] != plan.execution_hash.as_str()
            || started.actor != plan.operator
        {
            return Err("The plan is not the one that was started.".to_owned());
        }
        Ok(())
    }

    /// Whether the outcomes are those that the audit has digests of. Returns of how many.
    fn check_outcomes(&mut self) -> Result<u64, String> {
        let mut digests: HashMap<(String, u32), HashSet<String>> = HashMap::new();
        let mut settled: HashMap<(String, u32, i64), u64> = HashMap::new();
        for row in &self.rows {
            if row.action != Act::JobBatch.as_str() {
                continue;
            }
            let detail = detail_of(row);
            let call = detail["call"].as_str().unwrap_or_default().to_owned();
            let step = detail["step"].as_u64().unwrap_or_default() as u32;
            let digest = detail["digest"].as_str().unwrap_or_default();
            let at = detail["finished_at"].as_i64().unwrap_or_default();
            let devices = detail["settled"].as_u64().unwrap_or_default();
            let of_call = digests.entry((call.clone(), step)).or_default();
            of_call.insert(digest.to_owned());
            *settled.entry((call, step, at)).or_default() += devices;
        }
        let mut covered = 0;
        for (key, outcomes) in std::mem::take(&mut self.outcomes) {
            let of_call = digests.get(&(key.0.clone(), key.1));
            let digest = outcomes.digest.finish();
            if of_call.is_some_and(|of_call| of_call.contains(&digest)) {
                covered += outcomes.devices;
                continue;
            }
            // Some of them were settled anew later, and are in another batch. What no call
            // was made for was skipped when the job began.
            let before = settled.get(&key).copied().unwrap_or_default();
            let is_known = key.0.is_empty() || outcomes.devices < before;
            if !is_known {
                return Err(format!(
                    "The outcomes of the call {} are not those that the audit has on record.",
                    escaped(&key.0)
                ));
            }
        }
        Ok(covered)
    }
}

fn detail_of(row: &AuditRow) -> serde_json::Value {
    serde_json::from_str(&row.detail).unwrap_or_default()
}

/// Content on its way, with its sum.
struct Summed<R> {
    from: R,
    sum: Sha256,
    bytes: u64,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.sum.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}
