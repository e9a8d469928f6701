// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// A body in `application/x-www-form-urlencoded` with bracket nesting, as PHP and Ruby on Rails read it.
///
/// `a=1` is a member, `a[b]=1` a member of a member, `a[]=1` an element; `a[0]=x&a[1]=y` is a list too. All values are
/// texts. What two readers could understand differently is refused: the same name twice, or a value that also has members.
struct FormBody {
    private static let fieldsMax = 10_000
    private static let depthMax = 32

    /// The body as JSON text.
    let json: [UInt8]

    init(_ bytes: [UInt8]) throws(BodyError) {
        let root = Group()
        var count = 0
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.count
            if end > start {
                count += 1
                guard count <= Self.fieldsMax else {
                    throw BodyError(badForm: "more than \(Self.fieldsMax) fields", at: start)
                }
                let sign = bytes[start..<end].firstIndex(of: UInt8(ascii: "="))
                let name = try Self.decoded(bytes[start..<(sign ?? end)])
                let value = try sign.map { (sign) throws(BodyError) in try Self.decoded(bytes[(sign + 1)..<end]) } ?? []
                try Self.store(value, under: try Self.path(name, at: start), in: root, at: start)
            }
            start = end + 1
        }
        json = root.json.encoded()
    }

    /// A text without its percent encoding; `nil` where it is none.
    static func decoded(_ text: String) -> String? {
        // A text of a webhook has no place that could be told.
        guard let bytes = try? decoded(Array(text.utf8)[...]) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Undoes percent encoding; `+` is a blank.
    private static func decoded(_ bytes: ArraySlice<UInt8>) throws(BodyError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let byte = bytes[position]
            if byte == UInt8(ascii: "%") {
                guard position + 2 < bytes.endIndex, let high = digit(bytes[position + 1]),
                    let low = digit(bytes[position + 2])
                else { throw BodyError(badForm: "a % without two hexadecimal digits", at: position) }
                result.append(high << 4 | low)
                position += 3
            } else {
                result.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                position += 1
            }
        }
        guard String(validating: result, as: UTF8.self) != nil else {
            throw BodyError(badForm: "the field is not UTF-8", at: bytes.startIndex)
        }
        return result
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// `a[b][]` as `["a", "b", ""]`; brackets that do not pair belong to the name.
    private static func path(_ name: [UInt8], at offset: Int) throws(BodyError) -> [String] {
        guard let open = name.firstIndex(of: UInt8(ascii: "[")), open > 0, name.last == UInt8(ascii: "]") else {
            return [String(decoding: name, as: UTF8.self)]
        }
        var parts = [String(decoding: name[..<open], as: UTF8.self)]
        var position = open
        while position < name.count {
            guard name[position] == UInt8(ascii: "["),
                let close = name[position...].firstIndex(of: UInt8(ascii: "]"))
            else { return [String(decoding: name, as: UTF8.self)] }
            parts.append(String(decoding: name[(position + 1)..<close], as: UTF8.self))
            position = close + 1
        }
        guard parts.count <= depthMax else {
            throw BodyError(badForm: "brackets are nested more than \(depthMax) deep", at: offset)
        }
        return parts
    }

    private static func store(
        _ value: [UInt8],
        under path: [String],
        in root: Group,
        at offset: Int
    ) throws(BodyError) {
        var group = root
        for part in path.dropLast() {
            guard let next = group.group(part) else {
                throw BodyError(badForm: "a field is both a value and a group of fields", at: offset)
            }
            group = next
        }
        guard group.store(String(decoding: value, as: UTF8.self), under: path.last ?? "") else {
            throw BodyError(badForm: "the same field stands twice", at: offset)
        }
    }
}

/// Fields of a form below one name; lives only while the form is read.
private final class Group {
    private enum Content {
        case text(String)
        case group(Group)
    }

    private var members: [(name: String, content: Content)] = []
    private var places: [String: Int] = [:]
    private var next = 0

    /// The group of a name, made where there is none; `nil` where a value has that name.
    func group(_ name: String) -> Group? {
        let name = numbered(name)
        guard let place = places[name] else {
            let group = Group()
            add(name, .group(group))
            return group
        }
        if case .group(let group) = members[place].content { return group }
        return nil
    }

    /// Stores a value.
    ///
    /// - Returns: `false` where the name is taken.
    func store(_ text: String, under name: String) -> Bool {
        let name = numbered(name)
        guard places[name] == nil else { return false }
        add(name, .text(text))
        return true
    }

    private func add(_ name: String, _ content: Content) {
        places[name] = members.count
        members.append((name, content))
        if let number = Int(name), number >= next, number < .max { next = number + 1 }
    }

    /// `[]` is the next free number.
    private func numbered(_ name: String) -> String { name.isEmpty ? String(next) : name }

    var json: JSONValue {
        let values = members.map { member -> JSONValue in
            switch member.content {
            case .text(let text): .string(text)
            case .group(let group): group.json
            }
        }
        let isList = !members.isEmpty && members.enumerated().allSatisfy { $0.element.name == String($0.offset) }
        guard !isList else { return .array(values) }
        return .object(zip(members, values).map { JSONValue.Member($0.name, $1) })
    }
}
