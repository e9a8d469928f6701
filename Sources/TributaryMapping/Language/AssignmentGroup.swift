// SPDX-License-Identifier: Apache-2.0

/// Entries of `set` under a name, for several rules to use.
final class AssignmentGroup: Sendable {
    let name: String
    let assignments: [Assignment]

    /// The targets that the group names, those among them that did not compile.
    let names: [String]

    /// The name in the file, with its quotes.
    let range: Range<Int>

    init(name: String, assignments: [Assignment], names: [String], range: Range<Int>) {
        self.name = name
        self.assignments = assignments
        self.names = names
        self.range = range
    }
}
