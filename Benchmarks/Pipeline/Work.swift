// SPDX-License-Identifier: Apache-2.0

import CFloor
import Tributary
import TributaryJSON
import TributaryMapping
import TributaryModel
import TributarySigning

/// What is timed, over one genuine webhook.
@safe final class Work {
    private let body: [UInt8]
    private let mapping: Mapping
    private let verifier: SignatureVerifier
    private let secrets: [Secret]
    private let headers: HeaderFields
    private let document: JSONDocument
    private let engine: Engine
    private let webhook: Webhook
    private let floor: OpaquePointer
    private let now = Timestamp(unixSeconds: 1_760_000_000)

    /// Something of every result, so that no work can be optimised away.
    private(set) var sink = 0

    /// The fields that come with a webhook beside its signature.
    private static let request: HeaderFields = [
        "Host": "shop.example.com", "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Accept": "*/*; q=0.5",
        "Content-Type": "application/json; charset=utf-8", "Content-Length": "4519", "Cache-Control": "no-cache",
        "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https",
        "X-Request-Id": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    ]

    init(_ body: [UInt8], _ mapping: Mapping, file: [UInt8]) throws {
        let secret = Secret("whsec_benchmark_0123456789abcdef")
        self.body = body
        self.mapping = mapping
        secrets = [secret]
        verifier = SignatureVerifier(mapping.verify)
        headers = try WebhookSigner(mapping.verify).sign(body: body, secret: secret, id: "evt", now: now)
        document = try JSONDocument(parsing: body)
        var configuration = Configuration()
        configuration.providers = [ProviderInstance(name: "stripe", secrets: secrets)]
        let now = now
        engine = try Engine(
            configuration,
            store: ForgetfulStore(),
            plugins: Plugins(mapping: { _ in (file, "stripe.json") }),
            drift: DriftSensor()
        ) { now }
        webhook = Webhook(provider: "stripe", headers: HeaderFields(Self.request.fields + headers.fields), body: body)
        let key = secret.revealed
        let floor = unsafe body.withUnsafeBufferPointer { body in
            unsafe key.withUnsafeBufferPointer { key in
                unsafe floor_create(body.baseAddress, body.count, key.baseAddress, key.count)
            }
        }
        guard let floor = unsafe floor else { throw NoFloor() }
        unsafe self.floor = floor
    }

    struct NoFloor: Error {}

    deinit { unsafe floor_destroy(floor) }

    /// Does a stage's work so many times.
    func run(_ stage: Stage, calls: Int) async throws {
        guard stage == .receive else { return try run(atOnce: stage, calls: calls) }
        for _ in 0..<calls { sink &+= try await engine.receive(webhook).status }
    }

    /// The stages that wait for nothing, in a function that never does either.
    private func run(atOnce stage: Stage, calls: Int) throws {
        switch stage {
        case .hmac: for _ in 0..<calls { unsafe sink &+= Int(floor_hmac(floor)) }
        case .parse: for _ in 0..<calls { unsafe sink &+= Int(floor_parse(floor)) }
        case .verify: for _ in 0..<calls { sink &+= isGenuine() ? 1 : 0 }
        case .read: for _ in 0..<calls { sink &+= try mapping.plan.document(from: body).nodeCount }
        case .map: for _ in 0..<calls { sink &+= mapping.plan.map(document, source: "stripe").count }
        case .receive: break
        case .whole:
            for _ in 0..<calls where isGenuine() {
                let document = try mapping.plan.document(from: body)
                sink &+= mapping.plan.map(document, headers: headers, source: "stripe").count
            }
        }
    }

    private func isGenuine() -> Bool {
        verifier.verify(headers: headers, body: body, secrets: secrets, now: now).isGenuine
    }
}
