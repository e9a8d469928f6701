// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
public import TributaryModel

extension MappingFile {
    /// The file without `defs`: each rule with the entries of its groups in its own `set`.
    public var resolved: JSONValue {
        // The file was read before, so it is JSON.
        guard let document = try? JSONDocument(parsing: source.bytes, limits: .file) else { return .null }
        let whole = document.value(document.root)
        let groups = whole["defs"]
        return .object(
            (whole.members ?? []).filter { $0.name != "defs" }.map { member in
                guard member.name == "rules", let rules = member.value.elements else { return member }
                return JSONValue.Member("rules", .array(rules.map { Self.resolved($0, groups) }))
            }
        )
    }

    private static func resolved(_ rule: JSONValue, _ groups: JSONValue?) -> JSONValue {
        guard let use = rule["use"]?.elements, let members = rule.members else { return rule }
        var set: [JSONValue.Member] = []
        let entries = use.compactMap(\.string).flatMap { groups?[$0]?.members ?? [] } + (rule["set"]?.members ?? [])
        for entry in entries {
            if let place = set.firstIndex(where: { $0.name == entry.name }) {
                set[place] = entry
            } else {
                set.append(entry)
            }
        }
        return .object(
            members.filter { $0.name != "set" }.map { $0.name == "use" ? JSONValue.Member("set", .object(set)) : $0 }
        )
    }
}
