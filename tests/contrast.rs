//! Every pair of colours that is read together can be read, in light and in dark.
//!
//! The pairs are those of `style/tokens.css`; the formula is WCAG 2.2's.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::collections::HashMap;

type Rgb = [f64; 3];

/// Text on its background, at least 4.5 to 1.
const TEXT: &[(&str, &str)] = &[
    ("text", "bg"),
    ("text", "surface"),
    ("text", "head"),
    ("text", "hover"),
    ("text", "selected"),
    ("text", "warning-tint"),
    ("text", "danger-tint"),
    ("text-muted", "bg"),
    ("text-muted", "surface"),
    ("text-muted", "head"),
    ("text-muted", "selected"),
    ("accent", "bg"),
    ("accent", "surface"),
    ("accent", "hover"),
    ("accent", "selected"),
    ("on-accent", "accent"),
    ("danger", "surface"),
    ("danger", "danger-tint"),
    ("on-danger", "danger-button"),
    ("success", "surface"),
    ("success", "success-tint"),
    ("warning", "surface"),
    ("warning", "warning-tint"),
    ("snackbar-text", "snackbar"),
    ("snackbar-action", "snackbar"),
];

/// Edges of what can be used, and signs, at least 3 to 1.
const EDGES: &[(&str, &str)] = &[
    ("control-border", "surface"),
    ("control-border", "bg"),
    ("control-border", "selected"),
    ("accent", "head"),
    ("danger", "surface"),
];

#[test]
fn every_pair_can_be_read_in_both_themes() {
    let tokens = tokens(include_str!("../style/tokens.css"));
    let mut weak = Vec::new();
    for (pairs, least) in [(TEXT, 4.5), (EDGES, 3.0)] {
        for (front, back) in pairs {
            for (theme, name) in ["light", "dark"].iter().enumerate() {
                let ratio = contrast(tokens[*front][theme], tokens[*back][theme]);
                if ratio < least {
                    weak.push(format!("{front} on {back}, {name}: {ratio:.2} < {least}"));
                }
            }
        }
    }
    assert!(weak.is_empty(), "{}", weak.join("\n"));
}

/// Every `--color-NAME` with its light and its dark value.
fn tokens(css: &str) -> HashMap<&str, [Rgb; 2]> {
    let declarations = css.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("--color-")?.split_once(": ")?;
        let hex: Vec<Rgb> = value.split('#').skip(1).map(rgb).collect();
        Some((name, [*hex.first()?, *hex.last()?]))
    });
    declarations.collect()
}

fn rgb(hex: &str) -> Rgb {
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0)
}

fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: Rgb) -> f64 {
    let [r, g, b] = colour.map(|part| {
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}
