// SPDX-License-Identifier: Apache-2.0

import Seeds
import Testing
import TributaryMapping
import TributaryModel

@Suite struct RandomBodyTests {
    private static let rules = #"""
        [{"id": "a", "on": ["t"], "at": "$.o", "where": "@.a > 0 && (@.b == 'x' || !@.c)",
          "emit": "payment.succeeded", "key": ["k", {"first": ["@.id", {"text": "{$.id}-{@.b}"}]}],
          "aliases": [["b", "@.b"]],
          "set": {
            "total": {"major": {"minus": ["@.a", {"first": ["@.t"], "default": 0}]}, "currency": {"first": ["@.u", {"const": "EUR"}]}},
            "tax": {"minor": {"abs": {"sum": "@.l[*].a"}}, "currency": "@.u"},
            "time": {"first": [{"rfc3339": "@.d"}, {"unix_ms": "@.e"}]}, "live": "@.c",
            "phase": {"map": "@.b", "to": {"x": "first"}, "else": "other"},
            "customer.email": {"sha256": {"lower": {"trim": "@.b"}}},
            "attribution.params": {"first": ["@.p", {"parse_json": "@.b"}, {"pairs": "@.b"}]},
            "subscription.interval_count": {"count": "@..a"}, "subscription.interval": "@.i",
            "raw.s": {"split": "@.b", "by": "x", "part": -1},
            "lines": {"each": "@.l[*]", "set": {"name": "@.b", "quantity": "@.a", "total": {"minor": "@.a", "currency": "$.o.u"}}}}},
         {"id": "b", "on": ["t", "u"], "at": "$..l[?@.a]", "emit": "customer.created", "key": ["k", {"only": "@[*]"}]}]
        """#

    private static func value(_ generator: inout SeededGenerator, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 7), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &generator))
        case 3: return .number(["0", "-0.0", "1e400", "1.005", "12", "1E-400"].randomElement(using: &generator) ?? "0")
        case 4, 5:
            let texts = [
                "", "x", "t", "eur", "12.50", "2026-11-21T08:00:00Z", "a=1;x", #"{"a":[1]}"#, "\u{0}é\u{1F600}",
            ]
            return .string(texts.randomElement(using: &generator) ?? "")
        case 6: return .number("1700000000")
        case 7:
            return .array(
                (0..<Int.random(in: 0..<5, using: &generator)).map { _ in value(&generator, depth: depth - 1) }
            )
        default: return object(&generator, depth: depth - 1)
        }
    }

    private static func object(_ generator: inout SeededGenerator, depth: Int) -> JSONValue {
        let names = ["id", "a", "b", "c", "d", "e", "i", "l", "o", "p", "t", "u", "type", "created"]
        return .object(
            names.filter { _ in Bool.random(using: &generator) }.map { name in
                switch name {
                case "l" where depth > 0:
                    let count = Int.random(in: 0..<4, using: &generator)
                    return .init(name, .array((0..<count).map { _ in object(&generator, depth: depth - 1) }))
                case "o" where depth > 0: return .init(name, object(&generator, depth: depth - 1))
                case "a": return .init(name, .integer(Int.random(in: -2...20, using: &generator)))
                case "type": return .init(name, .string(["t", "u", "v"].randomElement(using: &generator) ?? "t"))
                default: return .init(name, value(&generator, depth: depth - 1))
                }
            }
        )
    }

    @Test(arguments: 0..<8) func `whatever the body, the walk ends in an outcome`(seed: Int) throws {
        let mapping = try Sample.mapping(rules: Self.rules)
        var generator = SeededGenerator(seed: UInt64(seed))
        var names: Set<String> = []
        for _ in 0..<500 {
            let bytes = Self.object(&generator, depth: 4).encoded()
            let results = try mapping.results(from: bytes)
            #expect(results.count == 1)
            #expect(try mapping.explain(bytes).entries.map(\.result) == results)
            for event in results.flatMap(\.outcome.events) {
                #expect(try Event(cloudEvent: event.cloudEvent) == event)
            }
            names.formUnion(results.map(\.outcome.name))
        }
        #expect(names.count >= 4, "the bodies reach too little: \(names)")
    }

    @Test(arguments: 0..<4) func `bytes that were damaged are mapped or refused`(seed: Int) throws {
        let mapping = try Sample.mapping(rules: Self.rules)
        let form = try Sample.mapping(rules: Self.rules, further: #""body": "form""#)
        var generator = SeededGenerator(seed: UInt64(1000 + seed))
        var refused = 0
        for _ in 0..<500 {
            var bytes = Self.object(&generator, depth: 3).encoded()
            for _ in 0..<3 {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            do throws(BodyError) {
                _ = try mapping.results(from: bytes)
            } catch {
                refused += 1
            }
            do throws(BodyError) {
                _ = try form.results(from: bytes)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 0)
    }

    @Test(arguments: 0..<4) func `mapping files that were damaged are read or diagnosed`(seed: Int) throws {
        let text = Array(Sample.text(rules: Self.rules, further: #""ignore": [{"on": ["x"], "why": "w"}]"#).utf8)
        var generator = SeededGenerator(seed: UInt64(2000 + seed))
        var diagnosed = 0
        let replacements = Array(#"{}[]",:@$.*?0a\"#.utf8)
        for _ in 0..<300 {
            var bytes = text
            let place = Int.random(in: bytes.indices, using: &generator)
            bytes[place] = replacements.randomElement(using: &generator) ?? 0
            do throws(MappingDiagnostics) {
                _ = try MappingFile(parsing: bytes, file: "x.json")
            } catch {
                diagnosed += 1
                #expect(error.items.allSatisfy { $0.line >= 1 && $0.column >= 1 && !$0.message.isEmpty })
                #expect(!error.items.isEmpty)
            }
        }
        #expect(diagnosed > 100)
    }
}
