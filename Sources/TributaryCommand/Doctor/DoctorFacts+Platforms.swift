// SPDX-License-Identifier: Apache-2.0

import Foundation
import Tributary
import TributaryDelivery
import TributaryJSON
import TributaryModel

extension DoctorFacts {
    /// Checks the key of every sink that can be composed, all at the same time.
    static func probes(_ configuration: Configuration) async throws -> [String: PlatformAsking.Probed] {
        try await PlatformAsking.withClient { transport in
            await withTaskGroup(of: (String, PlatformAsking.Probed).self) { group in
                for instance in configuration.sinks {
                    // One without its secret is told by the configuration's own check.
                    guard let plugin = BuiltIn.sinks.first(where: { $0.name == instance.use }),
                        let sink = try? plugin.makeSink(instance.settings)
                    else { continue }
                    group.addTask {
                        (instance.name, await PlatformAsking.probe(sink) { await transport.perform($0) })
                    }
                }
                var probes: [String: PlatformAsking.Probed] = [:]
                for await (name, probe) in group { probes[name] = probe }
                return probes
            }
        }
    }
}

extension ConfigurationFile {
    /// What is wrong or odd in a file; mappings have a check of their own.
    static func remarks(_ path: String) throws -> [DoctorFacts.Remark] {
        check(try Input.file(path), path: path).diagnostics.items.compactMap { item in
            guard item.problem.code != .faultyMapping else { return nil }
            return DoctorFacts.Remark(
                place: item.problem.place,
                text: item.problem.message,
                remedy: item.problem.hint,
                severity: severity(of: item.problem.code)
            )
        }
    }
}

extension ConfigurationFile {
    /// A secret that this shell does not have is the daemon's all the same.
    private static func severity(of code: ConfigurationProblems.Code) -> Finding.Severity {
        if code == .missingSecret { return .note }
        return code.isWarning ? .attention : .error
    }
}

/// Sinks of one platform that share a key although one is for tests.
enum SharedKeys {
    /// Tells of those; only what the file says is looked at, no secret is read.
    static func remarks(_ path: String) throws -> [DoctorFacts.Remark] {
        guard let configuration = try? JSONValue(parsing: try Input.file(path)),
            let sinks = configuration["sinks"]?.members
        else { return [] }
        func text(_ sink: JSONValue, _ name: String) -> String { sink[name]?.string ?? "" }
        return sinks.flatMap { test -> [DoctorFacts.Remark] in
            guard text(test.value, "accept") == "test", !text(test.value, "key").isEmpty else { return [] }
            return sinks.filter { live in
                live.name != test.name && text(live.value, "accept") != "test"
                    && text(live.value, "use") == text(test.value, "use")
                    && text(live.value, "key") == text(test.value, "key")
            }.map { live in
                DoctorFacts.Remark(
                    place: "/sinks/\(test.name)/key",
                    text: "\(test.name) takes test money by the key by which \(live.name) takes real money",
                    remedy:
                        "make a key of a program of its own for tests: a test by a live program's key makes commissions",
                    severity: .attention
                )
            }
        }
    }
}

/// Files that hold secrets.
enum SecretFiles {
    /// Tells of those that everybody on the machine may read.
    static func remarks(_ path: String) throws -> [DoctorFacts.Remark] {
        guard let configuration = try? JSONValue(parsing: try Input.file(path)) else { return [] }
        return files(in: configuration, at: "").compactMap { place, file in
            guard let facts = try? FileManager.default.attributesOfItem(atPath: file),
                let rights = (facts[.posixPermissions] as? NSNumber)?.intValue, rights & 0o004 != 0
            else { return nil }
            return DoctorFacts.Remark(
                place: place,
                text: "everybody on this machine may read \(file)",
                remedy: "chmod 600 \(file); a key that was seen by others, or was ever committed, is to be changed",
                severity: .attention
            )
        }
    }

    private static func files(in value: JSONValue, at place: String) -> [(String, String)] {
        if let text = value.string { return text.hasPrefix("file:") ? [(place, String(text.dropFirst(5)))] : [] }
        let members = value.members?.map { ("\(place)/\($0.name)", $0.value) } ?? []
        let elements = value.elements?.enumerated().map { ("\(place)/\($0)", $1) } ?? []
        return (members + elements).flatMap { files(in: $1, at: $0) }
    }
}
