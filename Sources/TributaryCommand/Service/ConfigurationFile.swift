// SPDX-License-Identifier: Apache-2.0

import Foundation
import Tributary
import TributaryModel

/// A configuration on disk.
enum ConfigurationFile {
    /// Reads a file, its secrets included.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - warn: Told what looks wrong without being so, a line for each.
    /// - Returns: The configuration.
    /// - Throws: ``CommandFailure`` or ``ConfigurationDiagnostics``.
    static func read(_ path: String, warn: (String) -> Void = { _ in }) throws -> Configuration {
        let check = check(try bytes(path), path: path)
        let configuration = try check.get()
        for item in check.diagnostics.items { warn(item.headline) }
        return configuration
    }

    /// The path of the store that a file names; what else is wrong with the file, such as a secret that is missing in
    /// this shell, does not matter.
    static func databasePath(_ path: String) throws -> String {
        try read(path, despite: [.missingSecret, .unusableSecret]).databasePath
    }

    /// What a file says, although something is wrong with it that does not matter to the reader.
    static func read(_ path: String, despite codes: Set<ConfigurationProblems.Code>) throws -> Configuration {
        let check = check(try bytes(path), path: path)
        let isUsable = check.diagnostics.items.allSatisfy { item in
            codes.contains(item.problem.code) || item.problem.code.isWarning
        }
        guard isUsable else { throw check.diagnostics }
        return check.configuration
    }

    /// Reads a file's content, and composes what it says with what is compiled in.
    static func check(_ bytes: [UInt8], path: String) -> ConfigurationCheck {
        ConfigurationCheck(bytes, file: path, secrets: resolver) { BuiltIn.plugins(mappingsFolder: $0.mappingsPath) }
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        do throws(UsageError) {
            return try Input.file(path)
        } catch {
            let remedy = "name one with --config, or start with the one that `tributary demo --dir try` writes"
            throw CommandFailure("\(error.message); \(remedy)")
        }
    }

    /// Secrets from the environment and from files.
    static let resolver = SecretResolver { reference in
        switch reference {
        case .environment(let name): ProcessInfo.processInfo.environment[name].map { Array($0.utf8) }
        case .file(let path): FileManager.default.contents(atPath: path).map { Array($0) }
        }
    }

    /// One secret; `nil` where there is none or it is empty.
    static func secret(_ reference: SecretReference) -> Secret? { resolver.secret(reference) }
}
