// SPDX-License-Identifier: Apache-2.0

import TributaryJSON

extension FileReader {
    /// Compiles the groups of `defs`, each once, however many rules use it.
    func groups(_ node: JSONNode) -> [String: AssignmentGroup] {
        guard document.kind(node) == .object else {
            reportType(node, "\"defs\"", expected: "an object of named groups")
            return [:]
        }
        var groups: [String: AssignmentGroup] = [:]
        for (name, value) in children(node) {
            if name.isEmpty { report(.empty, "the name of a group must not be empty", at: nameRange(value)) }
            let members = document.kind(value) == .object ? children(value) : []
            if document.kind(value) != .object {
                reportType(value, "the group \"\(name)\"", expected: "an object of targets, as in \"set\"")
            } else if members.isEmpty {
                report(.empty, "the group \"\(name)\" must not be empty", at: value)
            }
            groups[name] = AssignmentGroup(
                name: name,
                assignments: members.isEmpty ? [] : assignments(value),
                names: members.map(\.name),
                range: nameRange(value)
            )
        }
        return groups
    }

    /// The groups that a rule uses, in its order.
    func groups(usedIn node: JSONNode, of groups: [String: AssignmentGroup]) -> [AssignmentGroup] {
        (texts(node, "\"use\"") ?? []).compactMap { use in
            usedGroups.insert(use.name)
            if let group = groups[use.name] { return group }
            report(
                .unknownGroup,
                "there is no group \"\(use.name)\" in \"defs\"",
                hint: Spelling.question(use.name, in: groups.keys.sorted())
                    ?? (groups.isEmpty
                        ? "write it at the top: \"defs\": { \"\(use.name)\": { … } }"
                        : "there are \(groups.keys.sorted().joined(separator: ", "))"),
                at: use.range
            )
            return nil
        }
    }

    /// Warns of groups that no rule uses.
    func checkUse(of groups: [String: AssignmentGroup]) {
        // A misspelt "use" would tell the same mistake twice.
        guard !diagnostics.contains(where: { $0.severity == .error }) else { return }
        for group in groups.values where !usedGroups.contains(group.name) {
            report(
                .unusedGroup,
                "no rule uses the group \"\(group.name)\"",
                hint: "name it in a rule: \"use\": [\"\(group.name)\"], or leave it out",
                at: group.range,
                severity: .warning
            )
        }
    }

    /// The entries of groups and of the rule itself; the later one fills a target, where two do.
    static func joined(_ groups: [AssignmentGroup], _ own: [Assignment]) -> [Assignment] {
        guard !groups.isEmpty else { return own }
        var joined: [Assignment] = []
        var places: [String: Int] = [:]
        for assignment in groups.flatMap(\.assignments) + own {
            if let place = places[assignment.name] {
                joined[place] = assignment
            } else {
                places[assignment.name] = joined.count
                joined.append(assignment)
            }
        }
        return joined
    }
}
