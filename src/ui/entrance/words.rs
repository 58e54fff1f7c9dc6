//! The texts of the pages to sign in, to set up an account, of the account, and of the operators.

use crate::domain::number::counted;
use crate::domain::permission::{Grant, Role};
pub use crate::ui::audit::words::AUDIT;
pub use crate::ui::words::SIGN_OUT;

// Signing in.
pub const SIGN_IN: &str = "Sign in";
pub const SIGN_IN_TITLE: &str = "Sign in to Sunset";
pub const LOGIN: &str = "Login";
pub const PASSWORD: &str = "Password";
pub const CONFIRM_TITLE: &str = "Confirm that it is you";
pub const CONFIRM: &str = "Confirm";

/// The link that leads to the identity provider.
pub fn sign_in_with(provider: &str) -> String {
    format!("Sign in with {provider}")
}

pub const CODE: &str = "Code";
pub const CODE_HINT: &str = "Six digits from your authenticator app, or a recovery code.";

// Setting up.
pub const SET_UP_TITLE: &str = "Set up your account";
pub const SET_UP: &str = "Set up account";
pub const NEW_PASSWORD: &str = "New password";
pub const NEW_PASSWORD_HINT: &str = "At least 12 characters, such as four words.";
pub const REPEAT_PASSWORD: &str = "Repeat the new password";
pub const AUTHENTICATOR: &str = "Authenticator app";
pub const SCAN: &str = "Scan this with an authenticator app on your phone:";
pub const QR_CODE: &str = "QR code of the key below";
pub const OR_TYPE: &str = "Or type this key into it:";
pub const SHOWN_CODE: &str = "Code that the app shows";
pub const NO_LINK_TITLE: &str = "Link not valid";
pub const TO_SIGN_IN: &str = "Go to sign in";

// The first operator.
pub const FIRST_TITLE: &str = "Make the first operator";
pub const FIRST_WHY: &str = "Nobody can sign in to this Sunset yet. The first operator is its \
                             administrator, who invites all others. Choose a login, such as your \
                             e-mail address.";
pub const CONTINUE_TO_SET_UP: &str = "Continue";

// That somebody was reset.
pub const RESET_BANNER: &str = "Operators who were reset";
pub const RESET_UNEXPECTED: &str = "If nobody knows why, look at who may use the server.";

pub fn was_reset(login: &str) -> String {
    format!("The operator {login} was reset on the server on")
}

// Recovery codes.
pub const CODES_TITLE: &str = "Keep your recovery codes";
pub const CODES_WHY: &str = "If you lose your phone, each of these codes signs you in once in place \
                             of the app's. They are not shown again: print them, or write them \
                             down, and keep them where your phone is not.";
pub const CONTINUE: &str = "Continue to Sunset";

// The account.
pub const ACCOUNT: &str = "Account";
pub const SIGNED_IN_AS: &str = "Signed in as ";
pub const BACK: &str = "Back to Sunset";
pub const SESSIONS: &str = "Where you are signed in";
pub const BROWSER: &str = "Browser";
pub const ADDRESS: &str = "Address";
pub const SINCE: &str = "Signed in";
pub const LAST_USED: &str = "Last used";
pub const ACTION: &str = "Action";
pub const THIS_BROWSER: &str = "This browser";
pub const END_SESSION: &str = "Sign out there";
pub const END_OTHERS: &str = "Sign out everywhere else";
pub const CHANGE_PASSWORD: &str = "Change password";
pub const CHANGE_PASSWORD_HINT: &str =
    "You stay signed in here and are signed out everywhere else.";
pub const PRESENT_PASSWORD: &str = "Present password";
pub const PASSWORD_CHANGED: &str = "Your password is changed.";

/// The name of a button that ends one session of several.
pub fn end_session_of(browser: &str) -> String {
    format!("{END_SESSION}: {browser}")
}

// API tokens.
pub const TOKENS: &str = "API tokens";
pub const TOKENS_HINT: &str = "A script that shows a token may see and export what you may see, \
     and refresh the cache. It can change no device. What it can ask for is in /api/v1/openapi.json.";
pub const TOKEN_ONCE: &str = "Copy the token now: it is not shown again.";
pub const TOKEN_NAME: &str = "Name";
pub const TOKEN_CREATED: &str = "Created";
pub const TOKEN_ENDS: &str = "Valid until";
pub const TOKEN_DAYS: &str = "Valid for";
pub const CREATE_TOKEN: &str = "Create token";
pub const REVOKE_TOKEN: &str = "Revoke";
pub const TOKEN_CREATED_DONE: &str = "The token is created.";
pub const TOKEN_REVOKED: &str = "The token is revoked.";
pub const TOKEN_SIGN_IN_FIRST: &str = "Give your password and code once more to create a token.";
pub const NEVER: &str = "Never";

