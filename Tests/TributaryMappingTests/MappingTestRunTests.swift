// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryMapping
import TributaryModel

@Suite struct MappingTestRunTests {
    private static let event = #"{"id": "e1", "type": "t", "created": 1700000000, "o": {"c": "cus_1", "a": 5}}"#

    private static let expected = #"""
        {"type": "customer.created", "specversion": "1.0", "id": "e1", "source": "sample", "subject": "k:e1",
         "time": "2023-11-14T22:13:20Z", "datacontenttype": "application/json",
         "data": {"provider": {"name": "sample", "event": "e1", "type": "t"}, "customer": {"ref": "cus_1"}}}
        """#

    private static func reports(_ tests: String) throws -> [TestReport] {
        let mapping = try Sample.mapping(
            rules: Sample.rule(
                #""customer.ref": "@.c", "live": "@.live""#,
                further: #""where": "@.a > 0""#
            ),
            further: #""ignore": [{"on": ["x"], "why": "noise"}], "tests": [\#(tests)]"#
        )
        return mapping.runTests { path in path == "fixtures/a.json" ? Array(event.utf8) : nil }
    }

    @Test(arguments: [
        #""event": "fixtures/a.json", "expect": [\#(expected)]"#, #""event": \#(event), "expect": [\#(expected)]"#,
        #""event": {"id": "e", "type": "t", "created": 1, "o": {"a": 0}}, "filtered": "r""#,
        #""event": {"id": "e", "type": "t", "created": 1, "o": {"a": 0}}, "expect": []"#,
        #""event": {"id": "e", "type": "x"}, "ignored": true"#, #""event": {"id": "e", "type": "y"}, "unmapped": true"#,
        #""event": {"id": "e", "type": "t", "o": {"a": 1}}, "incomplete": "time""#,
        #""event": {"id": "e", "type": "t", "created": 1, "o": {"a": 1, "live": "yes"}}, "invalid": "live""#,
    ])
    func `a test that is right passes`(members: String) throws {
        let reports = try Self.reports(#"{"name": "a", \#(members)}"#)
        #expect(reports.map(\.failure) == [nil])
        #expect(reports.first?.description == "ok   a")
    }

    @Test(arguments: [
        (#""event": "fixtures/b.json", "unmapped": true"#, "the fixture fixtures/b.json does not exist"),
        (
            #""event": {"id": "e", "type": "y"}, "ignored": true"#,
            "expected ignored, but unmapped: no rule or ignore entry names the type y"
        ),
        (#""event": {"id": "e", "type": "x"}, "unmapped": true"#, "expected unmapped, but ignored: noise"),
        (#""event": {"id": "e", "type": "x"}, "filtered": "r""#, "expected filtered by the rule r, but ignored: noise"),
        (
            #""event": {"id": "e", "type": "x"}, "expect": [\#(expected)]"#, "expected 1 event, but ignored: noise"
        ),
        (
            #""event": {"id": "e", "type": "t", "o": {"a": 1}}, "expect": []"#,
            "expected 0 events, but incomplete: time is missing"
        ),
        (
            #""event": \#(event), "incomplete": "total""#,
            "expected incomplete for want of total, but emitted customer.created"
        ),
        (#""event": \#(event), "invalid": "total""#, "expected invalid in total, but emitted customer.created"),
    ])
    func `a test that is wrong says why`(members: String, failure: String) throws {
        #expect(try Self.reports(#"{"name": "a", \#(members)}"#).map(\.failure) == [failure])
    }

    @Test func `events that differ are shown field by field`() throws {
        let wrong = Self.expected.replacing("cus_1", with: "cus_2").replacing(#""subject": "k:e1","#, with: "")
            .replacing(#""customer": {"#, with: #""phase": "first", "customer": {"#)
        let reports = try Self.reports(#"{"name": "a", "event": "fixtures/a.json", "expect": [\#(wrong)]}"#)
        #expect(
            reports.first?.description == """
                FAIL a
                     event 1 differs: customer.created k:e1   (- expected, + found)
                       - phase         "first"
                       - customer.ref  "cus_2"
                       + customer.ref  "cus_1"
                       + subject       "k:e1"
                """
        )
        #expect(reports.first?.differences.map(\.field) == ["phase", "customer.ref", "subject"])
    }

    @Test func `an event that was not expected is shown whole`() throws {
        let reports = try Self.reports(#"{"name": "a", "event": "fixtures/a.json", "expect": []}"#)
        #expect(
            reports.first?.failure == """
                an event too many: customer.created k:e1
                  + specversion      "1.0"
                  + id               "e1"
                  + type             "customer.created"
                  + source           "sample"
                  + subject          "k:e1"
                  + time             "2023-11-14T22:13:20Z"
                  + datacontenttype  "application/json"
                  + customer.ref     "cus_1"
                  + provider.name    "sample"
                  + provider.event   "e1"
                  + provider.type    "t"
                """
        )
    }

    @Test func `events are held side by side by kind and key`() throws {
        let rule = #"""
            [{"id": "r", "on": ["t"], "at": "$.o[*]", "emit": "customer.created", "key": ["k", "@.k"],
              "set": {"customer.ref": "@.c"}}]
            """#
        func event(_ number: Int, _ key: String, _ ref: String) -> String {
            let id = number == 1 ? "e" : "e#\(number)"
            return #"""
                {"specversion": "1.0", "id": "\#(id)", "type": "customer.created", "source": "sample", "subject": "k:\#(key)",
                 "time": "1970-01-01T00:00:01Z", "datacontenttype": "application/json",
                 "data": {"customer": {"ref": "\#(ref)"}, "provider": {"name": "sample", "event": "e", "type": "t"}}}
                """#
        }
        func failure(_ expected: [String]) throws -> String? {
            try Sample.mapping(
                rules: rule,
                further: #"""
                    "tests": [{"name": "n", "event": {"id": "e", "type": "t", "created": 1,
                      "o": [{"k": "1", "c": "a"}, {"k": "2", "c": "b"}]}, "expect": [\#(expected.joined(separator: ","))]}]
                    """#
            ).runTests { _ in nil }.first?.failure
        }
        #expect(try failure([event(1, "1", "a"), event(2, "2", "b")]) == nil)
        #expect(try failure([event(2, "2", "b"), event(1, "1", "a")]) == "the events come in another order")
        #expect(
            try failure([event(2, "2", "x")]) == """
                event 1 differs: customer.created k:2   (- expected, + found)
                  - customer.ref  "x"
                  + customer.ref  "b"
                an event too many: customer.created k:1
                  + specversion      "1.0"
                  + id               "e"
                  + type             "customer.created"
                  + source           "sample"
                  + subject          "k:1"
                  + time             "1970-01-01T00:00:01Z"
                  + datacontenttype  "application/json"
                  + customer.ref     "a"
                  + provider.name    "sample"
                  + provider.event   "e"
                  + provider.type    "t"
                """
        )
        #expect(
            try failure([event(1, "1", "a"), event(2, "2", "b"), event(3, "3", "c")])?
                .hasPrefix("an event is missing: customer.created k:3\n  - specversion") == true
        )
    }

    @Test func `entries of a batch that mean nothing need no expectation`() throws {
        let mapping = try Sample.mapping(
            event: #"{"id": "@.id", "type": "@.type", "time": {"received": true}}"#,
            rules: #"[{"id": "r", "on": ["t"], "emit": "customer.created", "key": ["k", "@.id"]}]"#,
            further: #"""
                "body": {"batch": "$[*]"},
                "tests": [{"name": "n", "event": [{"id": "a", "type": "u"}, {"id": "b", "type": "t"}], "expect": [
                  {"specversion": "1.0", "id": "b", "type": "customer.created", "source": "sample", "subject": "k:b",
                   "time": "2026-01-01T00:00:00Z", "datacontenttype": "application/json",
                   "data": {"provider": {"name": "sample", "event": "b", "type": "t"}}}]}]
                """#
        )
        #expect(mapping.runTests { _ in nil }.map(\.failure) == [nil])
    }

    @Test(arguments: [
        (#""filtered": {"rule": "r", "clause": "@.a > 0"}"#, nil),
        (
            #""filtered": {"rule": "r", "clause": "@.a > 1"}"#,
            "expected filtered by the rule r, where false: @.a > 1, but filtered: rule r, where false: @.a > 0"
        ),
        (
            #""ignored": "noise""#, "expected ignored: noise, but filtered: rule r, where false: @.a > 0"
        ),
    ])
    func `a clause and a reason can be expected`(expectation: String, failure: String?) throws {
        let event = #""event": {"id": "e", "type": "t", "created": 1, "o": {"a": 0}}"#
        #expect(try Self.reports(#"{"name": "a", \#(event), \#(expectation)}"#).map(\.failure) == [failure])
    }

    @Test func `headers and profiles reach the test`() throws {
        let mapping = try Sample.mapping(
            event: #"{"id": {"header": "X-Id"}, "type": "$.type", "time": {"unix": "$.created"}}"#,
            rules: #"""
                [{"id": "a", "profiles": ["p"], "on": ["t"], "emit": "customer.created", "key": ["k", {"header": "X-Id"}]},
                 {"id": "b", "profiles": ["q"], "on": ["t"], "where": "$.x == 1", "emit": "customer.created",
                  "key": ["k", "$.id"]}]
                """#,
            further: #"""
                "profiles": ["p", "q"],
                "tests": [
                  {"name": "default", "event": {"type": "t", "created": 1}, "headers": {"x-id": "h"}, "filtered": "b"},
                  {"name": "named", "event": {"type": "t", "created": 1}, "profile": "q", "filtered": "b"}]
                """#
        )
        #expect(
            mapping.runTests { _ in nil }.map(\.failure)
                == ["expected filtered by the rule b, but emitted customer.created", nil]
        )
    }
}
