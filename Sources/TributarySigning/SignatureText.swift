// SPDX-License-Identifier: Apache-2.0

/// A digest as it stands in a header, held without an allocation.
///
/// Signatures are compared as text, so that exactly one text is right and nothing received has to be decoded.
struct SignatureText {
    private var storage = InlineArray<128, UInt8>(repeating: 0)
    private let count: Int

    init(_ digest: Digest, _ encoding: HMACDeclaration.Encoding) {
        count = encoding.textCount(digest.count)
        var target = storage.mutableSpan
        switch encoding {
        case .hex, .hexAnyCase: digest.withSpan { Hex.write($0, to: &target) }
        case .base64: digest.withSpan { Base64.write($0, to: &target) }
        }
    }

    /// Whether the text is this one, in constant time.
    func matches(_ text: Span<UInt8>) -> Bool { ConstantTime.equal(storage.span.extracting(first: count), text) }

    /// Whether the text is this one once its ASCII letters are lower case, in constant time.
    func matches(lowering text: Span<UInt8>) -> Bool {
        guard text.count == count else { return false }
        var lowered = InlineArray<128, UInt8>(repeating: 0)
        for index in 0..<count {
            let byte = text[index]
            lowered[index] = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
        }
        return matches(lowered.span.extracting(first: count))
    }

    /// The text itself, for the header of a genuine webhook.
    var text: String { String(decoding: (0..<count).map { storage[$0] }, as: UTF8.self) }
}

extension HMACDeclaration.Encoding {
    /// Number of characters for a digest of that many bytes.
    func textCount(_ byteCount: Int) -> Int {
        switch self {
        case .hex, .hexAnyCase: byteCount * 2
        case .base64: Base64.textCount(byteCount)
        }
    }
}
