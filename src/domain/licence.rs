//! Licences, and what deprovisioning does to them (DOMAIN.md 2.5).
//!
//! The directory publishes no licence pool, so this is a forecast by rule. Each
//! forecast says whether Google documents it or we infer it.

use serde::{Deserialize, Serialize};

use super::number;
use super::reason::DeprovisionReason;

/// The `deviceLicenseType` of a device.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(from = "String", into = "String")]
pub enum LicenceType {
    /// Comes with the hardware: Chrome Enterprise device.
    EnterpriseBundled,
    /// Comes with the hardware: Chrome Education device.
    EducationBundled,
    EnterprisePerpetual,
    EnterpriseFixedTerm,
    EducationPerpetual,
    EducationFixedTerm,
    Kiosk,
    /// None, or one that the directory does not name.
    #[default]
    Unspecified,
}

impl LicenceType {
    pub const ALL: [Self; 8] = [
        Self::EnterpriseBundled,
        Self::EducationBundled,
        Self::EnterprisePerpetual,
        Self::EnterpriseFixedTerm,
        Self::EducationPerpetual,
        Self::EducationFixedTerm,
        Self::Kiosk,
        Self::Unspecified,
    ];

    /// The directory's word, which is also what the database and the URL hold.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EnterpriseBundled => "enterprise",
            Self::EducationBundled => "education",
            Self::EnterprisePerpetual => "enterpriseUpgradePerpetual",
            Self::EnterpriseFixedTerm => "enterpriseUpgradeFixedTerm",
            Self::EducationPerpetual => "educationUpgradePerpetual",
            Self::EducationFixedTerm => "educationUpgradeFixedTerm",
            Self::Kiosk => "kioskUpgrade",
            Self::Unspecified => "deviceLicenseTypeUnspecified",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::EnterpriseBundled => "Enterprise, bundled",
            Self::EducationBundled => "Education, bundled",
            Self::EnterprisePerpetual => "Enterprise Upgrade, perpetual",
            Self::EnterpriseFixedTerm => "Enterprise Upgrade, fixed term",
            Self::EducationPerpetual => "Education Upgrade, perpetual",
            Self::EducationFixedTerm => "Education Upgrade, fixed term",
            Self::Kiosk => "Kiosk & Signage Upgrade",
            Self::Unspecified => "Not stated",
        }
    }
}

/// Of the deprecated words, Google describes `enterpriseUpgrade` as annual and
/// `educationUpgrade` as perpetual. Any other word is [`LicenceType::Unspecified`].
impl From<&str> for LicenceType {
    fn from(word: &str) -> Self {
        match word {
            "enterpriseUpgrade" => Self::EnterpriseFixedTerm,
            "educationUpgrade" => Self::EducationPerpetual,
            _ => Self::ALL
                .into_iter()
                .find(|known| known.as_str() == word)
                .unwrap_or(Self::Unspecified),
        }
    }
}

impl From<String> for LicenceType {
    fn from(word: String) -> Self {
        Self::from(word.as_str())
    }
}

impl From<LicenceType> for String {
    fn from(licence: LicenceType) -> Self {
        licence.as_str().to_owned()
    }
}

/// What becomes of a device's licence when it is deprovisioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LicenceEffect {
    ReturnsToPool,
    /// Used up: it does not come back and cannot be moved.
    Spent,
    /// It moves to another device if this one runs ChromeOS Flex, which is not known.
    MovesFromFlexOnly,
    /// Bundled with the hardware: it never was in a pool.
    StaysWithDevice,
    NotKnown,
}

