// SPDX-License-Identifier: Apache-2.0

import Glibc

/// An IPv4 or IPv6 address, with what the special-purpose registries say about it.
package struct IPAddress: Sendable, Hashable {
    /// What an address leads to.
    package enum Reach: Sendable, Hashable {
        /// Any host of the Internet.
        case global
        /// This machine.
        case loopback
        /// Private, link-local (with the metadata services of clouds), reserved, multicast: nothing a platform uses.
        case special
    }

    /// Four or sixteen bytes in network order.
    package let bytes: [UInt8]

    /// Creates an address from four or sixteen bytes; any other number is no address.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads the text form; a zone behind `%` is left out.
    package init?(_ text: some StringProtocol) {
        let address = String(text.prefix { $0 != "%" })
        var four = in_addr()
        var sixteen = in6_addr()
        if unsafe inet_pton(AF_INET, address, &four) == 1 {
            bytes = unsafe withUnsafeBytes(of: &four) { unsafe [UInt8]($0) }
        } else if unsafe inet_pton(AF_INET6, address, &sixteen) == 1 {
            bytes = unsafe withUnsafeBytes(of: &sixteen) { unsafe [UInt8]($0) }
        } else {
            return nil
        }
    }

    /// Where the address leads.
    ///
    /// Source: IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its updates); forms of IPv6 that
    /// carry an IPv4 address are judged by that one, because a gateway would go there.
    package var reach: Reach { bytes.count == 4 ? reach4(bytes[...]) : reach6 }

    private func reach4(_ bytes: ArraySlice<UInt8>) -> Reach {
        let first = bytes[bytes.startIndex]
        let second = bytes[bytes.startIndex + 1]
        let third = bytes[bytes.startIndex + 2]
        switch (first, second, third) {
        case (127, _, _): return .loopback
        case (0, _, _), (10, _, _), (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _): return .special
        case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 18...19, _), (198, 51, 100), (203, 0, 113): return .special
        case (224..., _, _): return .special
        default: return .global
        }
    }

    private var reach6: Reach {
        let zeros = bytes.prefix { $0 == 0 }.count
        if zeros == 15, bytes[15] == 1 { return .loopback }
        let isMapped = zeros == 10 && bytes[10] == 0xff && bytes[11] == 0xff
        let isTranslated = bytes.starts(with: [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0])
        if isMapped || isTranslated {
            // A translator outside of this machine would make another loopback of it: that is not ours.
            let inner = reach4(bytes[12...])
            return isTranslated && inner == .loopback ? .special : inner
        }
        if bytes.starts(with: [0x20, 0x02]) { return reach4(bytes[2...]) == .global ? .global : .special }
        // Global unicast is 2000::/3 only; inside of it, 2001::/23 (Teredo and protocols) and documentation are not.
        guard bytes[0] & 0xe0 == 0x20 else { return .special }
        if bytes[0] == 0x20, bytes[1] == 0x01, bytes[2] < 2 { return .special }
        if bytes.starts(with: [0x20, 0x01, 0x0d, 0xb8]) || bytes.starts(with: [0x3f, 0xff]) { return .special }
        return .global
    }
}
