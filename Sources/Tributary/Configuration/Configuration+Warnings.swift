// SPDX-License-Identifier: Apache-2.0

extension Configuration {
    /// Sides of the way without which nothing arrives.
    var warningsOfWhatIsMissing: [ConfigurationProblems.Problem] {
        var found: [ConfigurationProblems.Problem] = []
        if sinks.isEmpty {
            found.append(
                .init(
                    "/sinks",
                    providers.isEmpty
                        ? "there are neither providers nor sinks: nothing comes in and nothing goes out"
                        : "there is no sink: webhooks are stored, and nothing goes out",
                    code: .withoutSinks,
                    hint:
                        "for example \"sinks\": { \"affonso\": { \"use\": \"affonso\", \"key\": \"env:AFFONSO_API_KEY\" } }"
                )
            )
        } else if providers.isEmpty {
            found.append(
                .init(
                    "/providers",
                    "there is no provider: nothing ever comes in for the sinks",
                    code: .withoutProviders,
                    hint: "for example \"providers\": { \"stripe\": { \"secrets\": [\"env:STRIPE_WEBHOOK_SECRET\"] } }"
                )
            )
        }
        return found
    }

    /// Sinks that work, but probably not as their author thinks.
    var warningsOfSinks: [ConfigurationProblems.Problem] {
        var found: [ConfigurationProblems.Problem] = []
        for sink in sinks {
            guard let url = sink.settings.configuredURL, Self.leavesInClear(url) else { continue }
            found.append(
                .init(
                    ConfigurationProblems.Problem.place("/sinks", sink.name) + "/url",
                    "the key and the buyers' data go over the network in clear",
                    code: .plaintext,
                    hint: "use https://, or an address of this machine"
                )
            )
        }
        return found
    }

    /// Whether an address is plain HTTP to another machine.
    private static func leavesInClear(_ url: String) -> Bool {
        guard url.lowercased().hasPrefix("http://") else { return false }
        let authority = url.dropFirst(7).prefix { $0 != "/" }.split(separator: "@").last ?? ""
        let host =
            authority.hasPrefix("[") ? authority.prefix { $0 != "]" }.dropFirst() : authority.prefix { $0 != ":" }
        let isIPv4 = host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        return !(host == "localhost" || host == "::1" || (isIPv4 && host.hasPrefix("127.")))
    }
}