pub fn days(days: u32) -> String {
    format!("{days} days")
}

/// The name of a button that revokes one token of several.
pub fn revoke_token_of(name: &str) -> String {
    format!("{REVOKE_TOKEN}: {name}")
}

// The operators.
pub const OPERATORS: &str = "Operators";
pub const WHO_THERE_IS: &str = "All operators";
pub const STATE: &str = "State";
pub const ROLES: &str = "Roles";
pub const NO_ROLE: &str = "No role";
pub const INVITE: &str = "Invite an operator";
pub const NEW_LINK: &str = "New link";
pub const INVITE_AGAIN: &str = "Invite again";
pub const SIGNS_IN: &str = "Signs in";
pub const BY_LINK: &str = "With a password, by a link that you send them";
pub const BY_SSO: &str = "(single sign-on)";
pub const WAYS_HINT: &str = "With single sign-on, the login is their e-mail address.";
pub const SIGN_OUT_EVERYWHERE: &str = "Sign out everywhere";
pub const DISABLE: &str = "Disable";
pub const CHANGE_ROLES: &str = "Change roles";
pub const SAVE_ROLES: &str = "Save roles";
pub const SEES_DEVICES_IN: &str = "Sees devices and jobs in";
pub const RUNS_JOBS_IN: &str = "Runs jobs in";
pub const ORG_UNITS_HINT: &str = "One org unit in a line, such as /Schools/North, with all below it. \
                                  A single / is everywhere. Empty is nowhere.";
pub const SEND_LINK: &str = "Send them this link yourself. It works once, within 24 hours, and is \
                             not shown again.";
pub const ON_THE_SERVER: &str = "The roles eraser, approver and administrator are given on the \
                                 server, with sunset operator roles, and somebody who has lost \
                                 password and phone is reset there.";
pub const NO_OPERATORS: &str = "There are no operators yet. On the server, run: sunset operator \
                                create --admin LOGIN";
pub const SIGN_IN_FIRST: &str = "Sign in again to manage operators.";

pub const STOP_ALL: &str = "Stop all jobs";
pub const STOP_ALL_HINT: &str = "Devices whose turn has not come are not attempted. What is done \
                                 stays done.";

pub fn jobs_stopped(jobs: u64) -> String {
    match jobs {
        0 => "No job was running.".to_owned(),
        1 => "1 job is stopped.".to_owned(),
        jobs => format!("{jobs} jobs are stopped."),
    }
}

/// A role, and where it counts.
pub fn grant(grant: &Grant) -> String {
    let role = match grant.role {
        Role::Viewer => "Viewer",
        Role::Operator => "Operator",
        Role::Eraser => "Eraser",
        Role::Approver => "Approver",
        Role::Administrator => "Administrator",
    };
    match grant.org_unit.as_str() {
        "/" => role.to_owned(),
        org_unit => format!("{role} in {org_unit}"),
    }
}

pub fn state(word: &str) -> &'static str {
    match word {
        "active" => "Active",
        "invited" => "Invited",
        _ => "Disabled",
    }
}

pub fn invited(login: &str) -> String {
    format!("{login} is invited")
}

/// Who was invited signs in with the identity provider.
pub fn invited_by_email(login: &str, provider: &str) -> String {
    format!("{login} is invited, and signs in with {provider} within 7 days.")
}

pub fn by_provider(provider: &str) -> String {
    format!("With {provider}")
}

/// What the button is called by which somebody is invited again.
pub fn invite_again_short(is_sso: bool) -> &'static str {
    match is_sso {
        true => INVITE_AGAIN,
        false => NEW_LINK,
    }
}

pub fn invite_again(login: &str, is_sso: bool) -> String {
    match is_sso {
        true => format!("{INVITE_AGAIN}: {login}"),
        false => format!("{NEW_LINK} for {login}"),
    }
}

pub fn sign_out(login: &str) -> String {
    format!("Sign {login} out everywhere")
}

/// By what somebody has access at this moment.
pub fn access(sessions: u32, tokens: u32) -> String {
    let sessions = counted(sessions.into(), "session", "sessions");
    match tokens {
        0 => sessions,
        _ => format!(
            "{sessions}, {}",
            counted(tokens.into(), "API token", "API tokens")
        ),
    }
}

pub fn signed_out(login: &str) -> String {
    format!("{login} is signed out everywhere, and their API tokens are revoked.")
}

pub fn disable(login: &str) -> String {
    format!("{DISABLE} {login}")
}

pub fn change_roles(login: &str) -> String {
    format!("{CHANGE_ROLES} of {login}")
}

pub fn roles_changed(login: &str) -> String {
    format!("{login} has other roles now, and signs in again.")
}

pub fn disabled(login: &str) -> String {
    format!("{login} is disabled, and their jobs are paused.")
}
