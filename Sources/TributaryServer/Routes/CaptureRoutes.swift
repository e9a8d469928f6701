// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel
import TributarySigning

/// The doors that are open to visitors' browsers: the script, and what it tells.
///
/// They are closed where no origin is configured.
public struct CaptureRoutes: Sendable {
    /// The largest body of a visit.
    public static let bodyBytesMax = 16 << 10

    private let engine: Engine
    private let rules: CaptureRules
    private let script: [UInt8]
    private let tag: String
    private let limiter: AddressLimiter
    private let metrics: BackendMetrics
    private let wake: @Sendable (Set<String>) -> Void
    private let fail: @Sendable (StoreError) -> Void
    private let log: Log
    private let failures = Throttle(every: .seconds(1))

    /// Creates the doors.
    ///
    /// - Parameters:
    ///   - engine: Records what is told.
    ///   - registry: Where everything is counted.
    ///   - log: Told what an operator should know of; no body, header or address.
    ///   - wake: Told the sinks that have something new to send.
    ///   - fail: Told when the store has failed; the process must end then.
    public init(
        engine: Engine,
        registry: MetricsRegistry,
        log: Log,
        wake: @escaping @Sendable (Set<String>) -> Void,
        fail: @escaping @Sendable (StoreError) -> Void
    ) {
        self.engine = engine
        rules = engine.capture
        script = CaptureScript(engine.capture).bytes
        tag = "\"\(HashAlgorithm.sha256.digest(of: script).hexText.prefix(32))\""
        limiter = AddressLimiter(perMinute: engine.capture.clicksPerMinute)
        metrics = BackendMetrics(registry)
        self.wake = wake
        self.fail = fail
        self.log = log
    }

    /// Adds the doors to those that there are.
    public func add(to router: inout Router) {
        guard !rules.origins.isEmpty else { return }
        router.on("GET", "/js/tributary.js") { request, _ in page(request) }
        router.on("OPTIONS", "/c") { request, _ in preflight(request) }
        router.on("POST", "/c") { request, _ in await visit(request) }
    }

    private func page(_ request: ServerRequest) -> ServerResponse {
        let headers: HeaderFields = [
            "Content-Type": "text/javascript; charset=utf-8", "Cache-Control": "public, max-age=3600", "ETag": tag,
            "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "cross-origin",
        ]
        let known = request.headers.values("If-None-Match").joined(separator: ",")
        // Weak comparison, RFC 9110 section 13.1.2: a proxy that compresses makes the tag weak.
        let isKnown = known.split(separator: ",").contains { $0.contains(tag) || $0.filter { $0 != " " } == "*" }
        return ServerResponse(status: isKnown ? 304 : 200, headers: headers, body: isKnown ? [] : script)
    }

    /// The fields by which a browser lets the page at a configured origin read the answer; `nil` for any other origin.
    private func sharing(_ request: ServerRequest) -> HeaderFields? {
        guard let origin = request.headers["Origin"], rules.origins.contains(origin) else { return nil }
        return [
            "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", "Vary": "Origin",
            "Cache-Control": "no-store",
        ]
    }

    private static let otherOrigin = ServerResponse.problem(
        status: 403,
        detail: "Pages of this origin may not tell of clicks; add it to \"origins\" under \"capture\".",
        members: [.init("code", "unknownOrigin")]
    )

    private func preflight(_ request: ServerRequest) -> ServerResponse {
        guard var headers = sharing(request) else { return Self.otherOrigin }
        headers.append("Access-Control-Allow-Methods", "POST")
        headers.append("Access-Control-Allow-Headers", "Content-Type")
        headers.append("Access-Control-Max-Age", "86400")
        return ServerResponse(status: 204, headers: headers)
    }

    private func visit(_ request: ServerRequest) async -> ServerResponse {
        guard let sharing = sharing(request) else {
            metrics.count(.clicks, "forbidden")
            return Self.otherOrigin
        }
        let address = address(of: request)
        var response: ServerResponse
        if let seconds = limiter.wait(address ?? "", at: ContinuousClock().now) {
            metrics.count(.clicks, "limited")
            response = .problem(
                status: 429,
                detail: "Too many clicks from one address.",
                members: [.init("code", "tooManyClicks")]
            )
            response.headers.append("Retry-After", String(seconds))
        } else if request.body.count > Self.bodyBytesMax {
            response = .problem(status: 413, detail: "A visit is at most \(Self.bodyBytesMax) bytes.")
        } else {
            response = await record(request, address)
        }
        for field in sharing.fields { response.headers.append(field.name, field.value) }
        return response
    }

    private func record(_ request: ServerRequest, _ address: String?) async -> ServerResponse {
        let cookies = request.headers.values("Cookie").joined(separator: "; ")
        let receipt: ClickReceipt
        do throws(StoreError) {
            receipt = try await engine.recordVisit(
                request.body,
                cookie: cookies.isEmpty ? nil : cookies,
                userAgent: request.headers["User-Agent"],
                ip: address
            )
        } catch {
            fail(error)
            return BackendRoutes.tryAgain
        }
        metrics.count(receipt)
        if !receipt.wakes.isEmpty { wake(receipt.wakes) }
        switch receipt.result {
        case .invalid(let problem): return BackendRoutes.invalid(problem)
        case .notStored(let code):
            if let heldBack = failures.pass(at: ContinuousClock().now) {
                log(.error, "Click not stored", ["code": code.rawValue, "held_back": heldBack])
            }
            return BackendRoutes.tryAgain
        case .none, .known, .recorded:
            var response = ServerResponse.json([
                "click": receipt.click.map { .string($0.text) } ?? .null, "cookie": .bool(receipt.setCookie != nil),
            ])
            if let field = receipt.setCookie { response.headers.append("Set-Cookie", field) }
            if receipt.result == .none(.withoutConsent), let cookie = rules.cookie, cookies.contains(cookie.name + "=")
            {
                response.headers.append("Set-Cookie", cookie.removal)
            }
            return response
        }
    }

    /// The visitor's address: what the proxy says where there is one, else the other end of the connection.
    private func address(of request: ServerRequest) -> String? {
        guard let name = rules.addressHeader else { return request.remoteAddress?.host }
        let last = request.headers.values(name).last?.split(separator: ",").last
        return last.map { String($0.filter { $0 != " " && $0 != "\t" }) } ?? request.remoteAddress?.host
    }
}
