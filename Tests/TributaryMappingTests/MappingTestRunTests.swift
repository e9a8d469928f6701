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

    @Test func `events that differ are shown line by line`() throws {
        let wrong = Self.expected.replacing("cus_1", with: "cus_2").replacing(#""subject": "k:e1","#, with: "")
        let reports = try Self.reports(#"{"name": "a", "event": "fixtures/a.json", "expect": [\#(wrong)]}"#)
        #expect(
            reports.first?.description == """
                FAIL a
                     the events differ (- expected, + found)
                       …
                           "data": {
                             "customer": {
                     -         "ref": "cus_2"
                     +         "ref": "cus_1"
                             },
                             "provider": {
                       …
                           "source": "sample",
                           "specversion": "1.0",
                     +     "subject": "k:e1",
                           "time": "2023-11-14T22:13:20Z",
                           "type": "customer.created"
                       …
                """
        )
    }

    @Test func `an event that was not expected is shown`() throws {
        let reports = try Self.reports(#"{"name": "a", "event": "fixtures/a.json", "expect": []}"#)
        #expect(reports.first?.failure?.contains("+     \"id\": \"e1\",") == true)
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
