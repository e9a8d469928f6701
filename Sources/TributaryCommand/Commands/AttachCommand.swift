// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryMapping
import TributaryModel

extension Subcommand {
    /// `tributary attach`.
    static let attach = Subcommand(
        name: "attach",
        summary: "print the object to put into a checkout, so that the sale and its renewals find their partner",
        operands: "PROVIDER",
        operandsMax: 1,
        options: [
            Option(
                name: "params",
                value: "'NAME=VALUE'",
                summary: "an identifier under its platform's name; repeatable"
            ),
            Option(name: "click", value: "ID", summary: "the click's id"),
            Option(name: "user", value: "ID", summary: "your own id of the user, the same that the lead was told with"),
            Option(name: "sink", value: "NAME", summary: "use the names of this sink of the configuration for both"),
            Option(name: "config", value: "FILE", summary: "the configuration that --sink looks into"),
            Option(name: "call", value: "TEXT", summary: "only calls of the provider that contain this text"),
            Option(name: "subscription", value: nil, summary: "only what a checkout of a subscription takes"),
            Option(name: "one-time", value: nil, summary: "only what a checkout of a single payment takes"),
            Option(name: "json", value: nil, summary: "an array of {call, places, content}"),
        ],
        examples: [
            (
                "tributary attach stripe --subscription --call checkout/sessions --click clk_1 --user user_1",
                "both places of a Stripe subscription: the first payment's and the renewals'"
            ),
            (
                "tributary attach paypal --one-time --params affonso_referral=ref_1 --params customer_key=user_1",
                "PayPal takes one text of at most 127 characters"
            ),
            ("tributary attach polar --click clk_1 --json", "for scripts"),
        ],
        run: { arguments in
            guard let name = arguments.operands.first else {
                throw UsageError("which provider? There are: " + ShippedMappings.names.joined(separator: ", "))
            }
            let request = try AttachRequest(arguments)
            let mapping = try MappingSource(name).mapping()
            do throws(AttachProblem) {
                let attachments = try mapping.attachments(for: request)
                if arguments.has("json") {
                    Terminal.write(JSONValue.array(attachments.map(\.json)).indentedText + "\n")
                } else {
                    Terminal.write(attachments.map(\.text).joined(separator: "\n"))
                }
            } catch {
                switch error {
                case .nothing: throw UsageError("\(error): --click ID, --user ID or --params 'NAME=VALUE'")
                case .noPlace: throw UsageError("\(error); \(error.remedy)")
                case .tooManyKeys, .keyTooLong, .valueTooLong, .textTooLong:
                    throw CommandFailure("\(error); \(error.remedy)")
                }
            }
            return .fine
        }
    )
}

extension AttachRequest {
    fileprivate init(_ arguments: Arguments) throws {
        guard !arguments.has("subscription") || !arguments.has("one-time") else {
            throw UsageError("--subscription or --one-time, not both")
        }
        var params: [Attribution.Parameter] = []
        for text in arguments.all("params") {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw UsageError("--params wants 'NAME=VALUE', not '\(text)'")
            }
            params.append(.init(String(parts[0]), String(parts[1])))
        }
        let names = try arguments["sink"].map { try Self.names(of: $0, arguments["config"] ?? "tributary.json") }
        let keys = AttributionKeys()
        if let click = arguments["click"] {
            // Our own id has a name of its own, whatever the platform calls its ids; it means nothing to any of them.
            let own = ClickID(click) == nil ? nil : keys[.landing].first
            params.append(.init(own ?? names?.click ?? keys[.click].first ?? "click_id", click))
        }
        if let user = arguments["user"] {
            params.append(.init(names?.user ?? keys[.user].first ?? "user_id", user))
        }
        self.init(
            params: params,
            user: arguments["user"],
            purpose: arguments.has("subscription") ? .subscription : arguments.has("one-time") ? .oneTime : nil,
            call: arguments["call"]
        )
    }

    /// The names under which a sink looks for a click or referral, and for the user.
    private static func names(of sink: String, _ path: String) throws -> (click: String?, user: String?) {
        let configuration = try ConfigurationFile.read(path)
        guard let instance = configuration.sinks.first(where: { $0.name == sink }) else {
            let names = configuration.sinks.map(\.name)
            throw UsageError("there is no sink \"\(sink)\" in \(path) (there are: \(names.joined(separator: ", ")))")
        }
        guard let plugin = BuiltIn.sinks.first(where: { $0.name == instance.use }) else {
            throw UsageError("there is no plugin \"\(instance.use)\"")
        }
        let capabilities = try plugin.makeSink(instance.settings).capabilities
        func name(_ identifier: SinkCapabilities.Identifier) -> String? {
            capabilities.parameters.filter { $0.value == identifier }.map(\.key).min {
                ($0.hasPrefix(instance.use) ? 0 : 1, $0) < ($1.hasPrefix(instance.use) ? 0 : 1, $1)
            }
        }
        return (name(.click) ?? name(.referral), name(.user))
    }
}

extension Attachment {
    fileprivate var json: JSONValue {
        .object([
            .init("call", .string(call)),
            .init(
                "places",
                .array(
                    places.map { place in
                        .object([
                            .init("to", .string(place.to)), .init("as", .string(place.form.rawValue)),
                            .init("when", place.purpose.map { .string($0.rawValue) } ?? .null),
                            .init("why", place.why.map { .string($0) } ?? .null),
                        ])
                    }
                )
            ),
            .init("content", content),
        ])
    }

    fileprivate var text: String {
        var text = "\(call)\n"
        for place in places {
            let only =
                switch place.purpose {
                case .subscription?: " (subscriptions only)"
                case .oneTime?: " (single payments only)"
                case nil: ""
                }
            text += "  \(place.to)\(only)" + (place.why.map { ": \($0)" } ?? "") + "\n"
        }
        let content = content.string.map { "?" + $0 } ?? content.indentedText
        return text + content + "\n"
    }
}
