// SPDX-License-Identifier: Apache-2.0

import Foundation
import Tributary
import TributaryJSON
import TributaryMapping
import TributaryModel
import TributarySigning

/// The folder of a demonstration: a starter configuration, freshly made secrets, and the store.
struct DemoFolder {
    let path: String

    var configurationPath: String { path + "/tributary.json" }
    var logPath: String { path + "/tributary.log" }
    var databasePath: String { path + "/tributary.db" }

    /// Where a sample is kept for trying out.
    func samplePath(_ provider: String, _ sample: MappingSample) -> String {
        "\(path)/samples/\(provider)/\(sample.path.split(separator: "/").last ?? "sample.json")"
    }

    /// The path of a provider's or sink's secret.
    func secretPath(_ name: String) -> String { "\(path)/secrets/\(name)" }

    /// Makes the folder, readable by its owner alone.
    ///
    /// - Throws: ``UsageError`` where the folder holds a configuration that no demonstration wrote.
    init(path: String) throws {
        self.path = path
        if let data = FileManager.default.contents(atPath: path + "/tributary.json") {
            // Somebody's own configuration must not be lost to a demonstration.
            let store = (try? JSONValue(parsing: Array(data)))?["store"]?["sqlite"]?.string
            guard store == databasePath else {
                throw UsageError("\(path) has a tributary.json of its own; choose another folder with --dir")
            }
        }
        try FileManager.default.createDirectory(
            atPath: path + "/secrets",
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    /// Writes the configuration and the secrets that it names; secrets that are there stay.
    ///
    /// - Parameters:
    ///   - listen: Address and port of the daemon.
    ///   - mappings: The mappings of the providers, by instance name.
    ///   - platforms: Base addresses of the doubles, by sink name.
    /// - Throws: ``CommandFailure``, or an error of the file system.
    func write(listen: String, mappings: [(String, Mapping)], platforms: [(name: String, url: String)]) throws {
        var providers: [JSONValue.Member] = []
        for (name, mapping) in mappings {
            providers.append(.init(name, .object(try members(of: name, mapping.verify))))
            for sample in mapping.file.samples(fixtures: { ShippedMappings.file(name, $0) }) {
                let file = URL(filePath: samplePath(name, sample))
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data(sample.body).write(to: file)
            }
        }
        var sinks: [JSONValue.Member] = []
        for (name, url) in platforms {
            let reference = try secret(name, (name == "affitor" ? "aff_" : "sk_") + Self.randomHex(bytes: 16))
            sinks.append(.init(name, ["use": .string(name), "url": .string(url), "key": .string(reference)]))
        }
        let configuration: JSONValue = [
            "listen": .string(listen),
            "store": ["sqlite": .string(databasePath)],
            "providers": .object(providers),
            "sinks": .object(sinks),
        ]
        try Data((configuration.indentedText + "\n").utf8).write(to: URL(filePath: configurationPath))
    }

    /// The settings of a provider instance: what its verifier needs, its signing secret, and a secret path where no
    /// signature covers the body.
    private func members(of name: String, _ verify: VerifyDeclaration) throws -> [JSONValue.Member] {
        var members = verify == .plugin("paypal") ? try payPalMembers(of: name) : []
        let settings = PluginSettings(for: .provider, name: name, members: members, secrets: [:])
        let verifier = try Signing.verifier(of: verify, settings: settings)
        if verifier?.needsSecret ?? verify.needsSecret {
            let reference = try secret(name, Self.secret(for: verify))
            members.append(.init("secrets", [.string(reference)]))
        }
        if !(verifier?.bindsBody ?? verify.bindsBody) {
            let reference = try secret(name + ".path", Self.randomHex(bytes: 16))
            members.append(.init("path", .string(reference)))
        }
        if verify.isUnauthenticated { members.append(.init("accept_unauthenticated_webhooks", true)) }
        return members
    }

    /// The secret that a provider's samples are signed with; an empty one where nothing is signed.
    func signingSecret(_ name: String) -> Secret {
        guard let reference = SecretReference("file:" + secretPath(name)) else { return Secret([]) }
        return ConfigurationFile.secret(reference) ?? Secret([])
    }

    /// Keeps a secret, unless there is one of that name; how a configuration names it.
    func secret(_ name: String, _ text: @autoclosure () throws -> String) throws -> String {
        let file = secretPath(name)
        if !FileManager.default.fileExists(atPath: file) {
            let created = FileManager.default.createFile(
                atPath: file,
                contents: Data(try text().utf8),
                attributes: [.posixPermissions: 0o600]
            )
            guard created else { throw CommandFailure("cannot write \(file)") }
        }
        return "file:" + file
    }

    /// A random secret in a form that the provider's scheme takes.
    private static func secret(for declaration: VerifyDeclaration) throws -> String {
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        let forms = [
            "whsec_" + Base64.encode(bytes), Hex.encode(bytes), Base64.encode(bytes), "demo:" + Hex.encode(bytes),
        ]
        guard let form = forms.first(where: { declaration.problem(with: Secret($0)) == nil }) else {
            throw CommandFailure("no secret fits this provider's scheme")
        }
        return form
    }

    private static func randomHex(bytes count: Int) -> String {
        Hex.encode((0..<count).map { _ in UInt8.random(in: .min ... .max) })
    }
}
