// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
public import TributaryModel

/// Rewrites what the tests in a file expect, and leaves every other byte as it is.
public struct ExpectationRewriter: Sendable {
    private let source: [UInt8]
    private let places: [TestPlace]
    private var edits: [(range: Range<Int>, text: String)] = []

    /// Finds the tests of a file; `nil` where it is no JSON or has no list of tests.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - keys: Members of a test that state what is expected, of which it has one at most.
    public init?(_ source: [UInt8], keys: [String]) {
        // Whoever rewrites a file has read it before, and told what was wrong with it.
        guard let document = try? JSONDocument(parsing: source, limits: .file),
            let list = document.member(document.root, JSONKey("tests"))
        else { return nil }
        var places: [TestPlace] = []
        var next = document.firstChild(list)
        while let node = next {
            next = document.nextSibling(node)
            places.append(TestPlace(document, node, keys))
        }
        self.source = source
        self.places = places
    }

    /// Gives a test another expectation, in the order of the file.
    ///
    /// - Parameters:
    ///   - index: The number of the test, counted from zero.
    ///   - member: What it expects from now on.
    /// - Returns: whether there is such a test.
    public mutating func rewrite(_ index: Int, to member: JSONValue.Member) -> Bool {
        guard places.indices.contains(index) else { return false }
        edits.append(edit(of: places[index], to: member))
        return true
    }

    /// The file with the new expectations.
    public var bytes: [UInt8] {
        var bytes = source
        for edit in edits.reversed() { bytes.replaceSubrange(edit.range, with: Array(edit.text.utf8)) }
        return bytes
    }

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
        let start = (source[..<byte].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        let indent = source[start..<byte].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.count
        return (indent, String(decoding: source[start..<byte], as: UTF8.self).count)
    }
}

/// Where a test stands in the file.
private struct TestPlace {
    /// Name and value of what it expects; `nil` where it expects nothing yet.
    private(set) var expectation: Range<Int>?

    /// Name and value of its last member.
    private(set) var lastMember = 0..<0

    init(_ document: JSONDocument, _ node: JSONNode, _ keys: [String]) {
        var next = document.firstChild(node)
        while let member = next {
            next = document.nextSibling(member)
            let value = document.byteRange(member)
            lastMember = (document.nameByteRange(member)?.lowerBound ?? value.lowerBound)..<value.upperBound
            if let name = document.name(member), keys.contains(name) { expectation = lastMember }
        }
    }
}
