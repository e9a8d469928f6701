// SPDX-License-Identifier: Apache-2.0

import Foundation
import TributaryModel

/// A folder with a configuration, the secrets that it names, the store and the logs of one daemon.
struct DaemonFolder: Sendable {
    let path: String

    /// Stripe's signing secret; the word in it must never reach a log.
    static let signingSecret = Secret("whsec_\(StripeShape.canary)0123456789abcdef")

    var configurationPath: String { path + "/tributary.json" }

    /// Where the store is, unless the configuration says otherwise.
    var storePath: String { path + "/tributary.db" }

    /// Makes an empty folder below the system's temporary one.
    init() throws {
        path = NSTemporaryDirectory() + "tributary-e2e-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    /// Writes the secrets and a configuration with two instances of Stripe and the given sinks.
    ///
    /// - Parameters:
    ///   - platforms: Base addresses of the doubles, by the name of the platform.
    ///   - store: Path of the store; the folder's own unless stated.
    ///   - secret: What the file with Stripe's secret holds.
    /// - Throws: an error where a file cannot be written.
    func write(
        platforms: [String: String] = [:],
        store: String? = nil,
        secret: String = signingSecret.revealedText
    ) throws {
        try write(secret, to: "stripe.secret")
        let reference: JSONValue = .string("file:\(path)/stripe.secret")
        var sinks: [JSONValue.Member] = []
        for (name, url) in platforms.sorted(by: { $0.key < $1.key }) {
            let key = (name == "affitor" ? "aff_" : "sk_") + StripeShape.canary + "_" + name
            try write(key, to: name + ".key")
            var sink: [JSONValue.Member] = [
                .init("use", .string(name)), .init("url", .string(url)),
                .init("key", .string("file:\(path)/\(name).key")),
                .init("send", ["payment.succeeded", "refund.succeeded", "dispute.lost"]),
            ]
            // The double never stores a sale without its commission, unless told to.
            if name == "affitor" { sink.append(.init("duplicate_after_error", "accept")) }
            sinks.append(.init(name, .object(sink)))
        }
        let configuration: JSONValue = [
            "listen": "127.0.0.1:0", "store": ["sqlite": .string(store ?? storePath)],
            "providers": [
                "stripe": ["secrets": [reference]],
                "shop": ["mapping": "stripe", "profile": "checkout", "secrets": [reference]],
            ],
            "sinks": .object(sinks),
        ]
        try write(configuration.indentedText, to: "tributary.json")
    }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
    }

    /// Removes everything, unless the environment says that somebody wants to look at it.
    func remove() {
        if ProcessInfo.processInfo.environment["TRIBUTARY_KEEP"] != nil { return print("kept: \(path)") }
        // A leftover in the temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Makes a folder for as long as a closure runs; it stays where the closure throws, for a look at the logs.
    static func with<Result>(_ body: (DaemonFolder) async throws -> Result) async throws -> Result {
        let folder = try DaemonFolder()
        let result = try await body(folder)
        folder.remove()
        return result
    }
}
