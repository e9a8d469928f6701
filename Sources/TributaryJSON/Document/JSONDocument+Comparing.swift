// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

extension JSONDocument {
    /// Whether two values are the same, as RFC 9535 section 2.3.5.2.2 compares them.
    ///
    /// Numbers are equal when they are worth the same (`1`, `1.0`, `1e0`), exactly and at any length; strings when
    /// their unescaped bytes are; objects whatever the order of their members.
    public func equal(_ a: JSONNode, _ b: JSONNode) -> Bool {
        if a == b { return true }
        let left = record(a)
        let right = record(b)
        guard left.kind == right.kind else { return false }
        switch left.jsonKind {
        case .null: return true
        case .bool: return bool(a) == bool(b)
        case .number:
            return orderNumbers(a, b) == 0
        case .string:
            guard left.count == right.count else { return false }
            return withUTF8(of: a) { text in withUTF8(of: b) { text.elementsEqual($0) } }
        case .array: return left.count == right.count && equalElements(a, b)
        case .object: return left.count == right.count && equalMembers(a, b)
        }
    }

    /// Orders two numbers by worth, or two strings by Unicode scalar values; `nil` for anything else.
    ///
    /// - Returns: Negative where the first is less, 0 where they are equal, positive where it is greater.
    public func order(_ a: JSONNode, _ b: JSONNode) -> Int? {
        switch (kind(a), kind(b)) {
        case (.number, .number):
            orderNumbers(a, b)
        case (.string, .string):
            // UTF-8 keeps the order of scalar values.
            withUTF8(of: a) { text in withUTF8(of: b) { text.order($0) } }
        default: nil
        }
    }

    private func orderNumbers(_ a: JSONNode, _ b: JSONNode) -> Int {
        withUTF8(of: a) { text in withUTF8(of: b) { ExactDecimal.order(text, $0) } }
    }

    private func equalElements(_ a: JSONNode, _ b: JSONNode) -> Bool {
        var left = firstChild(a)
        var right = firstChild(b)
        while let one = left, let other = right {
            guard equal(one, other) else { return false }
            left = nextSibling(one)
            right = nextSibling(other)
        }
        return true
    }

    /// Both have the same number of members and no name twice, so one direction is enough.
    private func equalMembers(_ a: JSONNode, _ b: JSONNode) -> Bool {
        var left = firstChild(a)
        var right = firstChild(b)
        while let one = left, let other = right {
            guard sameName(one, other) else { return equalMembersInAnyOrder(one, other) }
            guard equal(one, other) else { return false }
            left = nextSibling(one)
            right = nextSibling(other)
        }
        return true
    }

    /// Compares what is left of two objects once their orders part.
    ///
    /// Sorting both by name keeps large objects in reverse order from costing n²; it is the one comparison that
    /// allocates.
    private func equalMembersInAnyOrder(_ a: JSONNode, _ b: JSONNode) -> Bool {
        let left = membersByName(from: a)
        let right = membersByName(from: b)
        return left.elementsEqual(right) { sameName($0, $1) && equal($0, $1) }
    }

    private func membersByName(from first: JSONNode) -> [JSONNode] {
        var nodes = [first]
        while let last = nodes.last, let next = nextSibling(last) { nodes.append(next) }
        return nodes.sorted { one, other in
            withNameUTF8(of: record(one)) { name in withNameUTF8(of: record(other)) { name.order($0) < 0 } }
        }
    }

    private func sameName(_ a: JSONNode, _ b: JSONNode) -> Bool {
        let left = record(a)
        let right = record(b)
        guard left.name_hash == right.name_hash, left.name_length == right.name_length else { return false }
        return withNameUTF8(of: left) { name in withNameUTF8(of: right) { name.elementsEqual($0) } }
    }
}

extension Span where Element == UInt8 {
    /// Negative where these bytes stand before the others in lexicographic order, 0 where they are the same.
    func order(_ other: Span<UInt8>) -> Int {
        for at in 0..<Swift.min(count, other.count) where self[at] != other[at] {
            return self[at] < other[at] ? -1 : 1
        }
        return count - other.count
    }
}
