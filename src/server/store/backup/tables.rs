//! Lists the tables of a copy in the order in which they can be filled. Both databases have
//! the same tables and columns.

use std::collections::BTreeSet;

use sqlx::SqliteConnection;

use super::BackupError;

/// Rows per statement.
pub(super) const ROWS: usize = 1000;

/// A table of ours.
pub(super) struct Table {
    pub name: String,
    pub columns: Vec<String>,
}

impl Table {
    /// The columns, separated by commas. `write` gets the position and name of each.
    pub fn columns(&self, write: impl Fn(usize, &str) -> String) -> String {
        let columns = self.columns.iter().enumerate();
        let written: Vec<String> = columns.map(|(place, name)| write(place, name)).collect();
        written.join(", ")
    }
}

/// Quotes a name, which may be a keyword of SQL.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// All tables except the list of migrations. A table comes after those it references.
pub(super) async fn tables(copy: &mut SqliteConnection) -> Result<Vec<Table>, BackupError> {
    const TABLES: &str = "
        SELECT name FROM sqlite_schema
        WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
            AND name <> '_sqlx_migrations'
        ORDER BY rowid";
    const PARENTS: &str = "SELECT \"table\" FROM pragma_foreign_key_list($1)";
    const COLUMNS: &str = "SELECT name FROM pragma_table_info($1) ORDER BY cid";
    let names: Vec<String> = sqlx::query_scalar(TABLES).fetch_all(&mut *copy).await?;
    let mut waiting = Vec::new();
    for name in names {
        let parents: Vec<String> = sqlx::query_scalar(PARENTS)
            .bind(&name)
            .fetch_all(&mut *copy)
            .await?;
        let columns: Vec<String> = sqlx::query_scalar(COLUMNS)
            .bind(&name)
            .fetch_all(&mut *copy)
            .await?;
        waiting.push((Table { name, columns }, parents));
    }
    let mut done = BTreeSet::new();
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let is_ready = |(table, parents): &(Table, Vec<String>)| {
            let mut others = parents.iter().filter(|parent| **parent != table.name);
            others.all(|parent| done.contains(parent))
        };
        let (ready, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_ready);
        if ready.is_empty() {
            return Err(BackupError::Damaged(
                "its tables refer in a circle".to_owned(),
            ));
        }
        for (table, _) in ready {
            done.insert(table.name.clone());
            ordered.push(table);
        }
        waiting = rest;
    }
    Ok(ordered)
}
