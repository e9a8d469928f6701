// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Why a secret cannot be used; to be found when the configuration is read, and checked again at every use.
@nonexhaustive public enum SecretProblem: String, Error, Sendable, Hashable, CaseIterable {
    /// It has no bytes.
    case empty
    /// It is made of blanks only.
    case blank
    /// A blank or line break stands at its start or end, mostly from a file or a careless copy.
    case surroundingBlanks
    /// It should be Base64 and is not.
    case notBase64
    /// It should be hexadecimal and is not.
    case notHex
    /// It decodes to less than ``decodedBytesMin`` bytes.
    case tooShort
    /// A Standard Webhooks key is not 24 to 64 bytes long.
    case wrongLength
    /// HTTP Basic needs `user:password`.
    case noColon

    /// Fewest bytes that an encoded key may decode to; a text that decodes to less is rarely what was meant.
    static let decodedBytesMin = 16

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .empty: "The secret is empty; copy it from the provider's webhook settings."
        case .blank: "The secret is only blanks; copy it from the provider's webhook settings."
        case .surroundingBlanks: "The secret begins or ends with a blank or a line break; remove it."
        case .notBase64: "The secret should be Base64; copy it whole, without quotes."
        case .notHex: "The secret should be hexadecimal; copy it whole, without quotes."
        case .tooShort: "The secret decodes to fewer than \(Self.decodedBytesMin) bytes; copy it whole."
        case .wrongLength: "The secret should decode to 24 to 64 bytes; copy it whole, with or without whsec_."
        case .noColon: "The secret should be user:password."
        }
    }

    /// What is wrong with a secret that is used as it stands.
    public static func inText(_ secret: Secret) -> SecretProblem? {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = secret.revealed.first, let last = secret.revealed.last else { return .empty }
        guard isBlank(first) || isBlank(last) else { return nil }
        return secret.revealed.allSatisfy(isBlank) ? .blank : .surroundingBlanks
    }

    /// What is wrong with `user:password`; blanks may be part of either, and one of them may be empty.
    static func inCredentials(_ secret: Secret) -> SecretProblem? {
        if secret.isEmpty || secret.revealed == [UInt8(ascii: ":")] { return .empty }
        if let problem = inText(secret), problem == .blank { return problem }
        return secret.revealed.contains(UInt8(ascii: ":")) ? nil : .noColon
    }
}

extension SecretProblem: CustomStringConvertible {
    /// The stable code.
    public var description: String { rawValue }
}
