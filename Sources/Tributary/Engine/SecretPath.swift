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
    static func problem(with path: Secret) -> String? {
        let bytes = path.revealed
        let isSafe = { (byte: UInt8) in
            Unguessable.isDigit(byte) || Unguessable.isLetter(byte) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_")
        }
        guard bytes.allSatisfy(isSafe) else { return "the path may hold letters, digits, '-' and '_' only" }
        guard bytes.count <= bytesMax else { return "the path is longer than \(bytesMax) characters" }
        return Unguessable.weakness(of: bytes).map { "the path can be guessed: \($0)" }
    }

    /// Whether a request came to the right address; the time tells nothing about the path.
    static func fits(_ given: Secret?, _ expected: Secret?) -> Bool {
        guard let expected else { return given == nil }
        guard let given else { return false }
        return ConstantTime.equal(given.revealed, expected.revealed)
    }
}
