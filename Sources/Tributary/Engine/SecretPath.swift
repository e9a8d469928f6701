// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributarySigning

/// The unguessable last part of a provider instance's address.
///
/// The only proof of a provider that signs nothing, and a second factor where a token does not bind the body.
enum SecretPath {
    /// How to make one.
    static let remedy = "make one with `openssl rand -hex 16`"

    /// How to give a provider instance one.
    static func hint(_ name: String) -> String {
        "\(remedy), set \"path\": \"env:…\", and give the provider the address /webhooks/\(name)/PATH"
    }

    /// Longest path that is compared.
    static let bytesMax = 128

    /// What keeps a text from being an unguessable part of an address: that alone, never the text.
    ///
    /// A lower bound on what its author can have meant by random: 128 bits, by the narrowest alphabet that fits.
    static func problem(with path: Secret) -> String? {
        let bytes = path.revealed
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        let isHex = { (byte: UInt8) in isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
        let isSafe = { (byte: UInt8) in
            isDigit(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_")
        }
        guard bytes.allSatisfy(isSafe) else { return "the path may hold letters, digits, '-' and '_' only" }
        guard bytes.count <= bytesMax else { return "the path is longer than \(bytesMax) characters" }
        let least = bytes.allSatisfy(isDigit) ? 39 : bytes.allSatisfy(isHex) ? 32 : 22
        guard bytes.count >= least else {
            return "the path can be guessed: it needs at least \(least) random characters of the kind that it has"
        }
        guard Set(bytes).count >= 8 else { return "the path can be guessed: it repeats a few characters" }
        return nil
    }

    /// Whether a request came to the right address; the time tells nothing about the path.
    static func fits(_ given: Secret?, _ expected: Secret?) -> Bool {
        guard let expected else { return given == nil }
        guard let given else { return false }
        return ConstantTime.equal(given.revealed, expected.revealed)
    }
}
