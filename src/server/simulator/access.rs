//! Who may do what: access tokens, their scopes, and what each method asks for.

use std::collections::HashMap;

use axum::http::{HeaderMap, header};
use uuid::Uuid;

use super::World;
use super::failure::Failure;
use super::settings::{ORG_UNITS, READ, WRITE};
use crate::domain::time::Timestamp;

#[derive(Debug, Default)]
pub struct Access {
    tokens: HashMap<String, Granted>,
}

#[derive(Debug)]
struct Granted {
    scopes: Vec<String>,
    until: Timestamp,
    /// It stands for the service account itself.
    is_itself: bool,
}

impl Access {
    /// A new access token for these scopes.
    pub fn grant(&mut self, scopes: Vec<String>, until: Timestamp, is_itself: bool) -> String {
        let token = format!("ya29.{}", Uuid::new_v4().simple());
        let granted = Granted {
            scopes,
            until,
            is_itself,
        };
        self.tokens.insert(token.clone(), granted);
        token
    }

    /// No token that was given out is good any more.
    pub fn forget(&mut self) {
        self.tokens.clear();
    }
}

impl World {
    /// # Errors
    /// The call may not be made with this token, or not by its subject.
    pub(super) fn check_access(&self, method: &str, headers: &HeaderMap) -> Result<(), Failure> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let granted = token
            .and_then(|token| self.access.tokens.get(token))
            .filter(|granted| Timestamp::now() < granted.until)
            .ok_or_else(Failure::unauthorized)?;
        let enough: &[&str] = match method {
            "orgunits.list" | "orgunits.get" => &[ORG_UNITS],
            // Its own scope is not delegated to anybody here.
            "customers.get" => &[ORG_UNITS, READ, WRITE],
            "list" | "get" | "countChromeOsDevices" | "commands.get" => &[READ, WRITE],
            _ => &[WRITE],
        };
        if !granted
            .scopes
            .iter()
            .any(|scope| enough.contains(&scope.as_str()))
        {
            return Err(Failure::scope());
        }
        if self.settings.no_rights || granted.is_itself && !self.settings.own_role {
            return Err(Failure::forbidden());
        }
        Ok(())
    }
}
