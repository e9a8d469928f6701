// SPDX-License-Identifier: Apache-2.0

/// A place in all bodies of one shape: the names on the way to it, whatever the positions in lists.
package struct FieldPath: Sendable, Hashable {
    /// One step on the way.
    package enum Step: Sendable, Hashable {
        /// To the member of that name.
        case name(String)
        /// To any element of a list.
        case element
    }

    /// The steps from the body's root.
    package let steps: [Step]

    /// Creates a path from its steps.
    package init(_ steps: [Step]) { self.steps = steps }

    /// The last name on the way; `nil` where there is none.
    package var name: String? { names.last }

    /// The names on the way.
    package var names: [String] {
        steps.compactMap { step in
            if case .name(let name) = step { name } else { nil }
        }
    }

    /// The place in which this one stands; the root's is itself.
    package var parent: FieldPath { FieldPath(steps.dropLast()) }
}

extension FieldPath {
    init(_ steps: ArraySlice<Step>) { self.steps = Array(steps) }
}

extension FieldPath: CustomStringConvertible {
    /// The path as a selector, for example `$.data.object.lines.data[*].amount`.
    package var description: String {
        steps.reduce(into: "$") { text, step in
            switch step {
            case .element: text += "[*]"
            case .name(let name) where Self.isPlain(name): text += "." + name
            case .name(let name): text += "['" + Self.escaped(name) + "']"
            }
        }
    }

    /// Source: RFC 9535 section 2.5.1.1, member-name-shorthand.
    private static func isPlain(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
        return name.unicodeScalars.allSatisfy { scalar in
            scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
                || ("0"..."9").contains(scalar) || scalar.value >= 0x80
        }
    }

    private static func escaped(_ name: String) -> String {
        name.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "'", "\\": text += "\\" + String(scalar)
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension FieldPath: Comparable {
    /// In the order of the texts.
    package static func < (a: FieldPath, b: FieldPath) -> Bool { a.description < b.description }
}
