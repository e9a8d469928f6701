// SPDX-License-Identifier: Apache-2.0

package import TributaryModel

/// What a mapping file sets out to do: its rules, targets and types, without the expressions.
package struct MappingOutline: Sendable {
    /// A rule.
    package struct Rule: Sendable {
        /// Its id.
        package let id: String

        /// The kind of event that it emits.
        package let kind: EventKind

        /// The types that it takes.
        package let types: [String]

        /// What it fills: targets, `lines[*].total`, `alias charge`; in the order of the file.
        package let targets: [String]
    }

    /// An ignore entry.
    package struct IgnoreEntry: Sendable {
        /// The types that it leaves out.
        package let types: [String]

        /// Why.
        package let why: String

        /// Whether a `where` decides.
        package let isConditional: Bool
    }

    /// The rules, in the order of the file.
    package let rules: [Rule]

    /// The ignore entries, in the order of the file.
    package let ignores: [IgnoreEntry]

    /// What is left unread on purpose.
    package let unread: [UnreadDeclaration]
}

extension MappingFile {
    /// What the file sets out to do.
    ///
    /// - Parameter profile: Leaves out what does not belong to this profile; `nil` for everything.
    /// - Returns: The outline.
    package func outline(profile: String? = nil) -> MappingOutline {
        MappingOutline(
            rules: rules.filter { FileReader.applies($0.profiles, to: profile) }.map { rule in
                MappingOutline.Rule(
                    id: rule.id,
                    kind: rule.kind,
                    types: rule.types.map(\.name),
                    targets: rule.outlineTargets
                )
            },
            ignores: ignores.filter { FileReader.applies($0.profiles, to: profile) }.map { entry in
                MappingOutline.IgnoreEntry(
                    types: entry.types.map(\.name),
                    why: entry.why,
                    isConditional: entry.condition != nil
                )
            },
            unread: unread
        )
    }
}

extension Rule {
    /// Names of all that the rule fills.
    fileprivate var outlineTargets: [String] {
        aliasNames
            + assignments.flatMap { assignment in
                guard case .each(let each) = assignment.expression else { return [assignment.name] }
                return [assignment.name] + each.assignments.map { "\(assignment.name)[*].\($0.target.rawValue)" }
            }
    }

    /// The aliases as targets.
    var aliasNames: [String] { aliases.map { "alias \($0.type)" } }
}
