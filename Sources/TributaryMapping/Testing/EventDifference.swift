// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// One field in which the events that came differ from those expected.
public struct EventDifference: Sendable, Hashable {
    /// Kind and business key of the event, for example `payment.succeeded invoice:in_1`.
    public var event: String

    /// The field as mappings name it, for example `total.amount` or `lines[0].product`.
    public var field: String

    /// The expected value; `nil` where none was expected.
    public var expected: JSONValue?

    /// The value that came; `nil` where none came.
    public var found: JSONValue?
}

/// Two lists of events side by side, as CloudEvents.
struct EventComparison {
    /// An expected event and the one that came in its place.
    private struct Pair {
        let expected: JSONValue?
        let found: JSONValue?
        let differences: [EventDifference]
    }

    private let pairs: [Pair]

    /// Whether the lists hold the same events in the same order; the order of members does not matter.
    let areEqual: Bool

    init(expected: [JSONValue], found: [JSONValue]) {
        areEqual = expected.map(\.sorted) == found.map(\.sorted)
        pairs = Self.paired(expected, found).map { one, other in
            Pair(expected: one, found: other, differences: Self.differences(one, other))
        }
    }

    /// All fields that differ, event by event.
    var differences: [EventDifference] { pairs.flatMap(\.differences) }

    /// The differences as people read them, over several lines.
    ///
    /// - Parameter extra: What to call an event that was not expected.
    /// - Returns: The lines.
    func text(extra: String = "an event too many") -> String {
        var lines: [String] = []
        for (index, pair) in pairs.enumerated() where !pair.differences.isEmpty {
            let name = pair.differences[0].event
            switch (pair.expected, pair.found) {
            case (.some, nil): lines.append("an event is missing: \(name)")
            case (nil, .some): lines.append("\(extra): \(name)")
            case (_, _): lines.append("event \(index + 1) differs: \(name)   (- expected, + found)")
            }
            let width = pair.differences.map(\.field.count).max() ?? 0
            for difference in pair.differences {
                let field = difference.field + String(repeating: " ", count: width - difference.field.count)
                if let value = difference.expected { lines.append("  - \(field)  \(value.text)") }
                if let value = difference.found { lines.append("  + \(field)  \(value.text)") }
            }
        }
        if lines.isEmpty, !areEqual { lines.append("the events come in another order") }
        return lines.joined(separator: "\n")
    }

    // MARK: Pairing

    /// Pairs events of the same kind and key, and what then is left in order.
    private static func paired(
        _ expected: [JSONValue],
        _ found: [JSONValue]
    ) -> [(expected: JSONValue?, found: JSONValue?)] {
        var free = Array(found.indices)
        var partners = [Int?](repeating: nil, count: expected.count)
        for (index, event) in expected.enumerated() {
            let name = name(event)
            guard let place = free.firstIndex(where: { Self.name(found[$0]) == name }) else { continue }
            partners[index] = free.remove(at: place)
        }
        for index in expected.indices where partners[index] == nil && !free.isEmpty {
            partners[index] = free.removeFirst()
        }
        return zip(expected, partners).map { ($0, $1.map { found[$0] }) } + free.map { (nil, found[$0]) }
    }

    private static func name(_ event: JSONValue) -> String {
        [event["type"]?.string, event["subject"]?.string].compactMap(\.self).joined(separator: " ")
    }

    // MARK: Fields

    private static func differences(_ expected: JSONValue?, _ found: JSONValue?) -> [EventDifference] {
        let (old, new) = (expected.map(fields) ?? [], found.map(fields) ?? [])
        let event = name(found ?? expected ?? .null)
        let oldValues = Dictionary(old, uniquingKeysWith: { first, _ in first })
        let newValues = Dictionary(new, uniquingKeysWith: { first, _ in first })
        let names = old.map(\.0) + new.map(\.0).filter { oldValues[$0] == nil }
        return names.filter { oldValues[$0] != newValues[$0] }.map { name in
            EventDifference(event: event, field: name, expected: oldValues[name], found: newValues[name])
        }
    }

    /// The leaves of an event, what stands in `data` under the names that mappings use.
    private static func fields(_ event: JSONValue) -> [(String, JSONValue)] {
        (event.members ?? []).flatMap { member in
            let isData = member.name == "data" && member.value.members?.isEmpty == false
            return leaves(member.value, isData ? "" : member.name)
        }
    }

    private static func leaves(_ value: JSONValue, _ path: String) -> [(String, JSONValue)] {
        switch value {
        case .object(let members) where !members.isEmpty:
            members.flatMap { leaves($0.value, path.isEmpty ? $0.name : "\(path).\($0.name)") }
        case .array(let elements) where !elements.isEmpty:
            elements.enumerated().flatMap { leaves($0.element, "\(path)[\($0.offset)]") }
        case .null, .bool, .number, .string, .array, .object: [(path, value)]
        }
    }
}

extension JSONValue {
    /// The value with the members of all objects in alphabetical order, for comparing.
    fileprivate var sorted: JSONValue {
        switch self {
        case .null, .bool, .number, .string: self
        case .array(let elements): .array(elements.map(\.sorted))
        case .object(let members):
            .object(members.map { Member($0.name, $0.value.sorted) }.sorted { $0.name < $1.name })
        }
    }
}
