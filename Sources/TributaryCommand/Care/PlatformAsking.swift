// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryDelivery
import TributaryModel

/// Asks platforms what they can tell without being changed: whether a key is good, and which sales they have.
enum PlatformAsking {
    /// What a platform listed.
    enum Listed {
        case success([ListedSale], isWhole: Bool)
        case failure(String)
    }

    /// What came of checking a key.
    struct Probed: Sendable, Hashable {
        /// How it ended; `nil` where the platform did not answer so that the key could be judged.
        var end: DeliveryEnd?
        var reason: String
        /// Whether the platform refuses the key.
        var isRefused = false
        /// The platform's clock, where it told.
        var date: Timestamp?
        /// Ours at that moment.
        var asked: Timestamp
    }

    /// The most calls of one listing and of one probe, and how long either may take.
    private static let listCallsMax = 1000
    private static let probeCallsMax = 4
    private static let listTimeMax = Duration.seconds(600)
    private static let pausesMax = 20

    /// Lists what a platform has.
    static func list(_ sink: any Sink, from start: Timestamp, to end: Timestamp) async throws -> Listed {
        try await withClient { transport in
            let deadline = ContinuousClock.now + listTimeMax
            var exchanges: [Exchange] = []
            var pauses = 0
            while exchanges.count < listCallsMax, ContinuousClock.now < deadline {
                switch sink.list(from: start, to: end, after: exchanges) {
                case .sales(let sales, let isWhole): return .success(sales, isWhole: isWhole)
                case .unavailable(let reason): return .failure(reason)
                case .call(let call):
                    var result = await transport.perform(call)
                    // A limit on the pace is no answer: the same call again, as late as the platform asks.
                    while case .answer(let answer) = result, answer.status == 429, pauses < pausesMax {
                        pauses += 1
                        try await Task.sleep(for: min(answer.retryAfter ?? .seconds(2), .seconds(60)))
                        result = await transport.perform(call)
                    }
                    exchanges.append(Exchange(call, result))
                }
            }
            return .failure("the list did not end within \(listCallsMax) calls and 10 minutes")
        }
    }

    /// Checks a key by a call without side effects.
    static func probe(_ sink: any Sink, with perform: (Call) async -> Exchange.Result) async -> Probed {
        var exchanges: [Exchange] = []
        var date: Timestamp?
        while exchanges.count < probeCallsMax {
            switch sink.probe(after: exchanges) {
            case .call(let call):
                let result = await perform(call)
                if case .answer(let answer) = result, let text = answer.headers["Date"] {
                    date = HTTPDate.read(text) ?? date
                }
                exchanges.append(Exchange(call, result))
            case .end(let end): return Probed(end: end.end, reason: end.reason, date: date, asked: .now)
            case .retry(let retry):
                let isRefused = retry.scope == .credentials
                return Probed(end: nil, reason: retry.reason, isRefused: isRefused, date: date, asked: .now)
            }
        }
        return Probed(end: nil, reason: "it would need more than \(probeCallsMax) calls", date: date, asked: .now)
    }

    /// Makes calls with a client that is closed afterwards.
    static func withClient<Value>(
        _ body: (PlatformTransport) async throws -> Value
    ) async throws -> Value {
        let client = try HTTPClient(ClientSettings(userAgent: "Tributary/\(Version.text)"))
        do {
            let value = try await body(PlatformTransport(client: client, now: { .now }))
            await client.close()
            return value
        } catch {
            await client.close()
            throw error
        }
    }
}
