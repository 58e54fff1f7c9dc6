//! A part of the network, such as 10.0.0.0/24.

use std::net::IpAddr;
use std::str::FromStr;

/// The addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let beyond = 32 - u32::from(self.bits);
                let differ = network.to_bits() ^ address.to_bits();
                differ.checked_shr(beyond).unwrap_or_default() == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let beyond = 128 - u32::from(self.bits);
                let differ = network.to_bits() ^ address.to_bits();
                differ.checked_shr(beyond).unwrap_or_default() == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let needed = || "an address or a network is needed, such as 10.0.0.0/24".to_owned();
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| needed())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= most),
            None => Some(most),
        };
        let bits = bits.ok_or_else(needed)?;
        // An address within a network may stand for either of the two.
        let is_first = match address {
            IpAddr::V4(address) => address.to_bits().trailing_zeros() >= 32 - u32::from(bits),
            IpAddr::V6(address) => address.to_bits().trailing_zeros() >= 128 - u32::from(bits),
        };
        if !is_first {
            return Err(format!("{text} has bits beyond the first {bits}"));
        }
        Ok(Self { address, bits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_contains_the_addresses_that_begin_like_it() {
        let contains = |net: &str, address: &str| {
            net.parse::<Network>()
                .unwrap()
                .contains(address.parse().unwrap())
        };
        assert!(contains("10.1.0.0/16", "10.1.255.1"));
        assert!(contains("10.1.0.0/16", "::ffff:10.1.0.9"));
        assert!(!contains("10.1.0.0/16", "10.2.0.0"));
        assert!(!contains("10.1.0.0/16", "::1"));
        assert!(contains("0.0.0.0/0", "203.0.113.7"));
        assert!(contains("192.0.2.1", "192.0.2.1"));
        assert!(!contains("192.0.2.1", "192.0.2.0"));
        assert!(contains("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!contains("2001:db8::/32", "2001:db9::"));
        assert!(contains("::/0", "::1"));
        for text in ["", "x", "10.0.0.0/33", "10.0.0.1/24", "::/129", "10.0.0.0/"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
