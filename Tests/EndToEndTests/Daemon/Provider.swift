// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TributaryDelivery
import TributaryMapping
import TributaryModel
import TributarySigning

/// Stripe, as a daemon sees it: posts signed webhooks, and tries again until it is told that they are stored.
final class Provider: Sendable {
    /// What came of many calls.
    struct Tally: Sendable {
        /// Webhooks that were answered with 200, in no order.
        var stored: [StripeStory.Webhook] = []
        /// How often each status was answered; 0 is no answer.
        var statuses: [Int: Int] = [:]
    }

    private let client: HTTPClient
    private let signer: WebhookSigner
    private let base: Mutex<String>
    private let acknowledged = Atomic(0)

    /// Prepares calls to a daemon.
    ///
    /// - Parameter base: The daemon's address.
    /// - Throws: an error where there is no memory or thread for the client.
    init(_ base: String) throws {
        client = try HTTPClient(ClientSettings(callsPerOriginMax: 64))
        signer = WebhookSigner(try Mapping.shipped("stripe").verify)
        self.base = Mutex(base)
    }

    /// Calls go to this address from now on: a restarted daemon has another port.
    func turn(to base: String) { self.base.withLock { $0 = base } }

    /// The daemon's address.
    var address: String { base.withLock { $0 } }

    /// How many webhooks were answered with 200 so far.
    var acknowledgedCount: Int { acknowledged.load(ordering: .relaxed) }

    /// Headers that make a body genuine.
    func sign(
        _ body: [UInt8],
        secret: Secret = DaemonFolder.signingSecret,
        at time: Timestamp = .now
    ) throws(WebhookSigner.Failure) -> HeaderFields {
        try signer.sign(body: body, secret: secret, now: time)
    }

    /// Makes one call.
    func call(
        _ method: ClientRequest.Method,
        _ path: String,
        headers: HeaderFields = HeaderFields(),
        body: [UInt8] = []
    ) async throws(TransportFailure) -> ClientAnswer {
        var headers = headers
        if !body.isEmpty, headers["Content-Type"] == nil { headers.set("Content-Type", "application/json") }
        return try await client.send(
            ClientRequest(
                method,
                base.withLock { $0 } + path,
                headers: headers,
                body: body,
                addresses: .loopbackAllowed,
                allowsPlaintext: true
            )
        )
    }

    /// Posts a webhook once.
    func post(_ webhook: StripeStory.Webhook) async throws -> ClientAnswer {
        try await call(.post, "/webhooks/\(webhook.instance)", headers: try sign(webhook.body), body: webhook.body)
    }

    /// Posts webhooks, many at a time, each until it is stored or the time is over.
    func postAll(
        _ webhooks: [StripeStory.Webhook],
        inFlight: Int = 64,
        within limit: Duration
    ) async throws -> Tally {
        let deadline = ContinuousClock().now + limit
        let queue = Queue(webhooks)
        return try await withThrowingTaskGroup(of: Tally.self) { group in
            for _ in 0..<inFlight {
                group.addTask {
                    var tally = Tally()
                    while let webhook = queue.next() {
                        try await self.insist(on: webhook, until: deadline, &tally)
                    }
                    return tally
                }
            }
            return try await group.reduce(into: Tally()) { sum, tally in
                sum.stored += tally.stored
                sum.statuses.merge(tally.statuses) { $0 + $1 }
            }
        }
    }

    private func insist(
        on webhook: StripeStory.Webhook,
        until deadline: ContinuousClock.Instant,
        _ tally: inout Tally
    ) async throws {
        while ContinuousClock().now < deadline {
            let headers = try sign(webhook.body)
            var status = 0
            do throws(TransportFailure) {
                let path = "/webhooks/\(webhook.instance)"
                status = try await call(.post, path, headers: headers, body: webhook.body).status
            } catch {
                // A daemon that was killed answers nothing; Stripe tries again.
            }
            tally.statuses[status, default: 0] += 1
            if status == 200 {
                acknowledged.add(1, ordering: .relaxed)
                tally.stored.append(webhook)
                return
            }
            guard status == 0 || status >= 500 else { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Hands webhooks out in order, each once.
    private final class Queue: Sendable {
        private let webhooks: [StripeStory.Webhook]
        private let position = Atomic(0)

        init(_ webhooks: [StripeStory.Webhook]) { self.webhooks = webhooks }

        func next() -> StripeStory.Webhook? {
            let index = position.add(1, ordering: .relaxed).oldValue
            return index < webhooks.count ? webhooks[index] : nil
        }
    }

    /// Ends all calls.
    func close() async { await client.close() }
}
