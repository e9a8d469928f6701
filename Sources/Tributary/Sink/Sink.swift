// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// An affiliate platform, as a pure state machine: it says which call to make and what an answer means.
///
/// A sink does no I/O, reads no clock and keeps no state. The dispatcher makes the calls, waits, retries and stores; so
/// every sink can be tested without a socket and driven from another language.
public protocol Sink: Sendable {
    /// What the platform can take.
    var capabilities: SinkCapabilities { get }

    /// The next step of one attempt to deliver.
    ///
    /// Called with no exchanges first; each ``Step/call(_:)`` is made and comes back as one more exchange, until the sink
    /// answers ``Step/end(_:)`` or ``Step/retry(_:)``. The same delivery and exchanges always give the same step.
    ///
    /// - Parameters:
    ///   - delivery: What is to be delivered, with everything that the ledger knows about it.
    ///   - exchanges: The calls made so far in this attempt, with their answers, oldest first.
    /// - Returns: what to do next.
    func step(for delivery: Delivery, after exchanges: [Exchange]) -> Step

    /// The next step of checking the key by a call without side effects.
    func probe(after exchanges: [Exchange]) -> Step

    /// The next step of making the platform forget a person.
    func forget(_ person: ForgottenPerson, after exchanges: [Exchange]) -> Step

    /// The next step of listing the platform's sales between two times.
    func list(from start: Timestamp, to end: Timestamp, after exchanges: [Exchange]) -> ListStep
}

/// A kind of sink that a configuration can name in `"use"`.
public protocol SinkPlugin: Sendable {
    /// Stable lower-case name, for example `affonso`.
    static var name: String { get }

    /// One line for `tributary plugins` and error messages.
    static var summary: String { get }

    /// Whether test money is told as such, so that a live program books none of it; not unless stated.
    static var marksTestMoney: Bool { get }

    /// Creates a sink from its part of the configuration.
    ///
    /// - Throws: ``ConfigurationProblems`` with everything that is wrong, found through ``PluginSettings``.
    static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink
}

extension SinkPlugin {
    /// Test money is told like any other.
    public static var marksTestMoney: Bool { false }
}
