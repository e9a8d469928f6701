// SPDX-License-Identifier: Apache-2.0

import Tributary
public import TributaryMapping
import TributaryModel

/// A first description of a platform, made of the postback address that it hands out, with tests that pass.
///
/// Platforms hand out an address with names in braces for the values: `…/postback?cid={click_id}&payout={payout}`.
public struct PostbackDraft: Sendable {
    /// The platform's name.
    public let name: String

    /// What is told of whom, and what the author should look at, in words.
    public let notes: [String]

    private let address: PostbackTemplate

    /// Why no description can be drafted.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        /// In words, with the remedy.
        public let description: String
    }

    /// The address that a draft begins with where the platform's own is not at hand.
    ///
    /// - Parameter name: The platform's name.
    /// - Returns: the address, with values in braces.
    public static func sampleAddress(_ name: String) -> String {
        "https://track.\(name).example/postback?click_id={click_id}&amount={amount}&currency={currency}&order={txid}"
            + "&event={event}&key={secret}"
    }

    /// Reads an address.
    ///
    /// - Parameters:
    ///   - name: The platform's name: lower-case letters, digits and hyphens.
    ///   - url: The address with values in braces.
    /// - Throws: ``Problem`` with the remedy.
    public init(name: String, url: String) throws(Problem) {
        let isName =
            name.utf8.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } == true
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
        guard isName, name.utf8.count <= 40 else {
            let hint = "lower-case letters, digits and hyphens, as in acme-ads"
            throw Problem(description: "\"\(name.prefix(80))\" is no name for a platform: \(hint)")
        }
        self.name = name
        address = try PostbackTemplate(url)
        notes = address.notes
    }

    /// The file, whose tests expect what comes out.
    ///
    /// - Throws: ``MappingDiagnostics`` where the address holds what a description cannot say.
    public func file() throws(MappingDiagnostics) -> [UInt8] {
        let draft = Array((document.indentedText + "\n").utf8)
        return try PostbackFile(parsing: draft, file: name).update().bytes
    }

    private var document: JSONValue {
        var settings: [JSONValue.Member] = address.secrets.map { name in
            .init(name, ["about": .string("The \(name) that goes into every call."), "type": "secret"])
        }
        settings += address.settings.map { .init($0, ["about": .string("What stands for {\($0)} in the address.")]) }
        if !address.namesCurrency {
            let about = "The currency in which the platform reads every amount; others are refused."
            settings.append(.init("currency", ["about": .string(about), "type": "currency"]))
        }
        var sample = address.secrets.map { JSONValue.Member($0, .string("sample-\($0)")) }
        sample += address.settings.map { .init($0, .string("sample-\($0)")) }
        if !address.namesCurrency { sample.append(.init("currency", "EUR")) }
        let parameter = name.split(separator: "-").joined(separator: "_") + "_click_id"
        return [
            "$schema": "postback.schema.json", "postback": 1, "name": .string(name), "version": "0.1.0",
            "about": "Drafted; what the platform's answers mean is a guess until somebody has looked.",
            "address": .string(address.origin), "settings": .object(settings),
            "capabilities": [
                "refunds": "none", "identifiers": ["click"], "parameters": .object([.init(parameter, "click")]),
            ],
            "requests": [sale, Self.refund(name)], "answers": answers, "sample": .object(sample),
            "tests": .array(Self.tests),
        ]
    }

    private var sale: JSONValue {
        var before: [JSONValue] = [
            Self.ending("!$.ids.click", "notAttributed", "the sale names no click"),
            Self.ending("!$.amount", "permanent", "the sale does not state an amount"),
            Self.ending("$.amount.minor <= 0", "notApplicable", "nothing was paid"),
        ]
        if !address.namesCurrency {
            let reason = "{$.amount.currency} is not the currency that the setting \"currency\" names"
            before.append(Self.ending("$.amount.currency != $.settings.currency", "permanent", reason))
        }
        var members: [JSONValue.Member] = [
            .init("id", "sale"), .init("on", ["payment.succeeded"]), .init("before", .array(before)),
            .init("method", "GET"), .init("path", .string(address.path)),
        ]
        if !address.query.isEmpty { members.append(.init("query", .object(address.query))) }
        return .object(members)
    }

    private static func refund(_ name: String) -> JSONValue {
        [
            "id": "refund", "on": ["refund.succeeded", "refund.reversed", "dispute.lost", "dispute.won"],
            "before": [ending("$.amount.minor == 0", "notApplicable", "no money moved")], "end": "needsHuman",
            "reason": .string(
                "a postback cannot correct a conversion: at \(name) set the one with order id {$.sale.key} to "
                    + "{$.sale.remaining.major}"
            ),
        ]
    }

    private static func ending(_ condition: String, _ end: String, _ reason: String) -> JSONValue {
        ["where": .string(condition), "end": .string(end), "reason": .string(reason)]
    }

    private var answers: JSONValue {
        [
            [
                "status": ["200-299", 404], "match": "<[Hh][Tt][Mm][Ll]|<![Dd][Oo][Cc][Tt][Yy][Pp][Ee]",
                "end": "retryable",
                "reason": .string("a page answers instead of \(name); is the address right?"),
            ],
            ["status": 409, "end": "duplicate", "reason": .string("\(name) had the conversion already")],
            ["status": 404, "end": "notAttributed", "reason": .string("\(name) knows no such click")],
            [
                "status": "2xx", "match": "[Dd]uplicate", "end": "duplicate",
                "reason": .string("\(name) had the conversion already"),
            ],
            [
                "status": "2xx", "match": "[Ii]nvalid|[Ee]rror|not found|false", "end": "notAttributed",
                "reason": .string("\(name) took the call and did not book it"), "words": "@.text",
            ],
            [
                "status": "2xx", "end": "unproven",
                "reason": .string("taken; \(name) does not say whether anybody is credited"),
            ],
        ]
    }

    private static var tests: [JSONValue] {
        let money: JSONValue = ["amount": "95.20", "currency": "EUR"]
        func data(_ attribution: JSONValue) -> JSONValue {
            [
                "total": money, "phase": "first", "customer": ["user": "user_7", "email": "ada@example.com"],
                "attribution": attribution, "lines": [["product": "prod_1", "quantity": 1]],
            ]
        }
        let click: JSONValue = ["click": "c 1", "params": ["sub1": "blog"]]
        func sale(_ attribution: JSONValue) -> JSONValue {
            [
                "event": ["type": "payment.succeeded", "subject": "invoice:in_1", "data": data(attribution)],
                "key": "shop:invoice:in_1",
            ]
        }
        func test(_ name: String, _ delivery: JSONValue, _ answer: JSONValue?) -> JSONValue {
            var members: [JSONValue.Member] = [.init("name", .string(name)), .init("delivery", delivery)]
            if let answer { members.append(.init("answer", answer)) }
            return .object(members + [.init("expect", [:])])
        }
        let refund: JSONValue = [
            "event": ["type": "refund.succeeded", "subject": "refund:re_1", "data": ["total": money]],
            "sale": ["event": ["data": data(click)], "key": "shop:invoice:in_1", "after": "30.00"],
        ]
        return [
            test("a sale", sale(click), ["status": 200]), test("a sale without a click", sale([:]), nil),
            test("a repeated sale", sale(click), ["status": 409]),
            test("a click that is not known", sale(click), ["status": 404]),
            test("a 200 that is none", sale(click), ["status": 200, "text": "error: invalid click"]),
            test("a refund", refund, nil),
        ]
    }
}
