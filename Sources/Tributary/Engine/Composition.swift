// SPDX-License-Identifier: Apache-2.0

import TributaryLedger
import TributaryModel

/// Makes sinks, intakes and policy of a configuration, and collects what does not fit together.
struct Composition {
    private(set) var sinks: [Engine.ComposedSink] = []
    private(set) var policy: LedgerPolicy
    private(set) var intakes: [String: ProviderIntake] = [:]
    private(set) var problems: [ConfigurationProblems.Problem] = []

    /// Composes what can be composed.
    init(_ configuration: Configuration, _ plugins: Plugins, drift: DriftSensor? = nil) {
        policy = LedgerPolicy(
            sinks: [],
            grace: configuration.grace,
            touch: configuration.touch,
            clickLifetime: configuration.clickLifetime,
            bodyRetention: configuration.bodyRetention
        )
        for (index, token) in configuration.tokens.enumerated()
        where configuration.providers.contains(where: { $0.name == token.name }) {
            let message = "a provider has the name \"\(token.name)\": their ids would be taken for each other's"
            problems.append(.init("/tokens/\(index)/name", message, code: .badName, hint: "for example \"backend\""))
        }
        for instance in configuration.providers {
            do throws(ConfigurationProblems) {
                intakes[instance.name] = try ProviderIntake(
                    instance,
                    attributionKeys: configuration.attributionKeys,
                    plugins: plugins,
                    drift: drift
                )
            } catch {
                problems += error.problems
            }
        }
        for instance in configuration.sinks {
            do throws(ConfigurationProblems) {
                let sink = try Self.sink(instance, plugins)
                let terms = try Self.terms(instance, sink.capabilities, configuration.exchange)
                policy.sinks.append(try Self.policy(instance, sink.capabilities))
                sinks.append(Engine.ComposedSink(name: instance.name, sink: TermedSink(sink, terms)))
            } catch {
                problems += error.problems
            }
        }
    }

    private static func sink(_ instance: SinkInstance, _ plugins: Plugins) throws(ConfigurationProblems) -> any Sink {
        guard let plugin = plugins.sinks.first(where: { $0.name == instance.use }) else {
            let isProvider = plugins.mapping(instance.use) != nil
            let question = ConfigurationReader.question(instance.use, in: plugins.sinks.map { $0.name }.sorted())
            throw .init([
                .init(
                    "/sinks/\(instance.name)/use",
                    "there is no sink \"\(instance.use)\"",
                    code: .unknownSink,
                    hint: isProvider ? "that is a provider, and belongs under \"providers\"" : question
                )
            ])
        }
        return try plugin.makeSink(instance.settings)
    }

    private static func terms(
        _ instance: SinkInstance,
        _ capabilities: SinkCapabilities,
        _ tables: [RateTable]
    ) throws(ConfigurationProblems) -> MoneyTerms {
        var terms = MoneyTerms(
            basis: instance.amount ?? capabilities.amountByDefault,
            unstated: instance.unstated,
            currency: instance.currency
        )
        guard case .convertBy(let name) = instance.currency else { return terms }
        guard let table = tables.first(where: { $0.name == name }) else {
            let hint =
                tables.isEmpty
                ? "name it under \"exchange\"" : ConfigurationReader.question(name, in: tables.compactMap(\.name))
            throw .init([
                .init(
                    "/sinks/\(instance.name)/currency/convert",
                    "there is no table \"\(name)\" of exchange rates",
                    code: .unknownTable,
                    hint: hint
                )
            ])
        }
        terms.currency = .convert(table)
        return terms
    }

    private static func policy(
        _ instance: SinkInstance,
        _ capabilities: SinkCapabilities
    ) throws(ConfigurationProblems) -> SinkPolicy {
        let kinds = instance.send ?? capabilities.kindsByDefault
        let beyond = kinds.subtracting(capabilities.kinds).map(\.rawValue).sorted()
        guard beyond.isEmpty else {
            let message = "\"\(instance.use)\" has no place for " + beyond.joined(separator: ", ")
            let taken = capabilities.kinds.map(\.rawValue).sorted().joined(separator: ", ")
            throw .init([
                .init("/sinks/\(instance.name)/send", message, code: .unknownKind, hint: "it takes: \(taken)")
            ])
        }
        return SinkPolicy(
            name: instance.name,
            kinds: kinds,
            parameters: Set(capabilities.parameters.keys),
            sendsOrganic: instance.sendsOrganic,
            needsOrder: capabilities.needsOrder,
            userParameters: capabilities.needsUser
                ? Set(capabilities.parameters.filter { $0.value == .user }.keys) : nil,
            mode: instance.mode,
            correctionHold: capabilities.correctionHold
        )
    }
}