impl LicenceEffect {
    /// `5 licences return to your pool`.
    pub fn counted(self, count: u64) -> String {
        let (one, many) = match self {
            Self::ReturnsToPool => (
                "licence returns to your pool",
                "licences return to your pool",
            ),
            Self::Spent => (
                "licence is used up and does not return",
                "licences are used up and do not return",
            ),
            Self::MovesFromFlexOnly => (
                "licence moves only if its device runs ChromeOS Flex, and is used up if not",
                "licences move only if their devices run ChromeOS Flex, and are used up if not",
            ),
            Self::StaysWithDevice => (
                "licence is bundled and ends with its device",
                "licences are bundled and end with their devices",
            ),
            Self::NotKnown => (
                "licence whose fate cannot be told from here",
                "licences whose fate cannot be told from here",
            ),
        };
        number::counted(count, one, many)
    }
}

/// Forecasts the licence's fate. The flag is true where Google documents it and
/// false where we infer it.
pub fn licence_effect(licence: LicenceType, reason: DeprovisionReason) -> (LicenceEffect, bool) {
    use DeprovisionReason as R;
    use LicenceType as L;

    match (licence, reason) {
        (L::EnterpriseBundled | L::EducationBundled, R::UpgradeTransfer) => {
            (LicenceEffect::NotKnown, false)
        }
        (L::EnterpriseBundled | L::EducationBundled, _) => (LicenceEffect::StaysWithDevice, true),
        (L::EnterprisePerpetual | L::EducationPerpetual, R::SameModelReplacement) => {
            (LicenceEffect::ReturnsToPool, true)
        }
        (L::EnterprisePerpetual | L::EducationPerpetual, R::UpgradeTransfer) => {
            (LicenceEffect::MovesFromFlexOnly, false)
        }
        (L::EnterprisePerpetual | L::EducationPerpetual, _) => (LicenceEffect::Spent, true),
        (L::EnterpriseFixedTerm | L::EducationFixedTerm, R::SameModelReplacement) => {
            (LicenceEffect::ReturnsToPool, true)
        }
        (L::Kiosk, R::UpgradeTransfer) | (L::Unspecified, _) => (LicenceEffect::NotKnown, false),
        (L::EnterpriseFixedTerm | L::EducationFixedTerm | L::Kiosk, _) => {
            (LicenceEffect::ReturnsToPool, false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_same_model_replacement_frees_a_perpetual_licence_for_sure() {
        for licence in [
            LicenceType::EnterprisePerpetual,
            LicenceType::EducationPerpetual,
        ] {
            let effect = |reason| licence_effect(licence, reason);
            assert_eq!(
                effect(DeprovisionReason::SameModelReplacement),
                (LicenceEffect::ReturnsToPool, true)
            );
            assert_eq!(
                effect(DeprovisionReason::RetiringDevice),
                (LicenceEffect::Spent, true)
            );
            assert_eq!(
                effect(DeprovisionReason::DifferentModelReplacement),
                (LicenceEffect::Spent, true)
            );
        }
    }

    #[test]
    fn no_licence_is_promised_for_a_transfer_from_what_may_not_be_flex() {
        let effect = licence_effect(
            LicenceType::EducationPerpetual,
            DeprovisionReason::UpgradeTransfer,
        );
        assert_eq!(effect, (LicenceEffect::MovesFromFlexOnly, false));
    }

    #[test]
    fn a_bundled_licence_is_never_transferred() {
        for reason in DeprovisionReason::ALL {
            let (effect, _) = licence_effect(LicenceType::EducationBundled, reason);
            assert_ne!(effect, LicenceEffect::ReturnsToPool);
        }
    }

    #[test]
    fn the_deprecated_enterprise_upgrade_is_annual_and_returns_to_the_pool() {
        let licence = LicenceType::from("enterpriseUpgrade");
        let effect = licence_effect(licence, DeprovisionReason::RetiringDevice);
        assert_eq!(effect, (LicenceEffect::ReturnsToPool, false));
    }

    #[test]
    fn deprecated_words_are_understood() {
        assert_eq!(
            LicenceType::from("educationUpgrade"),
            LicenceType::EducationPerpetual
        );
        assert_eq!(LicenceType::from("something new"), LicenceType::Unspecified);
    }
}
