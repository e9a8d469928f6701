// SPDX-License-Identifier: Apache-2.0

/// Makes the calls that verifiers want made: seldom, briefly, and once for all webhooks that want the same.
///
/// Anybody can send forged webhooks, so nothing here grows or is repeated with their number: results are kept, failures
/// too; webhooks that want the same share one call; calls are rationed for each provider instance; and what is kept of
/// failures never drives out what is kept of successes.
actor VerifierCalls {
    /// The longest that all calls for one webhook may take together: the strictest provider waits five seconds for an
    /// answer, and storing comes after this.
    static let timeMax = Duration.seconds(4)

    /// Longest body of an answer.
    static let bytesMax = 64 * 1024

    /// The longest that a result is kept.
    static let lifetimeMax = Duration.seconds(7 * 86_400)

    /// Most webhooks that wait for one call of another.
    static let waitingMax = 512

    /// What a call is about: results of one provider instance never serve another.
    private struct Key: Hashable {
        var provider: String
        var text: String
    }

    private struct Flight {
        var waiting: [CheckedContinuation<Exchange.Result, Never>] = []
    }

    private struct Ration {
        /// Calls whose results are kept are rare, unless somebody forges webhooks that want new ones.
        var keyed = TokenBucket(capacity: 16, perSecond: 2)
        /// Calls that judge one webhook are as many as the webhooks.
        var single = TokenBucket(capacity: 128, perSecond: 64)
    }

    private let transport: (any VerifierTransport)?
    private let clock = ContinuousClock()
    private var successes = ExpiringResults<Key>(countMax: 128)
    private var failures = ExpiringResults<Key>(countMax: 256)
    private var flights: [Key: Flight] = [:]
    private var rations: [String: Ration] = [:]

    init(_ transport: (any VerifierTransport)?) { self.transport = transport }

    /// Makes a call, or answers from what is kept.
    ///
    /// - Parameters:
    ///   - call: The call.
    ///   - provider: Name of the provider instance, one of the configured.
    ///   - deadline: When the webhook's time is over.
    ///   - lifetime: How long the result may serve others.
    /// - Returns: What came of it.
    func perform(
        _ call: VerifierCall,
        for provider: String,
        until deadline: ContinuousClock.Instant,
        lifetime: @Sendable (Exchange, String) -> Duration
    ) async -> Exchange.Result {
        guard let text = call.cacheKey else {
            guard rations[provider, default: Ration()].single.take(at: clock.now) else { return Self.rateLimited }
            return await fetch(call, until: deadline)
        }
        let key = Key(provider: provider, text: text)
        if let kept = successes[key, at: clock.now] ?? failures[key, at: clock.now] { return kept }
        if let flight = flights[key] {
            guard flight.waiting.count < Self.waitingMax else { return Self.rateLimited }
            return await withCheckedContinuation { flights[key]?.waiting.append($0) }
        }
        guard rations[provider, default: Ration()].keyed.take(at: clock.now) else { return Self.rateLimited }
        flights[key] = Flight()
        let result = await fetch(call, until: deadline)
        keep(result, of: call, key, lifetime)
        for waiting in flights.removeValue(forKey: key)?.waiting ?? [] { waiting.resume(returning: result) }
        return result
    }

    /// Drops what turned out to be useless.
    func forget(_ texts: Set<String>, of provider: String) {
        for text in texts { successes.remove(Key(provider: provider, text: text)) }
    }

    private func fetch(_ call: VerifierCall, until deadline: ContinuousClock.Instant) async -> Exchange.Result {
        guard let transport else { return Self.failure("noTransport") }
        let time = deadline - clock.now
        guard time > .zero else { return Self.failure("timeoutTotal") }
        return await transport.perform(call, within: time, bytes: Self.bytesMax)
    }

    private func keep(
        _ result: Exchange.Result,
        of call: VerifierCall,
        _ key: Key,
        _ lifetime: (Exchange, String) -> Duration
    ) {
        // A sender that goes away ends the call, which says nothing about the answerer.
        if case .failure(let failure) = result, failure.code == "canceled" || failure.code == "timeoutTotal" { return }
        let time = min(lifetime(Exchange(call.call, result), key.text), Self.lifetimeMax)
        guard time > .zero else { return }
        if case .answer(let answer) = result, answer.isSuccess {
            successes.keep(result, as: key, until: clock.now + time, at: clock.now)
        } else {
            failures.keep(result.withoutContent, as: key, until: clock.now + time, at: clock.now)
        }
    }

    private static let rateLimited = failure("rateLimited")

    private static func failure(_ code: String) -> Exchange.Result {
        .failure(CallFailure(code: code, mayHaveArrived: false))
    }
}

extension Exchange.Result {
    /// Without what only takes space where many are kept.
    fileprivate var withoutContent: Exchange.Result {
        switch self {
        case .answer(let answer): .answer(Answer(status: answer.status, retryAfter: answer.retryAfter))
        case .failure: self
        }
    }
}
