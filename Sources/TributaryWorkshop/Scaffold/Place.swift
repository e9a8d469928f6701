// SPDX-License-Identifier: Apache-2.0

/// Where something stands in a sample; all elements of an array are one place.
struct Place: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        case member(String)
        case element
    }

    var steps: [Step] = []

    static let root = Place()

    /// The place of these members, one below the other.
    init(_ names: String...) { steps = names.map { .member($0) } }

    private init(_ steps: [Step]) { self.steps = steps }

    func appending(_ step: Step) -> Place { Place(steps + [step]) }

    func member(_ name: String) -> Place { appending(.member(name)) }

    /// The place above; the root is its own.
    var parent: Place { Place(steps.dropLast()) }

    /// Name of the last member on the way; empty for the root.
    var name: String {
        for step in steps.reversed() {
            if case .member(let name) = step { return name }
        }
        return ""
    }

    var depth: Int { steps.count }

    var isInArray: Bool { steps.contains(.element) }

    func isBelow(_ other: Place) -> Bool { depth > other.depth && steps.starts(with: other.steps) }

    /// Names of the members between a place above and this one, this one left out.
    func names(below other: Place) -> [String] {
        steps.dropFirst(other.depth).dropLast().compactMap { step in
            if case .member(let name) = step { name } else { nil }
        }
    }

    /// The selector from the root of the body.
    var selector: String { "$" + Self.text(steps[...]) }

    /// The selector as a rule writes it that stands at another place.
    func selector(at place: Place) -> String {
        guard place != .root, self == place || isBelow(place) else { return selector }
        return "@" + Self.text(steps.dropFirst(place.depth))
    }

    private static func text(_ steps: ArraySlice<Step>) -> String {
        steps.map { step in
            switch step {
            case .element: "[*]"
            case .member(let name): isShorthand(name) ? "." + name : "['" + escaped(name) + "']"
            }
        }.joined()
    }

    /// RFC 9535 section 2.5.1.1, ASCII only.
    private static func isShorthand(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
        }
    }

    private static func escaped(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "'", "\\": text += "\\" + String(scalar)
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
