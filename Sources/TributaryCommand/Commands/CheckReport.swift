// SPDX-License-Identifier: Apache-2.0

import Foundation
import Postback
import Tributary
import TributaryJSON
import TributaryMapping
import TributaryModel

/// What `check` found.
struct CheckReport {
    /// For people.
    private(set) var text = ""
    /// Whether anything is wrong enough not to be used.
    private(set) var hasErrors = false
    /// Whether everything that the command line names was there.
    var isUsable = true
    private var findings: [JSONValue] = []
    private var checked: Set<String> = []

    /// For machines.
    var json: JSONValue { .array(findings) }

    /// Checks a file, or a mapping by its name or folder.
    mutating func check(_ name: String) throws(UsageError) {
        if !FileManager.default.fileExists(atPath: name), let preset = PostbackPreset.file(name) {
            return check(description: preset.bytes, path: preset.path)
        }
        guard ShippedMappings.mapping(name) == nil, !Input.isFolder(name) else { return check(try source(name)) }
        guard FileManager.default.fileExists(atPath: name) else { throw Self.missing(name) }
        let bytes = try Input.file(name)
        // A file that is no JSON is told so by the configuration's own reader.
        let json = try? JSONValue(parsing: bytes)
        guard json?["postback"] == nil else { return check(description: bytes, path: name) }
        let isMapping = json?["mapping"] != nil && json?["providers"] == nil && json?["sinks"] == nil
        if isMapping { check(try source(name)) } else { check(configuration: bytes, path: name) }
    }

    private static func missing(_ name: String) -> UsageError {
        guard name != "tributary.json" else {
            return UsageError("there is no tributary.json here; `tributary demo --dir try` writes one to start from")
        }
        let question = Spelling.question(name, in: ShippedMappings.names).map { "; \($0)" } ?? ""
        return UsageError("there is no file and no mapping \"\(name)\"\(question)")
    }

    private func source(_ name: String, folder: String? = nil) throws(UsageError) -> MappingSource {
        try MappingSource(name, folder: folder)
    }

    private mutating func check(_ source: MappingSource) {
        guard checked.insert(source.label).inserted else { return }
        do throws(MappingDiagnostics) {
            let file = try MappingFile(parsing: source.bytes, file: source.label)
            add(file.lint(fixtures: source.fixture), source.label, "\(file.provider) \(file.version)")
        } catch {
            add(error, source.label, "")
        }
    }

    /// Checks the description of a platform.
    private mutating func check(description bytes: [UInt8], path: String) {
        guard checked.insert(path).inserted else { return }
        do throws(MappingDiagnostics) {
            let file = try PostbackFile(parsing: bytes, file: path)
            text += file.warnings.text(colour: Terminal.hasColours)
            findings += file.warnings.json.elements ?? []
            conclude(hasErrors: false, path, "description, \(file.name) \(file.version)")
        } catch {
            add(error, path, "")
        }
    }

    private mutating func add(_ diagnostics: MappingDiagnostics, _ label: String, _ about: String) {
        text += diagnostics.text(colour: Terminal.hasColours)
        findings += diagnostics.json.elements ?? []
        conclude(hasErrors: diagnostics.hasErrors, label, "mapping \(about)")
    }

    private mutating func check(configuration bytes: [UInt8], path: String) {
        let check = ConfigurationFile.check(bytes, path: path)
        text += check.diagnostics.text(colour: Terminal.hasColours)
        findings += check.diagnostics.json.elements ?? []
        let counts = [
            Self.counted(check.configuration.providers.count, "provider"),
            Self.counted(check.configuration.sinks.count, "sink"),
        ]
        conclude(hasErrors: check.diagnostics.hasErrors, path, "configuration, \(counts.joined(separator: ", "))")
        for instance in check.configuration.providers {
            // One that does not exist was reported with the configuration.
            guard let source = try? source(instance.mapping, folder: check.configuration.mappingsPath) else { continue }
            self.check(source)
        }
    }

    private mutating func conclude(hasErrors: Bool, _ label: String, _ about: String) {
        if hasErrors {
            self.hasErrors = true
        } else {
            text += Terminal.painted("ok", .green) + "  \(label)  \(about)\n"
        }
    }

    private static func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
}
