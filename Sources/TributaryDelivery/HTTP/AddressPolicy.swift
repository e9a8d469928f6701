// SPDX-License-Identifier: Apache-2.0

/// To which addresses a call may connect.
///
/// Checked against the resolved address at the moment of connecting, so a name that first stands for a public address
/// and then for a private one (DNS rebinding) gains nothing.
public enum AddressPolicy: String, Sendable, Hashable, CaseIterable {
    /// Every address.
    case any
    /// Addresses of the Internet only: no loopback, private, link-local, metadata, reserved or multicast address.
    case publicOnly
    /// As ``publicOnly``, and this machine itself: for test doubles.
    case loopbackAllowed

    /// Whether a connection to that address may be made.
    package func permits(_ address: IPAddress) -> Bool {
        switch (self, address.reach) {
        case (.any, _), (_, .global), (.loopbackAllowed, .loopback): true
        case (.publicOnly, .loopback), (.publicOnly, .special), (.loopbackAllowed, .special): false
        }
    }
}
