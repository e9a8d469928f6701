// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryLedger
public import TributaryModel

/// The doors of the merchant's own backend, which take a bearer's token: `POST /v1/events`, `/v1/leads`, `/v1/clicks`.
public struct BackendRoutes: Sendable {
    private let engine: Engine
    private let gate: AccessGate
    private let metrics: BackendMetrics
    private let wake: @Sendable (Set<String>) -> Void
    private let fail: @Sendable (StoreError) -> Void
    private let log: Log
    private let refusals = Throttle(every: .seconds(1))
    private let failures = Throttle(every: .seconds(1))

    /// Creates the doors.
    ///
    /// - Parameters:
    ///   - engine: Records what is told.
    ///   - tokens: Who may come in.
    ///   - registry: Where everything is counted.
    ///   - log: Told what an operator should know of; no body, header, e-mail or secret.
    ///   - wake: Told the sinks that have something new to send.
    ///   - fail: Told when the store has failed; the process must end then.
    public init(
        engine: Engine,
        tokens: [AccessToken],
        registry: MetricsRegistry,
        log: Log,
        wake: @escaping @Sendable (Set<String>) -> Void,
        fail: @escaping @Sendable (StoreError) -> Void
    ) {
        self.engine = engine
        gate = AccessGate(tokens)
        metrics = BackendMetrics(registry)
        self.wake = wake
        self.fail = fail
        self.log = log
    }

    /// Adds the doors to those that there are.
    public func add(to router: inout Router) {
        router.on("POST", "/v1/events") { request, _ in
            await record(request, .events) { token throws(StoreError) in
                try await engine.recordEvents(request.body, from: token, headers: request.headers)
            }
        }
        router.on("POST", "/v1/leads") { request, _ in
            await record(request, .leads) { token throws(StoreError) in
                try await engine.recordLeads(request.body, from: token, headers: request.headers)
            }
        }
        router.on("POST", "/v1/clicks") { request, _ in await click(request) }
    }

    /// Lets a bearer in, or says why not.
    ///
    /// - Returns: the token's name, or the refusal.
    private func admit(_ request: ServerRequest, for scope: AccessScope) -> Result<String, Refused> {
        switch gate.admission(request.headers["Authorization"], for: scope) {
        case .admitted(let token): return .success(token)
        case .unknown:
            metrics.count(scope, "unauthorized")
            if let heldBack = refusals.pass(at: ContinuousClock().now) {
                log(.warning, "Call without a known token", ["door": scope.rawValue, "held_back": heldBack])
            }
            var response = ServerResponse.problem(
                status: 401,
                detail: "Show a token: Authorization: Bearer …, one of \"tokens\" in the configuration.",
                members: [.init("code", "unknownToken")]
            )
            response.headers.append("WWW-Authenticate", "Bearer realm=\"tributary\"")
            return .failure(Refused(response))
        case .lacking(let token):
            metrics.count(scope, "forbidden")
            log(.warning, "Token without the scope", ["token": token, "scope": scope.rawValue])
            var response = ServerResponse.problem(
                status: 403,
                detail: "The token \"\(token)\" lacks the scope \"\(scope.rawValue)\"; add it to its \"scopes\".",
                members: [.init("code", "missingScope"), .init("scope", .string(scope.rawValue))]
            )
            let challenge = "Bearer realm=\"tributary\", error=\"insufficient_scope\", scope=\"\(scope.rawValue)\""
            response.headers.append("WWW-Authenticate", challenge)
            return .failure(Refused(response))
        }
    }

    private struct Refused: Error {
        let response: ServerResponse
        init(_ response: ServerResponse) { self.response = response }
    }

    private func record(
        _ request: ServerRequest,
        _ scope: AccessScope,
        _ work: (_ token: String) async throws(StoreError) -> RecordReceipt
    ) async -> ServerResponse {
        let token: String
        switch admit(request, for: scope) {
        case .success(let name): token = name
        case .failure(let refused): return refused.response
        }
        guard Self.isJSON(request.headers["Content-Type"]) else { return Self.unknownMediaType }
        let receipt: RecordReceipt
        do throws(StoreError) {
            receipt = try await work(token)
        } catch {
            fail(error)
            return Self.tryAgain
        }
        metrics.count(scope, receipt)
        if !receipt.wakes.isEmpty { wake(receipt.wakes) }
        note(receipt, token: token, scope)
        return Self.response(receipt)
    }

