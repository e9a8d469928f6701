// SPDX-License-Identifier: Apache-2.0

import Foundation
import PayPal
import Tributary
import TributaryModel
import TributarySigning
import TributaryTesting

/// Authorities and certificates made up for this run, in files as a configuration names them.
final class Parts: Sendable {
    static let now = Timestamp(unixSeconds: 1_790_000_000)
    static let live = "messageverificationcerts.paypal.com"
    static let sandbox = "messageverificationcerts.sandbox.paypal.com"
    static let webhookID = "8PT597110X687430L"
    static let address = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-5edc0ebc"
    static let body = Array(#"{"id":"WH-1","event_type":"PAYMENT.SALE.COMPLETED","note":"caf\u00e9 – 1.50"}"#.utf8)

    /// Made once: keys take their time.
    static let shared = Result { try Parts() }

    /// Removed at the end of the process.
    static let folder = NSTemporaryDirectory() + "tributary-paypal-\(UUID().uuidString.prefix(8))"

    /// A certificate, what else a server would send with it, and the key.
    struct Leaf: Sendable {
        var pem: String
        var key: Secret
    }

    let leaves: [String: Leaf]

    private init() throws {
        try FileManager.default.createDirectory(atPath: Self.folder, withIntermediateDirectories: true)
        // A leftover in the temporary folder harms nobody.
        atexit { try? FileManager.default.removeItem(atPath: Parts.folder) }
        let now = Self.now
        let year = Duration.seconds(365 * 86_400)
        let (start, end) = (now.advanced(by: .zero - year), now.advanced(by: year))
        let root = try CertificateAuthority("Test root", from: start, to: end)
        let stranger = try CertificateAuthority("Test root", from: start, to: end)
        let middle = try CertificateAuthority("Test intermediate", below: root, from: start, to: end)
        let old = try CertificateAuthority(
            "Old intermediate",
            below: root,
            from: start,
            to: now.advanced(by: .seconds(-1))
        )
        var leaves: [String: Leaf] = [:]
        func add(
            _ name: String,
            by authority: CertificateAuthority,
            commonName: String = "PayPal, Inc.",
            hosts: [String] = [Parts.live],
            key: CertificateKeyKind = .rsa2048,
            from: Timestamp = start,
            to: Timestamp = end,
            with others: String = ""
        ) throws {
            let made = try authority.issue(commonName, hosts: hosts, key: key, from: from, to: to)
            leaves[name] = Leaf(pem: made.certificate + others, key: made.key)
        }
        try add("good", by: root)
        try add("other", by: root)
        try add("expired", by: root, to: now.advanced(by: .seconds(-1)))
        try add("future", by: root, from: now.advanced(by: .seconds(1)))
        try add("stranger", by: stranger)
        try add("sandbox", by: root, hosts: [Self.sandbox])
        try add("common", by: root, commonName: Self.live, hosts: [])
        try add("common beside", by: root, commonName: Self.live, hosts: ["www.paypal.com"])
        try add("longer", by: root, hosts: [Self.live + ".evil.example"])
        try add("wildcard", by: root, hosts: ["*.paypal.com"])
        try add("capital", by: root, hosts: [Self.live.uppercased()])
        try add("weak", by: root, key: .rsa1024)
        try add("curve", by: root, key: .p256)
        try add("below", by: middle)
        try add("below with chain", by: middle, with: middle.certificate)
        try add("below old", by: old, with: old.certificate)
        self.leaves = leaves
        try write(root.certificate, "root.pem")
        try write(middle.certificate, "middle.pem")
        try write(stranger.certificate + middle.certificate, "strangers.pem")
        for (name, leaf) in leaves { try write(leaf.pem, name + ".pem") }
        try write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "broken.pem")
    }

    private func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path(name)))
    }

    func path(_ name: String) -> String { "\(Self.folder)/\(name)" }

    func leaf(_ name: String) throws -> Leaf {
        guard let leaf = leaves[name] else { throw CocoaError(.fileNoSuchFile) }
        return leaf
    }

    /// A verifier that trusts the test's root.
    func verifier(
        _ members: [JSONValue.Member] = [],
        isLive: Bool = true,
        secrets: [String: Secret] = [:]
    ) throws -> any Verifier {
        var all: [JSONValue.Member] = [
            .init("webhook_ids", [.string(Self.webhookID)]), .init("trust", .string(path("root.pem"))),
        ]
        all.removeAll { old in members.contains { $0.name == old.name } }
        var settings = PluginSettings(
            for: .provider,
            name: "paypal",
            members: (all + members).filter { !$0.value.isNull },
            secrets: secrets
        )
        settings.isLive = isLive
        return try PayPalPlugin.makeVerifier(settings)
    }

    /// A webhook signed by a leaf, as PayPal would.
    func webhook(
        signedBy name: String = "good",
        webhookID: String = webhookID,
        body: [UInt8] = body,
        isLive: Bool = true
    ) throws -> Webhook {
        let signer = try verifier([.init("webhook_ids", [.string(webhookID)])], isLive: isLive)
        var webhook = Webhook(provider: "paypal", headers: [:], body: body)
        webhook.headers = try signer.sign(webhook, secret: try leaf(name).key, id: Self.id, at: Self.now)
        return webhook
    }

    static let id = "071f7d20-1584-11e7-abf0-6b62a8a99ac4"

    /// An answer with the PEM of a leaf.
    func answer(_ name: String) throws -> Exchange.Result {
        .answer(Answer(status: 200, body: Array(try leaf(name).pem.utf8)))
    }
}

extension VerifierStep {
    /// The verdict in a word.
    var word: String {
        switch self {
        case .genuine: "genuine"
        case .refused(let refused): refused.code
        case .call(let call): "call " + call.call.url
        case .unavailable(let unavailable): "unavailable " + unavailable.reason
        }
    }
}
