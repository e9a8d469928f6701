// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryJSON
import TributaryMapping
import TributaryModel
import TributaryTesting

@testable import Postback

/// A description of an invented platform, whose one request can be replaced.
func description(
    _ request: String = #"{ "id": "sale", "on": ["payment.succeeded"], "path": "/s" }"#,
    _ more: String = #""answers": [{ "status": "2xx", "end": "delivered", "reason": "stored" }]"#,
    settings: String = "{}"
) -> String {
    """
    { "postback": 1, "name": "acme", "version": "1", "address": "https://track.acme.example",
      "settings": \(settings),
      "requests": [\(request)],
      \(more) }
    """
}

func sink(
    _ text: String,
    texts: [String: String] = [:],
    secrets: [String: Secret] = [:]
) throws -> PostbackSink {
    let file = try PostbackFile(parsing: Array(text.utf8), file: "acme.json")
    return PostbackSink(
        file: file,
        address: "https://track.acme.example",
        settings: SettingValues(texts: texts, secrets: secrets)
    )
}

func sale(click: String, _ change: (inout Delivery) -> Void = { _ in }) throws -> Delivery {
    let buyer = SampleBuyer(Customer(user: "user_7", email: "ada@example.com"), Attribution(click: click))
    var delivery = buyer.payment("in_1", Money(minor: 9520, try #require(Currency("EUR"))))
    change(&delivery)
    return delivery
}

@Suite struct PresetTests {
    @Test(arguments: PostbackPreset.names) func `the tests of a preset pass`(name: String) throws {
        let preset = try #require(PostbackPreset.file(name))
        let file = try PostbackFile(parsing: preset.bytes, file: preset.path)
        #expect(file.warnings.items == [])
        let reports = file.runTests()
        #expect(reports.count >= 10)
        #expect(reports.filter { !$0.passed }.map(\.description) == [])
    }

    @Test func `a test that expects something else fails and says what differs`() throws {
        let text = description(
            #"{ "id": "sale", "on": ["payment.succeeded"], "path": "/s", "query": { "c": "$.ids.click" } }"#,
            #"""
            "answers": [{ "status": 200, "end": "delivered", "reason": "stored" }],
            "tests": [{ "name": "a sale", "delivery": { "event": { "data": { "attribution": { "click": "a b" } } } },
              "answer": { "status": 200 },
              "expect": { "request": { "method": "GET", "url": "https://track.acme.example/s?c=a+b" }, "end": "duplicate" } }]
            """#
        )
        let report = try #require(try PostbackFile(parsing: Array(text.utf8), file: "acme.json").runTests().first)
        #expect(
            report.failure == """
                request.url
                  - "https://track.acme.example/s?c=a+b"
                  + "https://track.acme.example/s?c=a%20b"
                end
                  - "duplicate"
                  + "delivered"
                """
        )
    }
}

@Suite struct DescriptionDiagnosticsTests {
    /// A mistake, and the headline and hint that tell of it.
    struct Mistake: Sendable {
        let text: String
        let headline: String
        var hint: String?

        init(_ text: String, _ headline: String, _ hint: String? = nil) {
            self.text = text
            self.headline = headline
            self.hint = hint
        }
    }

    static let mistakes: [Mistake] = [
        Mistake(
            description().replacing(#""postback": 1"#, with: #""postback": 2"#),
            #"1:15: error[M104 wrong-value]: "postback" is the version of the format, which is 1; found 2"#
        ),
        Mistake(
            description(#"{ "id": "s", "on": ["payment.succeeded"], "pth": "/s" }"#),
            #"3:58: error[M101 unknown-key]: there is no key "pth" in a request"#,
            #"did you mean "path"?"#
        ),
        Mistake(
            description(#"{ "id": "s", "on": ["payment.succeded"], "path": "/s" }"#),
            #"3:36: error[M303 unknown-kind]: there is no kind "payment.succeded""#,
            #"did you mean "payment.succeeded"?"#
        ),
        Mistake(
            description(#"{ "id": "s", "on": ["payment.succeeded"], "path": "/s", "query": { "a": "x" } }"#),
            #"3:88: error[M205 bare-text]: "x" is not a selector: it starts with neither $ nor @"#,
            #"for a literal write { "const": "x" }"#
        ),
        Mistake(
            description(
                #"{ "id": "s", "on": ["payment.succeeded"], "path": "/s", "query": { "a": "$.amuont.major" } }"#
            ),
            #"3:88: error[M104 wrong-value]: "$.amuont" is no place"#,
            #"did you mean "$.amount"?"#
        ),
        Mistake(
            description(
                #"{ "id": "s", "on": ["payment.succeeded"], "path": "/s", "query": { "a": { "setting": "tokn" } } }"#,
                settings: #"{ "token": { "type": "secret" } }"#
            ),
            #"3:101: error[M104 wrong-value]: "tokn" is no setting of this file"#,
            #"did you mean "token"?"#
        ),
        Mistake(
            description(
                #"{ "id": "s", "on": ["payment.succeeded"], "path": "/s/{$.settings.token}" }"#,
                settings: #"{ "token": { "type": "secret" } }"#
            ),
            #"3:66: error[M104 wrong-value]: selectors do not see the secret "token""#,
            #"write { "setting": "token" } where it is sent"#
        ),
        Mistake(
            description(#"{ "id": "s", "on": ["payment.succeeded"], "path": "/s?a=b" }"#),
            "3:66: error[M104 wrong-value]: a path holds neither blanks nor ? nor #",
            #"parameters stand in "query", and a blank is written %20"#
        ),
        Mistake(
            description(#"{ "id": "s", "on": ["payment.succeeded"], "path": "{@.id}/s" }"#),
            "3:66: error[M104 wrong-value]: a path begins with /",
            #"the host stands in "address""#
        ),
        Mistake(
            description().replacing("https://track.acme.example", with: "http://track.acme.example"),
            "1:61: error[M104 wrong-value]: the address does not begin with https://",
            #"such as "https://track.example.com" or "https://{domain}""#
        ),
        Mistake(
            description().replacing("https://track.acme.example", with: "https://{shop}.acme.example"),
            #"1:61: error[M104 wrong-value]: "shop" is no setting of this file"#,
            #"declare it in "settings""#
        ),
        Mistake(
            description(#"{ "id": "s", "on": ["payment.succeeded"], "path": "/s", "headers": { "Host": "@.id" } }"#),
            "3:85: error[M309 bad-header-name]: the header Host is the client's own business"
        ),
        Mistake(
            description(more: #"{ "status": 200, "end": "deliverd", "reason": "x" }"#),
            #"4:39: error[M104 wrong-value]: "deliverd" is no meaning of an answer"#,
            #"did you mean "delivered"?"#
        ),
        Mistake(
            description(more: #"{ "status": "20x", "end": "delivered", "reason": "x" }"#),
            "4:27: error[M104 wrong-value]: this is no status of HTTP",
            #"such as 200, "4xx" or "200-204""#
        ),
        Mistake(
            description(
                #"{ "id": "s", "on": ["payment.succeeded"], "path": "/s", "query": { "a": { "header": "X" } } }"#
            ),
            #"3:90: error[M301 unknown-operator]: there is no operator "header""#
        ),
    ]

    private static func description(more answer: String) -> String {
        PostbackTests.description(
            #"{ "id": "s", "on": ["payment.succeeded"], "path": "/s" }"#,
            #""answers": [\#(answer)]"#
        )
    }

    private static func description(_ request: String, settings: String = "{}") -> String {
        PostbackTests.description(request, settings: settings)
    }

    private static func description() -> String { PostbackTests.description() }

    @Test(arguments: mistakes) func `a mistake is told with its place and its remedy`(mistake: Mistake) throws {
        do {
            _ = try PostbackFile(parsing: Array(mistake.text.utf8), file: "acme.json")
            Issue.record("nothing was found")
        } catch {
            #expect(error.items.map(\.headline) == ["acme.json:" + mistake.headline])
            if let hint = mistake.hint { #expect(error.items.first?.hint == hint) }
        }
    }

    @Test func `all mistakes are told at once`() {
        let text = PostbackTests.description(#"{ "id": 1, "on": ["x"], "path": "s", "where": "@.a = 1" }"#)
        do {
            _ = try PostbackFile(parsing: Array(text.utf8), file: "acme.json")
            Issue.record("nothing was found")
        } catch {
            #expect(error.items.map(\.code.rawValue) == ["M103", "M303", "M104", "M203"])
        }
    }
}

@Suite struct PostbackPageTests {
    @Test func `every description on the page is sound and its tests pass`() throws {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: package.appending(path: "Docs/postback.md"), encoding: .utf8)
        let blocks = text.components(separatedBy: "```json\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        let descriptions = blocks.filter { $0.contains(#""postback": 1"#) }
        #expect(descriptions.count == 1)
        for block in descriptions {
            let file = try PostbackFile(parsing: Array(block.utf8), file: "postback.md")
            #expect(file.warnings.items == [])
            #expect(file.runTests().filter { !$0.passed }.map(\.description) == [])
            #expect(file.runTests().count == 3)
        }
    }

    @Test func `the schema says of expressions what the mapping's schema says`() throws {
        let own = try #require(JSONValue(parsing: PostbackPreset.schema)["$defs"]?.members)
        let mapping = try #require(JSONValue(parsing: ShippedMappings.schema)["$defs"])
        let shared = ["selector", "predicate", "scalar", "const", "first", "map", "text", "split", "minus", "kind"]
        for name in shared { #expect(own.first { $0.name == name }?.value == mapping[name], "\(name)") }
    }
}
