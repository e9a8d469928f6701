// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

extension JSONDocument {
    /// How many elements an array or members an object has; 0 for a scalar.
    public func count(_ n: JSONNode) -> Int {
        let record = record(n)
        return record.isContainer ? Int(record.count) : 0
    }

    /// The first element of an array, or the value of an object's first member.
    public func firstChild(_ n: JSONNode) -> JSONNode? {
        let record = record(n)
        // A container stands directly before its content.
        return record.isContainer && record.count > 0 ? JSONNode(index: n.index + 1) : nil
    }

    /// The next element, or the value of the next member.
    public func nextSibling(_ n: JSONNode) -> JSONNode? {
        let next = record(n).next
        return next == 0 ? nil : JSONNode(index: next)
    }

    /// The array or object in which a value stands; `nil` for the root.
    public func parent(_ n: JSONNode) -> JSONNode? {
        let parent = record(n).parent
        return parent == .max ? nil : JSONNode(index: parent)
    }

    /// The unescaped name of the member whose value this is; `nil` for elements and the root.
    public func name(_ n: JSONNode) -> String? {
        let record = record(n)
        return record.isMember ? withNameUTF8(of: record) { String($0) } : nil
    }

    /// Whether this is the value of a member of that name.
    public func nameEquals(_ n: JSONNode, _ key: JSONKey) -> Bool { nameEquals(record(n), key) }

    /// The value of an object's member of that name; `nil` where there is none or the value is no object.
    public func member(_ object: JSONNode, _ key: JSONKey) -> JSONNode? {
        guard kind(object) == .object, var child = firstChild(object) else { return nil }
        while let index = firstSibling(from: child.index, nameHash: key.nameHash) {
            child = JSONNode(index: index)
            if nameEquals(record(child), key) { return child }
            guard let next = nextSibling(child) else { return nil }
            child = next
        }
        return nil
    }

    /// The element at a position of an array; `nil` outside of its bounds or where the value is no array.
    ///
    /// - Parameters:
    ///   - array: A value of this document.
    ///   - position: Counted from 0; negative from the end, -1 being the last.
    /// - Returns: The element.
    public func element(_ array: JSONNode, at position: Int) -> JSONNode? {
        guard kind(array) == .array else { return nil }
        let count = count(array)
        guard position < count, position >= -count, var child = firstChild(array) else { return nil }
        for _ in 0..<(position < 0 ? position + count : position) {
            guard let next = nextSibling(child) else { return nil }
            child = next
        }
        return child
    }

    private func nameEquals(_ record: csimdjson_node, _ key: JSONKey) -> Bool {
        guard record.isMember, record.name_hash == key.nameHash, Int(record.name_length) == key.bytes.count else {
            return false
        }
        return withNameUTF8(of: record) { $0.elementsEqual(key.bytes.span) }
    }
}

extension csimdjson_node {
    @inline(__always)
    var isContainer: Bool { kind >= UInt8(CSIMDJSON_ARRAY) }

    @inline(__always)
    var isMember: Bool { name_start != .max }
}

extension Span where Element == UInt8 {
    /// Whether the bytes are the same.
    func elementsEqual(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for at in 0..<count where self[at] != other[at] { return false }
        return true
    }
}
