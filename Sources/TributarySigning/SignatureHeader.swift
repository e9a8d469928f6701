// SPDX-License-Identifier: Apache-2.0

/// The header that carries the signatures, taken apart by its declared grammar; refers to the value, copies nothing.
struct SignatureHeader {
    private let value: String
    private let length: Int
    private let isAnyCase: Bool
    private var starts = InlineArray<16, Int>(repeating: 0)
    private var count = 0
    private var seen = 0

    /// The text of the timestamp, where it stands beside the signatures.
    private(set) var timestamp: String?

    /// Takes the value apart.
    ///
    /// - Throws: ``Refusal`` when there is no signature to compare.
    init(_ value: String, _ declaration: HMACDeclaration) throws(Refusal) {
        self.value = value
        length = declaration.encoding.textCount(declaration.algorithm.byteCount)
        isAnyCase = declaration.encoding == .hexAnyCase
        let bytes = value.utf8.span
        guard !bytes.isEmpty else { throw .malformedHeader }
        switch declaration.signature {
        case .plain: try add(0..<bytes.count)
        case .prefix(let text):
            let count = text.utf8.count
            guard count <= bytes.count, Self.holds(bytes.extracting(0..<count), text) else {
                throw .noSupportedSignature
            }
            try add(count..<bytes.count)
        case .pairs(let key, let by, let equals):
            let timeKey: String? = if case .pair(let key) = declaration.timestamp?.place { key } else { nil }
            try readPairs(bytes, key: key, time: timeKey, by: by, equals: equals)
            if timeKey != nil, timestamp == nil { throw .missingTimestamp }
        }
        guard seen > 0 else { throw .noSupportedSignature }
        guard count > 0 else { throw .malformedHeader }
    }

    /// Compares one expected text with every signature, without an early exit.
    func matches(_ expected: SignatureText) -> Bool {
        let bytes = value.utf8.span
        var isMatch = false
        for index in 0..<count {
            let start = starts[index]
            let signature = bytes.extracting(start..<start + length)
            let isEqual = isAnyCase ? expected.matches(lowering: signature) : expected.matches(signature)
            isMatch = isEqual || isMatch
        }
        return isMatch
    }

    private mutating func readPairs(
        _ bytes: Span<UInt8>,
        key: String,
        time: String?,
        by: String,
        equals: String
    ) throws(Refusal) {
        guard let by = by.utf8.first, let equals = equals.utf8.first else { throw .malformedHeader }
        var start = 0
        while start < bytes.count {
            let end = Self.position(of: by, in: start..<bytes.count, of: bytes)
            let item = Self.trimmed(start..<end, of: bytes)
            start = end + 1
            let middle = Self.position(of: equals, in: item, of: bytes)
            guard middle < item.upperBound else { continue }
            let name = bytes.extracting(Self.trimmed(item.lowerBound..<middle, of: bytes))
            let value = Self.trimmed(middle + 1..<item.upperBound, of: bytes)
            if Self.holds(name, key) {
                try add(value)
            } else if let time, Self.holds(name, time) {
                guard timestamp == nil else { throw .repeatedTimestamp }
                // Parts at ASCII separators of what is valid UTF-8 are valid themselves.
                timestamp = unsafe bytes.extracting(value).withUnsafeBufferPointer {
                    unsafe String(decoding: $0, as: UTF8.self)
                }
            }
        }
    }

    /// Keeps a signature for comparison; one of the wrong length can never match and is only counted.
    private mutating func add(_ range: Range<Int>) throws(Refusal) {
        seen += 1
        guard seen <= SignatureVerifier.signaturesMax else { throw .tooManySignatures }
        guard range.count == length else { return }
        starts[count] = range.lowerBound
        count += 1
    }

    /// Where a byte stands first in a range; the range's end where it does not.
    private static func position(of byte: UInt8, in range: Range<Int>, of bytes: Span<UInt8>) -> Int {
        let part = bytes.extracting(range)
        var position = 0
        while position < part.count, part[position] != byte { position += 1 }
        return range.lowerBound + position
    }

    /// Whether exactly that text stands there.
    private static func holds(_ bytes: Span<UInt8>, _ text: String) -> Bool {
        let text = text.utf8.span
        guard bytes.count == text.count else { return false }
        for position in 0..<text.count where bytes[position] != text[position] { return false }
        return true
    }

    private static func trimmed(_ range: Range<Int>, of bytes: Span<UInt8>) -> Range<Int> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isBlank(bytes[start]) { start += 1 }
        while start < end, isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }
}
