// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

extension MappingFile {
    /// The file with the expectations of failing tests as what comes out, and nothing else changed.
    ///
    /// - Parameter fixtures: Gives the bytes of a fixture by its path in the file; `nil` where there is none.
    /// - Returns: The new content and what it changes.
    public func update(fixtures: (String) -> [UInt8]?) -> MappingUpdate {
        let runs = testRuns(fixtures: fixtures)
        var update = MappingUpdate(bytes: source.bytes, updated: [], failed: [], passed: 0)
        var edits: [(range: Range<Int>, text: String)] = []
        let places = testPlaces
        for (index, run) in runs.enumerated() {
            if run.report.passed {
                update.passed += 1
            } else if let outcomes = run.outcomes, let place = places?[index],
                let expectation = Self.expectation(of: outcomes, insteadOf: tests[index].expectation)
            {
                let isNew = tests[index].expectation == nil
                update.updated.append(isNew ? Self.newReport(run.report.name, outcomes) : run.report)
                edits.append(edit(of: place, to: expectation))
            } else {
                update.failed.append(run.report)
            }
        }
        for edit in edits.reversed() { update.bytes.replaceSubrange(edit.range, with: Array(edit.text.utf8)) }
        return update
    }

    /// What a test expects from now on that expected nothing before.
    private static func newReport(_ name: String, _ outcomes: [MappingOutcome]) -> TestReport {
        let events = outcomes.flatMap(\.events).map(\.cloudEvent)
        let comparison = EventComparison(expected: [], found: events)
        let text =
            events.isEmpty ? outcomes.first.map(\.description) ?? "no events" : comparison.text(extra: "an event")
        return TestReport(name: name, failure: text, differences: comparison.differences)
    }

    /// The nodes of the tests; `nil` where the file is not what it was when it was read.
    private var testPlaces: [TestPlace]? {
        // The file was read before, so it is JSON.
        guard let document = try? JSONDocument(parsing: source.bytes, limits: .file),
            let list = document.member(document.root, JSONKey("tests"))
        else { return nil }
        var places: [TestPlace] = []
        var next = document.firstChild(list)
        while let node = next {
            next = document.nextSibling(node)
            places.append(TestPlace(document, node))
        }
        return places.count == tests.count ? places : nil
    }

    /// What a test may expect of outcomes; `nil` where no expectation can state them.
    private static func expectation(
        of outcomes: [MappingOutcome],
        insteadOf old: MappingTest.Expectation?
    ) -> JSONValue.Member? {
        let events = outcomes.flatMap(\.events)
        let others = outcomes.filter(\.events.isEmpty).map { member(of: $0, insteadOf: old) }
        if events.isEmpty, let first = others.first, others.allSatisfy({ $0 == first }) { return first }
        guard !outcomes.contains(where: \.isFailure) else { return nil }
        return JSONValue.Member("expect", .array(events.map(\.cloudEvent)))
    }

    private static func member(
        of outcome: MappingOutcome,
        insteadOf old: MappingTest.Expectation?
    ) -> JSONValue.Member? {
        switch outcome {
        case .emitted, .budgetExceeded: return nil
        case .ignored(let why): return JSONValue.Member("ignored", .string(why))
        case .filtered(let rule, let clause):
            if case .filtered(_, nil) = old { return JSONValue.Member("filtered", .string(rule)) }
            return JSONValue.Member("filtered", ["rule": .string(rule), "clause": .string(clause)])
        case .unmapped: return JSONValue.Member("unmapped", true)
        case .incomplete(let field): return JSONValue.Member("incomplete", .string(field))
        case .invalid(let field, _, _): return JSONValue.Member("invalid", .string(field))
        }
    }

    // MARK: Text

    private func edit(of place: TestPlace, to member: JSONValue.Member) -> (range: Range<Int>, text: String) {
        let head = JSONValue.string(member.name).text + ": "
        if let expectation = place.expectation {
            let (indent, column) = position(of: expectation.lowerBound)
            let text = JSONLayout.text(member.value, indent: indent, column: column + head.count, tail: 1)
            return (expectation, head + text)
        }
        // Behind the last member, on a line of its own where the members have such.
        let (indent, column) = position(of: place.lastMember.lowerBound)
        let isOwnLine = indent == column
        let start = isOwnLine ? ",\n" + String(repeating: " ", count: indent) : ", "
        let before = isOwnLine ? indent : position(of: place.lastMember.upperBound).column + 2
        let text = JSONLayout.text(member.value, indent: indent, column: before + head.count, tail: isOwnLine ? 0 : 3)
        return (place.lastMember.upperBound..<place.lastMember.upperBound, start + head + text)
    }

    /// Blanks at the start of the line of a byte, and characters before the byte.
    private func position(of byte: Int) -> (indent: Int, column: Int) {
        let start = (source.bytes[..<byte].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        let indent = source.bytes[start..<byte].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.count
        return (indent, String(decoding: source.bytes[start..<byte], as: UTF8.self).count)
    }
}

/// Where a test stands in the file.
private struct TestPlace {
    /// Name and value of what it expects; `nil` where it expects nothing yet.
    private(set) var expectation: Range<Int>?

    /// Name and value of its last member.
    private(set) var lastMember = 0..<0

    init(_ document: JSONDocument, _ node: JSONNode) {
        var next = document.firstChild(node)
        while let member = next {
            next = document.nextSibling(member)
            let value = document.byteRange(member)
            lastMember = (document.nameByteRange(member)?.lowerBound ?? value.lowerBound)..<value.upperBound
            if let name = document.name(member), FileReader.expectationKeys.contains(name) { expectation = lastMember }
        }
    }
}
