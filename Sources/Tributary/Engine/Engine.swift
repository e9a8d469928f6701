// SPDX-License-Identifier: Apache-2.0

public import TributaryLedger
public import TributaryModel
import TributarySigning

/// Receives webhooks: verify, read, map, settle.
///
/// Linked into a server, this is all that is called for each request; delivering what was planned is the business of a
/// dispatcher over the same store.
public struct Engine: Sendable {
    /// A sink as it was composed from the configuration.
    public struct ComposedSink: Sendable {
        /// Its name in the configuration.
        public var name: String
        /// The platform.
        public var sink: any Sink
    }

    /// The sinks, in the order of the configuration.
    public let sinks: [ComposedSink]

    /// The ledger's settings, which a dispatcher needs too.
    public let policy: LedgerPolicy

    /// What the configuration and the program gave the intakes; a mapping that is exchanged gets the same.
    let instances: [ProviderInstance]
    let attributionKeys: AttributionKeys
    let plugins: Plugins
    let drift: DriftSensor?

    let intakes: IntakeTable
    let store: any Store
    private let calls: VerifierCalls
    let now: @Sendable () -> Timestamp
    let random: @Sendable (_ count: Int) -> [UInt8]

    /// How visitors who come through a partner are taken note of.
    public let capture: CaptureRules

    /// Composes an engine.
    ///
    /// - Parameters:
    ///   - configuration: What the operator decided.
    ///   - store: Where everything durable lives.
    ///   - plugins: What is compiled in.
    ///   - transport: Makes the calls of verifiers; without one, what cannot be proven without a call is answered with 503.
    ///   - drift: Told what webhooks have that their mapping does not know; nobody unless stated.
    ///   - now: The wall clock.
    ///   - random: So many bytes that nobody can guess; the system's unless stated.
    /// - Throws: ``ConfigurationProblems`` with everything that is wrong.
    public init(
        _ configuration: Configuration,
        store: any Store,
        plugins: Plugins = Plugins(),
        transport: (any VerifierTransport)? = nil,
        drift: DriftSensor? = nil,
        now: @escaping @Sendable () -> Timestamp = { .now },
        random: @escaping @Sendable (_ count: Int) -> [UInt8] = Engine.systemRandom
    ) throws(ConfigurationProblems) {
        let composition = Composition(configuration, plugins, drift: drift)
        guard composition.problems.isEmpty else { throw ConfigurationProblems(composition.problems) }
        sinks = composition.sinks
        policy = composition.policy
        calls = VerifierCalls(transport)
        instances = configuration.providers
        attributionKeys = configuration.attributionKeys
        self.plugins = plugins
        self.drift = drift
        intakes = IntakeTable(composition.intakes)
        self.store = store
        self.now = now
        self.random = random
        var capture = configuration.capture
        capture.touch = configuration.touch
        self.capture = capture
    }

    /// Bytes of the system's random numbers.
    public static func systemRandom(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<max(0, count)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Checks that a configuration can be composed, without a store.
    ///
    /// - Throws: ``ConfigurationProblems`` with everything that is wrong.
    public static func validate(_ configuration: Configuration, plugins: Plugins) throws(ConfigurationProblems) {
        let problems = Composition(configuration, plugins).problems
        guard problems.isEmpty else { throw ConfigurationProblems(problems) }
    }

    /// Names of the provider instances, in alphabetical order.
    public var providers: [String] { instances.map(\.name).sorted() }

    /// In what a webhook that was refused differs from a genuine one: lengths, how the body begins, how the signature is
    /// written, and likely causes.
    ///
    /// For the log and the operator, never for whoever sent it; without anything of body, secrets or signatures.
    ///
    /// - Parameter webhook: What ``receive(_:)`` refused.
    /// - Returns: one sentence each, the surest first; empty where there is nothing to say.
    public func explanation(ofRefused webhook: Webhook) -> [String] {
        guard let intake = intakes[webhook.provider], intake.isAddressed(by: webhook) else { return [] }
        return intake.explanation(of: webhook, at: now())
    }

    /// Receives a webhook and answers after what it means is durable.
    ///
    /// - Returns: what became of it; ``WebhookReceipt/status`` is the answer for the provider.
    /// - Throws: ``StoreError`` with the code `failed` or `closed`: the process must end. Everything else is a receipt.
    public func receive(_ webhook: Webhook) async throws(StoreError) -> WebhookReceipt {
        guard let intake = intakes[webhook.provider], intake.isAddressed(by: webhook) else {
            return WebhookReceipt(.unknownProvider)
        }
        let arrival = now()
        if let refused = await intake.refusal(of: webhook, at: arrival, calls: calls) { return WebhookReceipt(refused) }
        let submissions: [Submission]
        switch intake.admit(webhook, at: arrival) {
        case .admitted(let admitted): submissions = admitted
        case .unreadable(let reason): return WebhookReceipt(.unreadable(reason: reason))
        }
        var settlements: [Settlement] = []
        for submission in submissions {
            do throws(StoreError) {
                settlements.append(try await store.settle(submission, under: policy))
            } catch {
                switch error.code {
                case .busy, .full: return WebhookReceipt(.notStored(error.code))
                case .inUse, .newerSchema, .unusable, .failed, .closed: throw error
                }
            }
        }
        return WebhookReceipt(
            .settled(settlements),
            outcomes: submissions.map(\.outcome),
            events: submissions.flatMap(\.events)
        )
    }
}
