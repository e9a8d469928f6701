// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The address of a landing page, taken apart as far as it is needed.
struct LandingAddress: Sendable, Hashable {
    /// Scheme, host and path.
    let page: String

    /// The decoded pairs of the query, in order; at most 128.
    let query: [Attribution.Parameter]

    private static let pairsMax = 128
    private static let bytesMax = 8192

    /// Reads an absolute address over HTTP; `nil` for anything else.
    init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        let lower = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: { lower.hasPrefix($0) }) else { return nil }
        let rest = text.utf8.dropFirst(scheme.utf8.count)
        guard let first = rest.first, !"/?#".utf8.contains(first) else { return nil }
        let whole = text.utf8.prefix { $0 != UInt8(ascii: "#") }
        let parts = whole.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        page = String(Substring(parts[0]))
        guard parts.count == 2 else {
            query = []
            return
        }
        query = parts[1].split(separator: UInt8(ascii: "&")).prefix(Self.pairsMax).compactMap { pair in
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(halves[0]), let value = halves.count == 2 ? Self.decoded(halves[1]) : ""
            else { return nil }
            return .init(name, value)
        }
    }

    /// The address with these parameters of it and no others; what else stands in it may be about the person.
    func address(keeping names: [String]) -> String {
        let pairs = query.filter { names.contains($0.name) }.map {
            URLText.encoded($0.name) + "=" + URLText.encoded($0.value)
        }
        return pairs.isEmpty ? page : page + "?" + pairs.joined(separator: "&")
    }

    /// Undoes percent encoding and `+`; `nil` where that gives no text without control characters.
    private static func decoded(_ bytes: some Sequence<UInt8>) -> String? {
        var output: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "+"): output.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else {
                    return nil
                }
                output.append(high << 4 | low)
            default: output.append(byte)
            }
        }
        guard output.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return String(validating: output, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
