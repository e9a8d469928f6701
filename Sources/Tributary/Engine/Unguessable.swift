// SPDX-License-Identifier: Apache-2.0

/// Whether a text can be random enough to prove anything: a lower bound on what its author can have meant by random.
enum Unguessable {
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    /// What keeps a text from having 128 bits, by the narrowest alphabet that it fits; `nil` where nothing does.
    static func weakness(of bytes: [UInt8]) -> String? {
        let isHex = { (byte: UInt8) in isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
        let least = bytes.allSatisfy(isDigit) ? 39 : bytes.allSatisfy(isHex) ? 32 : 22
        guard bytes.count >= least else {
            return "it needs at least \(least) random characters of the kind that it has"
        }
        return Set(bytes).count >= 8 ? nil : "it repeats a few characters"
    }
}
