// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryModel

extension FileReader {
    /// Warns of leads and sales that take the merchant's user from different places: platforms then find no customer.
    ///
    /// Where a field stands differs between types of events, so it is known by its name alone, and by what is made of its
    /// text.
    func lintUsers(of sections: MappingFileReader.Sections) {
        var told: Set<String> = []
        for lead in sections.rules where lead.kind == .customerCreated {
            guard let ours = lead.userSource else { continue }
            for sale in sections.rules where sale.kind == .paymentSucceeded && lead.shares(with: sale) {
                guard let theirs = sale.userSource, ours.identity !== theirs.identity else { continue }
                let difference: String
                if ours.names.isDisjoint(with: theirs.names), !ours.names.isEmpty, !theirs.names.isEmpty {
                    difference = "from \(ours.words) in the lead and from \(theirs.words) in the sale"
                } else if ours.forms != theirs.forms {
                    difference = "\(ours.formWords) in the lead and \(theirs.formWords) in the sale"
                } else {
                    continue
                }
                guard told.insert(sale.id).inserted else { continue }
                report(
                    .differentUsers,
                    "the rules \"\(lead.id)\" and \"\(sale.id)\" take customer.user \(difference)",
                    hint: "take the same id at sign-up and sale, else platforms do not know the buyer",
                    at: sale.range,
                    severity: .warning
                )
            }
        }
    }
}

/// Where a rule takes the merchant's user from.
private struct UserSource {
    /// Rules that use a group share what fills it.
    let identity: Assignment
    /// The names of the fields, without the way to them.
    var names: Set<String> = []
    /// What is made of their texts.
    var forms: Set<String> = []

    init(_ assignment: Assignment) {
        identity = assignment
        add(assignment.expression)
    }

    var words: String { names.sorted().map { "\"\($0)\"" }.joined(separator: " or ") }
    var formWords: String { forms.isEmpty ? "as it stands" : forms.sorted().joined(separator: " and ") }

    private mutating func add(_ expression: Expression) {
        switch expression {
        case .lower(let inner):
            forms.insert("in lower case")
            add(inner)
        case .sha256(let inner):
            forms.insert("as a digest")
            add(inner)
        case .trim(let inner), .defaulted(let inner, _), .map(let inner, _): add(inner)
        case .first(let alternatives): for alternative in alternatives { add(alternative) }
        default:
            for selector in expression.allSelectors {
                if case .name(let name)? = selector.path.query.segments.last?.step { names.insert(name.name) }
            }
        }
    }
}

extension Rule {
    fileprivate var userSource: UserSource? {
        assignments.last { $0.target == .customerUser }.map(UserSource.init)
    }

    /// Whether both can apply in one profile.
    fileprivate func shares(with other: Rule) -> Bool {
        guard let profiles, let others = other.profiles else { return true }
        return profiles.contains { others.contains($0) }
    }
}
