//! Licenses, and what deprovisioning does to them.
//!
//! The directory publishes no license pool, so this is a forecast by rule. Each
//! forecast says whether Google documents it or we infer it.

use serde::{Deserialize, Serialize};

use super::reason::DeprovisionReason;
use crate::domain::chrome_os::OsType;
use crate::domain::number;

/// The `deviceLicenseType` of a device.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(from = "String", into = "String")]
pub enum LicenseType {
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

impl LicenseType {
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
/// `educationUpgrade` as perpetual. Any other word is [`LicenseType::Unspecified`].
impl From<&str> for LicenseType {
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

impl From<String> for LicenseType {
    fn from(word: String) -> Self {
        Self::from(word.as_str())
    }
}

impl From<LicenseType> for String {
    fn from(license: LicenseType) -> Self {
        license.as_str().to_owned()
    }
}

/// What becomes of a device's license when it is deprovisioned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LicenseEffect {
    ReturnsToPool,
    /// Used up: it does not come back and cannot be moved.
    Spent,
    /// It can move to the device that replaces this one, within a year.
    Moves,
    /// It moves to another device if this one runs ChromeOS Flex, which is not known.
    MovesFromFlexOnly,
    /// Bundled with the hardware: it never was in a pool.
    StaysWithDevice,
    NotKnown,
}

impl LicenseEffect {
    /// `5 licenses return to your pool`.
    pub fn counted(self, count: u64) -> String {
        let (one, many) = match self {
            Self::ReturnsToPool => (
                "license returns to your pool",
                "licenses return to your pool",
            ),
            Self::Spent => (
                "license is consumed and doesn't return to your pool",
                "licenses are consumed and don't return to your pool",
            ),
            Self::Moves => (
                "license can move to the replacement within a year",
                "licenses can move to their replacements within a year",
            ),
            Self::MovesFromFlexOnly => (
                "license moves only if its device runs ChromeOS Flex, and is consumed if not",
                "licenses move only if their devices run ChromeOS Flex, and are consumed if not",
            ),
            Self::StaysWithDevice => (
                "license is bundled with its device and ends with it",
                "licenses are bundled with their devices and end with them",
            ),
            Self::NotKnown => (
                "license effect can't be determined",
                "license effects can't be determined",
            ),
        };
        number::counted(count, one, many)
    }

    /// `5 return`: where there is no room for a sentence.
    pub fn in_short(self, count: u64) -> String {
        let (one, many) = match self {
            Self::ReturnsToPool => ("returns", "return"),
            Self::Spent => ("consumed", "consumed"),
            Self::Moves | Self::MovesFromFlexOnly => ("can move", "can move"),
            Self::StaysWithDevice => ("ends with its device", "end with their devices"),
            Self::NotKnown => ("unknown", "unknown"),
        };
        number::counted(count, one, many)
    }
}

/// Eligible devices of a plan that are alike in what becomes of their licenses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenseGroup {
    pub license: LicenseType,
    #[serde(default)]
    pub os_type: OsType,
    pub devices: u64,
}

/// Forecasts what happens to the license. The flag is true where Google documents it and
/// false where we infer it.
pub fn license_effect(
    license: LicenseType,
    os_type: OsType,
    reason: DeprovisionReason,
) -> (LicenseEffect, bool) {
    use DeprovisionReason as R;
    use LicenseType as L;

    match (license, reason) {
        (L::EnterpriseBundled | L::EducationBundled, R::UpgradeTransfer)
            if os_type != OsType::ChromeOs =>
        {
            (LicenseEffect::NotKnown, false)
        }
        (L::EnterpriseBundled | L::EducationBundled, _) => (LicenseEffect::StaysWithDevice, true),
        (L::EnterprisePerpetual | L::EducationPerpetual, R::SameModelReplacement) => {
            (LicenseEffect::ReturnsToPool, true)
        }
        (L::EnterprisePerpetual | L::EducationPerpetual, R::UpgradeTransfer) => match os_type {
            OsType::Flex => (LicenseEffect::Moves, true),
            OsType::ChromeOs => (LicenseEffect::Spent, false),
            OsType::Unknown => (LicenseEffect::MovesFromFlexOnly, false),
        },
        (L::EnterprisePerpetual | L::EducationPerpetual, _) => (LicenseEffect::Spent, true),
        (L::EnterpriseFixedTerm | L::EducationFixedTerm, R::SameModelReplacement) => {
            (LicenseEffect::ReturnsToPool, true)
        }
        (L::Kiosk, R::UpgradeTransfer) | (L::Unspecified, _) => (LicenseEffect::NotKnown, false),
        (L::EnterpriseFixedTerm | L::EducationFixedTerm | L::Kiosk, _) => {
            (LicenseEffect::ReturnsToPool, false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_same_model_replacement_frees_a_perpetual_license_for_sure() {
        for license in [
            LicenseType::EnterprisePerpetual,
            LicenseType::EducationPerpetual,
        ] {
            let effect = |reason| license_effect(license, OsType::Unknown, reason);
            assert_eq!(
                effect(DeprovisionReason::SameModelReplacement),
                (LicenseEffect::ReturnsToPool, true)
            );
            assert_eq!(
                effect(DeprovisionReason::RetiringDevice),
                (LicenseEffect::Spent, true)
            );
            assert_eq!(
                effect(DeprovisionReason::DifferentModelReplacement),
                (LicenseEffect::Spent, true)
            );
        }
    }

    #[test]
    fn a_license_is_promised_for_a_transfer_only_from_what_is_known_to_be_flex() {
        let transfer = |os_type| {
            let reason = DeprovisionReason::UpgradeTransfer;
            license_effect(LicenseType::EducationPerpetual, os_type, reason)
        };
        assert_eq!(transfer(OsType::Flex), (LicenseEffect::Moves, true));
        assert_eq!(transfer(OsType::ChromeOs), (LicenseEffect::Spent, false));
        let unknown = transfer(OsType::Unknown);
        assert_eq!(unknown, (LicenseEffect::MovesFromFlexOnly, false));
    }

    #[test]
    fn the_type_matters_for_a_transfer_only() {
        for license in LicenseType::ALL {
            for reason in DeprovisionReason::ALL {
                let effects = OsType::ALL.map(|os_type| license_effect(license, os_type, reason));
                let same = effects.iter().all(|effect| *effect == effects[0]);
                assert!(same || reason == DeprovisionReason::UpgradeTransfer);
            }
        }
    }

    #[test]
    fn a_bundled_license_is_never_transferred() {
        for reason in DeprovisionReason::ALL {
            let bundled = LicenseType::EducationBundled;
            let (effect, _) = license_effect(bundled, OsType::ChromeOs, reason);
            assert_ne!(effect, LicenseEffect::ReturnsToPool);
        }
    }

    #[test]
    fn the_deprecated_enterprise_upgrade_is_annual_and_returns_to_the_pool() {
        let license = LicenseType::from("enterpriseUpgrade");
        let effect = license_effect(license, OsType::Unknown, DeprovisionReason::RetiringDevice);
        assert_eq!(effect, (LicenseEffect::ReturnsToPool, false));
    }

    #[test]
    fn deprecated_words_are_understood() {
        assert_eq!(
            LicenseType::from("educationUpgrade"),
            LicenseType::EducationPerpetual
        );
        assert_eq!(LicenseType::from("something new"), LicenseType::Unspecified);
    }
}
