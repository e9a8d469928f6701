// SPDX-License-Identifier: Apache-2.0

public import TributaryLedger
public import TributaryModel

/// What became of a webhook, and the HTTP answer that the provider is due.
public struct WebhookReceipt: Sendable, Hashable {
    /// What became of a webhook.
    public enum Result: Sendable, Hashable {
        /// It is durable: stored now, or stored before.
        case settled([Settlement])
        /// No provider instance has that name.
        case unknownProvider
        /// It is not genuine; the code is stable, for example `signatureMismatch`.
        case refused(code: String, remedy: String)
        /// It is genuine, but its body cannot be read; the place is a line and column.
        case unreadable(reason: String)
        /// It cannot be judged now, for example because a certificate cannot be fetched; the provider shall try again.
        case unavailable(reason: String, retryAfter: Duration)
        /// It could not be stored now; the provider shall try again.
        case notStored(StoreError.Code)
    }

    /// What became of it.
    public var result: Result

    /// What the mapping decided, one for each event of the body; empty where it did not come to that.
    public var outcomes: [JournalOutcome]

    /// The events that came out.
    public var events: [Event]

    /// Creates a receipt.
    public init(_ result: Result, outcomes: [JournalOutcome] = [], events: [Event] = []) {
        self.result = result
        self.outcomes = outcomes
        self.events = events
    }

    /// The HTTP status for the provider.
    ///
    /// 200 also for noise and repeats: both are stored, and a provider that is refused tries again for days.
    public var status: Int {
        switch result {
        case .settled: 200
        case .refused, .unreadable: 400
        case .unknownProvider: 404
        case .unavailable, .notStored: 503
        }
    }

    /// How long the provider shall wait before it tries again; only with status 503.
    public var retryAfter: Duration? {
        switch result {
        case .unavailable(_, let wait): min(max(wait, .seconds(1)), .seconds(3600))
        case .notStored: .seconds(5)
        case .settled, .refused, .unreadable, .unknownProvider: nil
        }
    }
}
