// SPDX-License-Identifier: Apache-2.0

/// What is signed: a few bytes, the body, a few bytes; the body is never copied.
struct SignedMessage {
    /// The first bytes, held without an allocation: enough for an id, a timestamp and the dots between.
    private var head = InlineArray<128, UInt8>(repeating: 0)
    private var headCount = 0

    /// What stands between the first bytes and the body, where those are full.
    private var before: [UInt8] = []
    private var after: [UInt8] = []
    private var bodyIsPlaced = false

    /// Creates the message of a declaration.
    ///
    /// - Parameters:
    ///   - parts: What is signed, in order.
    ///   - text: The text of a part that is not the body.
    /// - Throws: What `text` throws.
    init<Failure>(
        _ parts: [HMACDeclaration.Part],
        text: (HMACDeclaration.Part) throws(Failure) -> String
    ) throws(Failure) {
        for part in parts {
            if case .body = part { bodyIsPlaced = true } else { append(try text(part)) }
        }
    }

    /// Creates a message that ends with the body.
    init(prefix: String) {
        append(prefix)
        bodyIsPlaced = true
    }

    private mutating func append(_ text: String) {
        if bodyIsPlaced { return after.append(contentsOf: text.utf8) }
        let bytes = text.utf8.span
        guard before.isEmpty, headCount + bytes.count <= head.count else {
            return before.append(contentsOf: text.utf8)
        }
        for index in 0..<bytes.count { head[headCount + index] = bytes[index] }
        headCount += bytes.count
    }

    /// The keyed digest over everything.
    func digest(_ algorithm: HashAlgorithm, key: [UInt8], body: Span<UInt8>) -> Digest {
        var code = HMAC(algorithm, key: key)
        code.update(head.span.extracting(first: headCount))
        code.update(before.span)
        code.update(body)
        code.update(after.span)
        return code.finish()
    }
}
