// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// SHA-256, for the few keys that outlive a person; the ledger depends on no library that has it.
///
/// Source: FIPS 180-4, sections 4.2.2, 5.1.1, 5.3.3 and 6.2.
enum Digest {
    /// The digest in lower-case hexadecimal.
    static func sha256(_ bytes: [UInt8]) -> String {
        var message = bytes + [0x80]
        message += [UInt8](repeating: 0, count: (120 - message.count % 64) % 64)
        let bits = UInt64(bytes.count) * 8
        message += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
        var hash = start
        for block in stride(from: 0, to: message.count, by: 64) { mix(message[block..<block + 64], into: &hash) }
        return hash.map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 8 - text.count) + text
        }.joined()
    }

    private static func mix(_ block: ArraySlice<UInt8>, into hash: inout [UInt32]) {
        var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { index in
            block[index..<index + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        for index in 16..<64 {
            let early = words[index - 15]
            let late = words[index - 2]
            let first = turned(early, 7) ^ turned(early, 18) ^ early >> 3
            let second = turned(late, 17) ^ turned(late, 19) ^ late >> 10
            words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
        }
        var state = hash
        for index in 0..<64 {
            let choice = (state[4] & state[5]) ^ (~state[4] & state[6])
            let sum = turned(state[4], 6) ^ turned(state[4], 11) ^ turned(state[4], 25)
            let first = state[7] &+ sum &+ choice &+ constants[index] &+ words[index]
            let majority = (state[0] & state[1]) ^ (state[0] & state[2]) ^ (state[1] & state[2])
            let second = (turned(state[0], 2) ^ turned(state[0], 13) ^ turned(state[0], 22)) &+ majority
            state = [first &+ second, state[0], state[1], state[2], state[3] &+ first, state[4], state[5], state[6]]
        }
        for index in hash.indices { hash[index] = hash[index] &+ state[index] }
    }

    private static func turned(_ word: UInt32, _ by: UInt32) -> UInt32 { word >> by | word << (32 - by) }

    /// The first 32 bits of the fractional parts of the square roots of the first 8 primes.
    private static let start: [UInt32] = primes.prefix(8).map { fraction(of: $0, isCube: false) }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = primes.map { fraction(of: $0, isCube: true) }

    private static let primes: [UInt64] = (2...311).filter { number in
        !(2..<number).contains { $0 * $0 <= number && number % $0 == 0 }
    }

    /// The fraction of a root in 32 bits, by whole numbers alone: the root of the prime times 2 to the 64 or 96.
    private static func fraction(of prime: UInt64, isCube: Bool) -> UInt32 {
        var low: UInt64 = 0
        var high: UInt64 = 1 << 40
        while high - low > 1 {
            let middle = low + (high - low) / 2
            let square = middle.multipliedFullWidth(by: middle)
            let isSmall: Bool
            if isCube {
                // middle³ ≤ prime · 2⁹⁶: compared by the upper halves, for the lower 64 bits of the right side are 0.
                let lower = square.low.multipliedFullWidth(by: middle)
                let upper = square.high.multipliedFullWidth(by: middle)
                let (sum, carry) = upper.low.addingReportingOverflow(lower.high)
                let isHuge = upper.high > 0 || carry
                let limit = prime << 32
                isSmall = !isHuge && (sum < limit || (sum == limit && lower.low == 0))
            } else {
                isSmall = square.high < prime || (square.high == prime && square.low == 0)
            }
            if isSmall { low = middle } else { high = middle }
        }
        return UInt32(truncatingIfNeeded: low)
    }
}

extension Event {
    /// The business key that stays when the person is erased: the id of a person becomes its digest.
    func keyAfterErasure(in scope: Scope) -> Reference {
        guard kind.isKeyedByPerson else { return key }
        guard !key.id.hasPrefix(Self.erasedMark) else { return key }
        let text = "\(scope.source)\u{0}\(scope.isLive)\u{0}\(key)"
        return Reference(key.type, Self.erasedMark + Digest.sha256(Array(text.utf8)))
    }

    private static let erasedMark = "erased-"
}
