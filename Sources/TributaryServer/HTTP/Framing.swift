// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// What the fields of a head say about where its body ends.
///
/// Sender, proxies and server must find the same end; so everything with two readings is refused.
/// Source: RFC 9112 sections 3.2, 6.1, 6.3 and 11.2.
struct Framing: Sendable, Hashable {
    private var hosts = 0
    private var lengths = 0
    private var codings = 0
    private var declared: UInt64 = 0

    /// Whether `Expect: 100-continue` was seen.
    private(set) var expectsContinue = false

    /// Looks at one field; all but four are passed over after a glance at the length of their names.
    mutating func note(_ field: HeaderFields.Field) throws(Refusal) {
        switch field.name.utf8.count {
        case 4 where HeaderFields.same(field.name, "Host"): hosts += 1
        case 6 where HeaderFields.same(field.name, "Expect"):
            guard HeaderFields.same(field.value, "100-continue") else { throw .unknownExpectation }
            expectsContinue = true
        case 14 where HeaderFields.same(field.name, "Content-Length"):
            lengths += 1
            // Digits only, and few enough of them that nothing can overflow: no sign, no blank, no list, no 0x.
            guard (1...18).contains(field.value.utf8.count),
                field.value.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let number = UInt64(field.value)
            else { throw .ambiguousLength }
            declared = number
        case 17 where HeaderFields.same(field.name, "Transfer-Encoding"):
            codings += 1
            guard HeaderFields.same(field.value, "chunked") else { throw .unknownTransferCoding }
        default: break
        }
    }

    /// The length, once every field was seen.
    func length(isHTTP11: Bool) throws(Refusal) -> RequestHead.Length {
        guard hosts == 1 || hosts == 0 && !isHTTP11 else { throw .hostMissing }
        guard lengths + codings <= 1 else { throw .ambiguousLength }
        if codings == 1 {
            // RFC 9112 section 6.1: HTTP/1.0 knows no codings, such a message is to be treated as faulty.
            guard isHTTP11 else { throw .unknownTransferCoding }
            return .chunked
        }
        return .declared(declared)
    }
}
