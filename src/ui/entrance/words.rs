//! The texts of the pages to sign in, to set up an account, and of the account.

pub use crate::ui::words::SIGN_OUT;

// Signing in.
pub const SIGN_IN: &str = "Sign in";
pub const SIGN_IN_TITLE: &str = "Sign in to Sunset";
pub const LOGIN: &str = "Login";
pub const PASSWORD: &str = "Password";
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
