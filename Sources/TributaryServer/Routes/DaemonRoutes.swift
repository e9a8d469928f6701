// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryLedger
public import TributaryModel

/// The daemon's doors: webhooks in, and what an operator's tools ask for.
public struct DaemonRoutes: Sendable {
    private let engine: Engine
    private let store: any Store
    private let metrics: EngineMetrics
    private let registry: MetricsRegistry
    private let remarks: @Sendable () -> [String]
    private let wake: @Sendable (Set<String>) -> Void
    private let fail: @Sendable (StoreError) -> Void
    private let log: Log
    private let refusals = Throttle(every: .seconds(1))
    private let failures = Throttle(every: .seconds(1))

    /// Creates the doors.
    ///
    /// - Parameters:
    ///   - engine: Receives webhooks.
    ///   - store: Is asked whether it can commit, and for its balances.
    ///   - registry: Where everything is counted.
    ///   - log: Told what an operator should know of; no body, header, e-mail or secret.
    ///   - remarks: What `/readyz` adds: lines on what works, but not as somebody wants it to.
    ///   - wake: Told the sinks that have something new to send.
    ///   - fail: Told when the store has failed; the process must end then.
    public init(
        engine: Engine,
        store: any Store,
        registry: MetricsRegistry,
        log: Log,
        remarks: @escaping @Sendable () -> [String] = { [] },
        wake: @escaping @Sendable (Set<String>) -> Void,
        fail: @escaping @Sendable (StoreError) -> Void
    ) {
        self.engine = engine
        self.store = store
        self.registry = registry
        self.remarks = remarks
        self.wake = wake
        self.fail = fail
        self.log = log
        metrics = EngineMetrics(registry, providers: engine.providers, sinks: engine.sinks.map(\.name))
    }

    /// The routes.
    public var router: Router {
        var router = Router()
        router.on("POST", "/webhooks/{address...}") { request, address in await receive(request, at: address) }
        router.on("GET", "/healthz") { _, _ in .text("ok\n") }
        router.on("GET", "/readyz") { _, _ in
            await store.isReady()
                ? .text((["ready"] + remarks()).map { $0 + "\n" }.joined())
                : .problem(status: 503, detail: "The store cannot commit.")
        }
        router.on("GET", "/metrics") { _, _ in await exposition() }
        return router
    }

    /// Receives at `NAME` or `NAME/PATH`, of which only the name may be shown to anybody.
    private func receive(_ request: ServerRequest, at address: String) async -> ServerResponse {
        let parts = address.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let provider = String(parts[0])
        let clock = ContinuousClock()
        let begin = clock.now
        let receipt: WebhookReceipt
        let path = parts.count > 1 ? Secret(String(parts[1])) : nil
        let webhook = Webhook(provider: provider, path: path, headers: request.headers, body: request.body)
        do throws(StoreError) {
            receipt = try await engine.receive(webhook)
        } catch {
            fail(error)
            return Self.tryAgain(after: .seconds(5))
        }
        metrics.count(receipt, provider: provider, took: clock.now - begin)
        note(receipt, webhook, at: begin)
        switch receipt.result {
        case .settled(let settlements):
            let wakes = settlements.reduce(into: Set<String>()) { $0.formUnion($1.wakes) }
            if !wakes.isEmpty { wake(wakes) }
            return Self.wantsRepresentation(request) ? Self.representation(of: settlements, receipt) : Self.stored
        case .unknownProvider:
            return .problem(
                status: 404,
                title: "Unknown provider",
                detail: "No provider instance has this address.",
                members: [.init("code", "unknownProvider")]
            )
        case .refused(let code, let remedy):
            return .problem(
                status: 400,
                title: "Not genuine",
                detail: remedy,
                members: [.init("code", .string(code))]
            )
        case .unreadable(let reason):
            return .problem(
                status: 400,
                title: "Not readable",
                detail: reason,
                members: [.init("code", "unreadableBody")]
            )
        case .unavailable:
            return Self.tryAgain(
                after: receipt.retryAfter ?? .seconds(30),
                "notJudged",
                "The webhook cannot be judged now"
            )
        case .notStored: return Self.tryAgain(after: receipt.retryAfter ?? .seconds(5))
        }
    }

    /// Tells the operator what somebody has to look at.
    private func note(_ receipt: WebhookReceipt, _ webhook: Webhook, at now: ContinuousClock.Instant) {
        let provider = webhook.provider
        switch receipt.result {
        case .settled:
            for outcome in receipt.outcomes {
                switch outcome.kind {
                case .emitted, .ignored, .filtered:
                    log(.debug, "Webhook settled", ["provider": provider, "outcome": outcome.kind.rawValue])
                case .unmapped: log(.notice, "Webhook of an unknown type", ["provider": provider])
                case .incomplete, .invalid:
                    log(
                        .warning,
                        "Webhook cannot be mapped",
                        ["provider": provider, "outcome": outcome.kind.rawValue, "rule": outcome.rule ?? ""]
                    )
                }
            }
        case .refused(let code, let remedy):
            guard let heldBack = refusals.pass(at: now) else { return }
            let found = engine.explanation(ofRefused: webhook).joined(separator: "; ")
            let fields: KeyValuePairs<String, any LogValue> =
                found.isEmpty
                ? ["provider": provider, "code": code, "remedy": remedy, "held_back": heldBack]
                : ["provider": provider, "code": code, "found": found, "remedy": remedy, "held_back": heldBack]
            log(.warning, "Webhook refused", fields)
        case .unreadable: log(.warning, "Webhook not readable", ["provider": provider])
        case .unavailable(let reason, _):
            guard let heldBack = refusals.pass(at: now) else { return }
            log(.warning, "Webhook not judged", ["provider": provider, "reason": reason, "held_back": heldBack])
        case .notStored(let code):
            guard let heldBack = failures.pass(at: now) else { return }
            log(.error, "Webhook not stored", ["provider": provider, "code": code.rawValue, "held_back": heldBack])
        case .unknownProvider: log(.debug, "Webhook for an unknown provider")
        }
    }

    /// Providers look at the status only; the body is for people.
    private static let stored = ServerResponse.json(["status": "stored"])

    private static func tryAgain(
        after wait: Duration,
        _ code: String = "notStored",
        _ reason: String = "The webhook could not be stored"
    ) -> ServerResponse {
        var response = ServerResponse.problem(
            status: 503,
            detail: reason + "; send it again.",
            members: [.init("code", .string(code))]
        )
        response.headers.append("Retry-After", String(max(1, wait.components.seconds)))
        return response
    }

    private func exposition() async -> ServerResponse {
        do throws(StoreError) {
            metrics.show(try await store.balances(under: engine.policy))
        } catch {
            // The counters are worth having without the balances; the next webhook reports what ails the store.
            return .problem(status: 503, detail: "The store does not answer.")
        }
        return .text(registry.text(), type: MetricsRegistry.mediaType)
    }
}
