// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryMapping
import TributaryModel

@testable import TributaryCommand

/// The configuration's schema, and the page that explains the same settings.
@Suite struct SchemaTests {
    private let schema = Configuration.schema(sinks: BuiltIn.sinks, verifiers: BuiltIn.verifiers)

    /// Every setting as `name`, with its schema.
    private func settings(_ value: JSONValue) -> [JSONValue.Member] {
        var found: [JSONValue.Member] = []
        for member in value.members ?? [] where member.name != "if" {
            if member.name == "properties" { found += member.value.members ?? [] }
            found += settings(member.value)
        }
        for element in value.elements ?? [] { found += settings(element) }
        return found
    }

    @Test func `every object is closed and every setting is described`() {
        var open: [String] = []
        check(schema, at: "", &open)
        #expect(open == [])
        #expect(settings(schema).count > 40)
        for setting in settings(schema) {
            #expect(setting.value["description"]?.string?.hasSuffix(".") == true, "\(setting.name)")
        }
    }

    private func check(_ value: JSONValue, at place: String, _ open: inout [String]) {
        for (index, element) in (value.elements ?? []).enumerated() { check(element, at: "\(place)/\(index)", &open) }
        for member in value.members ?? [] where member.name != "if" {
            check(member.value, at: "\(place)/\(member.name)", &open)
        }
        guard value["type"] == "object" else { return }
        let isClosed = value["additionalProperties"] == false || value["unevaluatedProperties"] == false
        // Where the names are the operator's, what they name is closed.
        if !isClosed, value["additionalProperties"]?.members == nil { open.append(place) }
    }

    @Test func `it knows the settings of each sink, and which of them are required`() throws {
        let affitor = try #require(schema["$defs"]?["sink-affitor"])
        #expect(affitor["required"] == ["key"])
        #expect(affitor["properties"]?["late_lead_retries"]?["maximum"] == 10)
        #expect(affitor["properties"]?["three_decimals"]?["default"] == "refuse")
        let sink = try #require(schema["$defs"]?["sink"]?["properties"])
        #expect(sink["amount"]?["enum"] == ["gross", "ex_tax", "net", "after_discount"])
        #expect(sink["currency"]?["default"] == "pass")
        let provider = try #require(schema["$defs"]?["provider"]?["properties"])
        #expect(provider["batches"]?["default"] == false && provider["path"]?["$ref"] == "#/$defs/secret")
        let uses = schema["$defs"]?["sink"]?["properties"]?["use"]?["enum"]
        #expect(uses == .array(BuiltIn.sinks.map { .string($0.name) }))
    }

    @Test(arguments: ["amount", "amount_unstated", "currency", "currencies"])
    func `what every sink has is read in one place, so no plugin asks for it again`(_ name: String) {
        for sink in BuiltIn.sinks {
            #expect(schema["$defs"]?[("sink-" + sink.name)]?["properties"]?[name] == nil, "\(sink.name)")
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [[], ["configuration"]])
    func `the command prints it`(_ words: [String]) throws {
        let run = try CommandLineRun(["schema"] + words, in: Sandbox())
        #expect(run.code == 0)
        #expect(try JSONValue(parsing: Array(run.output.utf8)) == schema)
    }

    @Test(.timeLimit(.minutes(1))) func `the command prints that of mappings, byte for byte`() throws {
        let run = try CommandLineRun(["schema", "mapping"], in: Sandbox())
        #expect(run.output == String(decoding: ShippedMappings.schema, as: UTF8.self))
    }
}

extension SchemaTests {
    private static let page = Sandbox.package.appending(path: "Docs/configuration.md")

    private static func snippets() throws -> [String] {
        let text = try String(contentsOf: page, encoding: .utf8)
        return text.components(separatedBy: "```json\n").dropFirst().compactMap { part in
            part.components(separatedBy: "```").first
        }
    }

    @Test func `every example of the page is a sound configuration`() throws {
        let resolver = SecretResolver { reference in
            if case .environment(let name) = reference, name.hasSuffix("_PATH") || name.hasSuffix("_TOKEN") {
                return Array("0f1e2d3c4b5a69788796a5b4c3d2e1f0".utf8)
            }
            if case .environment(let name) = reference, name.hasPrefix("HOOK_") {
                return Array("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX".utf8)
            }
            return Array("whsec_example".utf8)
        }
        let snippets = try Self.snippets()
        #expect(snippets.count > 5)
        for snippet in snippets {
            let check = ConfigurationCheck(Array(snippet.utf8), file: "configuration.md", secrets: resolver) { _ in
                BuiltIn.plugins(mappingsFolder: nil)
            }
            #expect(!check.diagnostics.hasErrors, "\(check.diagnostics)")
        }
    }

    @Test func `the page explains every setting with its default`() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        for setting in settings(schema) where !setting.name.hasPrefix("$") && setting.value["properties"] == nil {
            let isMap = setting.value["additionalProperties"]?.members != nil || setting.name == "mappings"
            guard !isMap else {
                #expect(text.contains("\"\(setting.name)\": "))
                continue
            }
            let rows = text.split(separator: "\n").filter { line in
                line.hasPrefix("| `\(setting.name)` |") || line.contains(".\(setting.name)` |")
            }
            #expect(!rows.isEmpty, "\(setting.name)")
            guard let fallback = setting.value["default"], setting.name != "url", setting.name != "identify" else {
                continue
            }
            let shown = fallback.text.replacing(",", with: ", ")
            #expect(rows.contains { $0.contains("`\(shown)`") }, "\(setting.name): \(shown)")
        }
    }
}
