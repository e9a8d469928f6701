// SPDX-License-Identifier: Apache-2.0

internal import CSimdjson

extension JSONDocument {
    /// The Boolean; `nil` where the value is none.
    public func bool(_ n: JSONNode) -> Bool? {
        let record = record(n)
        return record.jsonKind == .bool ? record.flags & UInt8(CSIMDJSON_TRUE) != 0 : nil
    }

    /// The string, unescaped; `nil` where the value is none.
    public func string(_ n: JSONNode) -> String? {
        let record = record(n)
        return record.jsonKind == .string ? withText(of: record) { String($0) } : nil
    }

    /// The number's text exactly as written; `nil` where the value is none.
    public func numberText(_ n: JSONNode) -> String? {
        let record = record(n)
        return record.jsonKind == .number ? withText(of: record) { String($0) } : nil
    }

    /// The integer; `nil` where the value is no number, is written with a point or an exponent, or exceeds 64 bits.
    public func int64(_ n: JSONNode) -> Int64? {
        let record = record(n)
        return record.jsonKind == .number ? withText(of: record) { Int64(jsonInteger: $0) } : nil
    }
}

extension String {
    /// Copies bytes that the parser has found to be UTF-8.
    init(_ bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension Int64 {
    /// Reads a JSON number that is written as an integer: `-?[0-9]+`.
    init?(jsonInteger text: Span<UInt8>) {
        guard text.count > 0 else { return nil }
        let isNegative = text[0] == UInt8(ascii: "-")
        guard text.count > (isNegative ? 1 : 0) else { return nil }
        if text.count <= 18 {
            // So few digits cannot overflow.
            var value: Int64 = 0
            for at in (isNegative ? 1 : 0)..<text.count {
                let digit = Int64(text[at]) &- 0x30
                guard 0...9 ~= digit else { return nil }
                value = value &* 10 &+ digit
            }
            self = isNegative ? -value : value
            return
        }
        var value: Int64 = 0
        for at in (isNegative ? 1 : 0)..<text.count {
            let digit = Int64(text[at]) - 0x30
            guard 0...9 ~= digit else { return nil }
            let (tenfold, overflows) = value.multipliedReportingOverflow(by: 10)
            // Downwards, as the smallest number has no positive twin.
            let (next, alsoOverflows) =
                isNegative
                ? tenfold.subtractingReportingOverflow(digit) : tenfold.addingReportingOverflow(digit)
            guard !overflows, !alsoOverflows else { return nil }
            value = next
        }
        self = value
    }
}
