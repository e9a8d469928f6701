// SPDX-License-Identifier: Apache-2.0

/// Where PayPal keeps a certificate that it signs with.
///
/// The address comes with the webhook and nobody has vouched for it: only one that cannot be read in two ways is taken.
struct CertificateAddress: Sendable, Hashable {
    /// The address, written in one way whatever the webhook wrote.
    let url: String

    /// Whether it is the address of real money and not the sandbox's.
    let isLive: Bool

    private static let hosts = [
        "api.paypal.com": true, "api-m.paypal.com": true,
        "api.sandbox.paypal.com": false, "api-m.sandbox.paypal.com": false,
    ]

    private static let folder = "/v1/notifications/certs/"

    /// Reads an address; `nil` for any that is not surely PayPal's.
    init?(_ text: String) {
        let scheme = "https://"
        guard text.hasPrefix(scheme), text.utf8.allSatisfy(Self.isPlain) else { return nil }
        let rest = text.dropFirst(scheme.count)
        guard let slash = rest.firstIndex(of: "/") else { return nil }
        var host = rest[..<slash]
        if let colon = host.firstIndex(of: ":") {
            guard ["", "443"].contains(host[host.index(after: colon)...]) else { return nil }
            host = host[..<colon]
        }
        guard let isLive = Self.hosts[String(host)] else { return nil }
        let path = rest[slash...]
        guard path.hasPrefix(Self.folder) else { return nil }
        // Steps upwards and empty ones are for servers and clients to read as they like.
        let steps = path.dropFirst(Self.folder.count).split(separator: "/", omittingEmptySubsequences: false)
        guard steps.allSatisfy({ !["", ".", ".."].contains($0) && !$0.contains(":") }) else { return nil }
        self.isLive = isLive
        url = scheme + host + path
    }

    /// An address of the right form, for signing with a certificate of one's own.
    static func example(isLive: Bool) -> String {
        "https://\(isLive ? "api.paypal.com" : "api.sandbox.paypal.com")\(folder)CERT-example"
    }

    /// Letters, digits and what a plain address is made of: nothing escaped, no query, no user.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "/"), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
