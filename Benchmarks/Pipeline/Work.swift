// SPDX-License-Identifier: Apache-2.0

import CFloor
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
    private let floor: OpaquePointer
    private let now = Timestamp(unixSeconds: 1_760_000_000)

    /// Something of every result, so that no work can be optimised away.
    private(set) var sink = 0

    init(_ body: [UInt8], _ mapping: Mapping) throws {
        let secret = Secret("whsec_benchmark_0123456789abcdef")
        self.body = body
        self.mapping = mapping
        secrets = [secret]
        verifier = SignatureVerifier(mapping.verify)
        headers = try WebhookSigner(mapping.verify).sign(body: body, secret: secret, id: "evt", now: now)
        document = try JSONDocument(parsing: body)
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
    func run(_ stage: Stage, calls: Int) throws {
        switch stage {
        case .hmac: for _ in 0..<calls { unsafe sink &+= Int(floor_hmac(floor)) }
        case .parse: for _ in 0..<calls { unsafe sink &+= Int(floor_parse(floor)) }
        case .verify: for _ in 0..<calls { sink &+= isGenuine() ? 1 : 0 }
        case .read: for _ in 0..<calls { sink &+= try mapping.plan.document(from: body).nodeCount }
        case .map: for _ in 0..<calls { sink &+= mapping.plan.map(document, source: "stripe").count }
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