    private func click(_ request: ServerRequest) async -> ServerResponse {
        let token: String
        switch admit(request, for: .clicks) {
        case .success(let name): token = name
        case .failure(let refused): return refused.response
        }
        guard Self.isJSON(request.headers["Content-Type"]) else { return Self.unknownMediaType }
        let receipt: ClickReceipt
        do throws(StoreError) {
            receipt = try await engine.recordClick(request.body, from: token)
        } catch {
            fail(error)
            return Self.tryAgain
        }
        metrics.count(receipt)
        if !receipt.wakes.isEmpty { wake(receipt.wakes) }
        return Self.response(receipt)
    }

    private func note(_ receipt: RecordReceipt, token: String, _ scope: AccessScope) {
        switch receipt.result {
        case .items(let items):
            let invalid = items.count { if case .invalid = $0.result { true } else { false } }
            guard invalid > 0 else { return }
            log(.warning, "Items not valid", ["token": token, "door": scope.rawValue, "items": invalid])
        case .unreadable, .tooMany: log(.warning, "Body not usable", ["token": token, "door": scope.rawValue])
        case .notStored(let code):
            guard let heldBack = failures.pass(at: ContinuousClock().now) else { return }
            log(.error, "Items not stored", ["token": token, "code": code.rawValue, "held_back": heldBack])
        }
    }
}

extension BackendRoutes {
    /// Whether a body claims to be JSON in one of the forms that are taken; parameters do not matter.
    static func isJSON(_ type: String?) -> Bool {
        let essence = (type ?? "").prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        return ["application/json", "application/cloudevents+json", "application/cloudevents-batch+json"].contains(
            essence
        )
    }

    static let unknownMediaType = ServerResponse.problem(
        status: 415,
        detail: "Send application/json, application/cloudevents+json or application/cloudevents-batch+json.",
        members: [.init("code", "unknownMediaType")]
    )

    static var tryAgain: ServerResponse {
        var response = ServerResponse.problem(
            status: 503,
            detail: "It could not be stored; send the same again, with the same ids.",
            members: [.init("code", "notStored")]
        )
        response.headers.append("Retry-After", "5")
        return response
    }

    /// The answer to what was recorded.
    static func response(_ receipt: RecordReceipt) -> ServerResponse {
        switch receipt.result {
        case .unreadable(let reason):
            return .problem(
                status: 400,
                title: "Not readable",
                detail: reason,
                members: [.init("code", "unreadableBody")]
            )
        case .tooMany(let most):
            return .problem(
                status: 413,
                detail: "At most \(most) items at once; nothing of it was stored.",
                members: [.init("code", "tooManyItems"), .init("most", .integer(most))]
            )
        case .notStored: return tryAgain
        case .items(let items):
            let results = JSONValue.array(items.map(result))
            guard receipt.status == 200 else {
                return .problem(
                    status: receipt.status,
                    title: "Not valid",
                    detail: "Every item that is not marked invalid is stored. Mend the others and send them again.",
                    members: [.init("code", "invalidItems"), .init("results", results)]
                )
            }
            let isRepeat = items.allSatisfy(\.isRepeat)
            return .json(["status": isRepeat && !items.isEmpty ? "repeated" : "stored", "results": results])
        }
    }

    /// The answer to a visit.
    static func response(_ receipt: ClickReceipt) -> ServerResponse {
        switch receipt.result {
        case .invalid(let problem): return invalid(problem)
        case .notStored: return tryAgain
        case .none, .known, .recorded:
            var members: [JSONValue.Member] = [
                .init("click", receipt.click.map { .string($0.text) } ?? .null),
                .init("set_cookie", receipt.setCookie.map(JSONValue.string) ?? .null),
            ]
            if case .none(let reason) = receipt.result { members.append(.init("why", .string(reason.rawValue))) }
            return .json(.object(members))
        }
    }

    /// The answer to a visit that is none.
    static func invalid(_ problem: EventProblem) -> ServerResponse {
        .problem(
            status: 422,
            title: "Not valid",
            detail: "\(problem)",
            members: [
                .init("code", "invalidVisit"), .init("pointer", .string(problem.pointer)),
                .init("remedy", .string(problem.remedy)),
            ]
        )
    }

    private static func result(_ item: RecordReceipt.Item) -> JSONValue {
        var members = [JSONValue.Member("id", item.id.map(JSONValue.string) ?? .null)]
        switch item.result {
        case .settled(let settlement):
            members.append(.init("status", item.isRepeat ? "repeated" : "stored"))
            members.append(.init("number", .integer(settlement.number)))
        case .invalid(let problem):
            members += [
                .init("status", "invalid"), .init("pointer", .string(problem.pointer)),
                .init("problem", .string(problem.problem)), .init("remedy", .string(problem.remedy)),
            ]
        }
        return .object(members)
    }
}
