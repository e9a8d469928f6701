// SPDX-License-Identifier: Apache-2.0

extension FileReader {
    /// Reports rules that nothing reaches and types that are told two things, for each profile.
    func checkReachability(rules: [Rule], ignores: [IgnoreEntry], profiles: [String]) {
        var reported: Set<Int> = []
        func once(_ code: MappingDiagnostic.Code, _ message: String, hint: String? = nil, at range: Range<Int>) {
            if reported.insert(range.lowerBound).inserted { report(code, message, hint: hint, at: range) }
        }
        for profile in profiles.isEmpty ? [nil] : profiles.map(Optional.some) {
            let rules = rules.filter { Self.applies($0.profiles, to: profile) }
            let ignores = ignores.filter { $0.condition == nil && Self.applies($0.profiles, to: profile) }
            var takers: [String: [Rule]] = [:]
            for rule in rules {
                for type in rule.types {
                    if let taker = takers[type.name]?.first(where: { $0.at == nil || $0.at?.text == rule.at?.text }) {
                        once(
                            .unreachableRule,
                            "no \"\(type.name)\" reaches the rule \"\(rule.id)\": \"\(taker.id)\" takes every one",
                            hint: "give \"\(taker.id)\" (line \(line(of: taker.range.lowerBound))) a \"where\", "
                                + "or put it behind",
                            at: type.range
                        )
                    }
                }
                guard rule.condition == nil else { continue }
                for type in rule.types { takers[type.name, default: []].append(rule) }
            }
            var ignored: Set<String> = []
            for type in ignores.flatMap(\.types) {
                if let rule = rules.first(where: { $0.types.contains { $0.name == type.name } }) {
                    once(
                        .mappedAndIgnored,
                        "\"\(type.name)\" is ignored here and mapped by the rule \"\(rule.id)\"",
                        hint: "an ignore entry beside a rule needs a \"where\"; what no rule takes is filtered anyway",
                        at: type.range
                    )
                } else if !ignored.insert(type.name).inserted {
                    once(.repeated, "\"\(type.name)\" is ignored twice", at: type.range)
                }
            }
        }
    }

    /// Whether something belongs to a profile; what names none belongs to all.
    static func applies(_ profiles: [String]?, to profile: String?) -> Bool {
        guard let profiles, let profile else { return true }
        return profiles.contains(profile)
    }
}
