// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel
import TributarySigning

/// Reads the outermost object of a mapping file.
enum MappingFileReader {
    /// The parts of a file without errors.
    struct Sections {
        var provider: String
        var version: String
        var api: [String]
        var profiles: [String]
        var verify: VerifyDeclaration
        var attach: [AttachDeclaration]
        var body: BodyForm
        var exponents: [String: Int]
        var envelope: Envelope
        var rules: [Rule]
        var ignores: [IgnoreEntry]
        var tests: [MappingTest]
        var unread: [UnreadDeclaration]
    }

    private static let keys = [
        "$schema", "mapping", "provider", "version", "api", "profiles", "verify", "body", "currency", "event", "defs",
        "rules", "ignore", "unread", "attach", "tests",
    ]

    static func read(_ bytes: [UInt8], file: String) throws(MappingDiagnostics) -> MappingFile {
        let source = SourceText(file: file, bytes: bytes)
        let document: JSONDocument
        do {
            document = try JSONDocument(parsing: bytes, limits: .file)
        } catch {
            let place = min(error.byteOffset, max(0, bytes.count - 1))
            throw MappingDiagnostics([source.diagnostic(.error, .notJSON, error.message, at: place..<place + 1)])
        }
        let reader = FileReader(document: document, source: source)
        let sections = reader.sections(keys: keys)
        guard let sections, !reader.diagnostics.contains(where: { $0.severity == .error }) else {
            throw MappingDiagnostics(reader.diagnostics)
        }
        reader.lint(sections)
        return MappingFile(
            sections: sections,
            source: source,
            contentHash: HashAlgorithm.sha256.digest(of: bytes).hexText,
            warnings: reader.diagnostics
        )
    }
}

extension FileReader {
    /// Reads all sections; `nil` where one that is needed is missing or wrong, which has then been reported.
    fileprivate func sections(keys: [String]) -> MappingFileReader.Sections? {
        let root = document.root
        let what = "a mapping file"
        guard let members = members(root, of: what, allowed: keys) else { return nil }
        if let schema = members["$schema"] { _ = text(schema, "\"$schema\"") }
        if let format = require("mapping", in: members, of: root, what) { checkFormat(format) }
        let provider = require("provider", in: members, of: root, what).flatMap { self.provider($0) }
        let version = require("version", in: members, of: root, what).flatMap { text($0, "\"version\"") }
        let api = members["api"].flatMap { texts($0, "\"api\"") }?.map(\.name) ?? []
        let profiles = members["profiles"].flatMap { texts($0, "\"profiles\"") }?.map(\.name) ?? []
        let verify = require("verify", in: members, of: root, what).flatMap { self.verify($0) }
        let body = members["body"].map { self.body($0) } ?? .json
        let exponents = members["currency"].map { self.exponents($0) } ?? [:]
        let isBatch =
            switch body {
            case .json, .form, .byContentType: false
            case .batch: true
            }
        let envelope = require("event", in: members, of: root, what).flatMap { self.envelope($0, isBatch: isBatch) }
        let groups = members["defs"].map { self.groups($0) } ?? [:]
        let rules =
            require("rules", in: members, of: root, what)
            .map { self.rules($0, profiles: profiles, groups: groups) } ?? []
        checkUse(of: groups)
        checkTime(of: rules, envelope)
        let ignores = members["ignore"].map { self.ignores($0, profiles: profiles) } ?? []
        checkReachability(rules: rules, ignores: ignores, profiles: profiles)
        let unread = members["unread"].map { self.unread($0) } ?? []
        let attach = members["attach"].map { self.attach($0) } ?? []
        let tests = members["tests"].map { self.tests($0, profiles: profiles, rules: rules, ignores: ignores) } ?? []
        guard let provider, let version, let verify, let envelope else { return nil }
        return MappingFileReader.Sections(
            provider: provider,
            version: version,
            api: api,
            profiles: profiles,
            verify: verify,
            attach: attach,
            body: body,
            exponents: exponents,
            envelope: envelope,
            rules: rules,
            ignores: ignores,
            tests: tests,
            unread: unread
        )
    }

    private func checkFormat(_ node: JSONNode) {
        guard let format = integer(node, "\"mapping\"") else { return }
        guard format != 1 else { return }
        report(.wrongValue, "\"mapping\" is the version of the format, which is 1; found \(format)", at: node)
    }

    private func provider(_ node: JSONNode) -> String? {
        guard let name = text(node, "\"provider\"") else { return nil }
        // The name stands in URLs and in folders.
        let isName = name.utf8.enumerated().allSatisfy { offset, byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || offset > 0 && byte == UInt8(ascii: "-")
        }
        guard isName else {
            report(
                .wrongValue,
                "\"\(name)\" cannot be a provider's name",
                hint: "it stands in URLs: lower-case letters, digits and -",
                at: node
            )
            return nil
        }
        return name
    }

    private func verify(_ node: JSONNode) -> VerifyDeclaration? {
        do {
            return try VerifyDeclaration(json: document.value(node))
        } catch {
            for problem in error.problems {
                let (place, isWhole) = find(problem.pointer, from: node)
                report(
                    .badVerification,
                    problem.message,
                    hint: problem.suggestion.map { "did you mean \"\($0)\"?" },
                    at: isWhole && problem.code == .unknownKey ? nameRange(place) : headRange(place)
                )
            }
            return nil
        }
    }

    /// The node of an RFC 6901 pointer, or the nearest one above it.
    private func find(_ pointer: String, from start: JSONNode) -> (node: JSONNode, isWhole: Bool) {
        var node = start
        for part in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let name = Self.unescaped(part)
            let next: JSONNode? =
                switch document.kind(node) {
                case .object: document.member(node, JSONKey(name))
                case .array: Int(name).flatMap { document.element(node, at: $0) }
                case .null, .bool, .number, .string: nil
                }
            guard let next else { return (node, false) }
            node = next
        }
        return (node, true)
    }

    /// Source: RFC 6901 section 4, `~1` is a slash and `~0` a tilde.
    private static func unescaped(_ part: Substring) -> String {
        var result = ""
        var isEscape = false
        for character in part {
            if isEscape {
                result.append(character == "1" ? "/" : "~")
                isEscape = false
            } else if character == "~" {
                isEscape = true
            } else {
                result.append(character)
            }
        }
        return result
    }
}
