// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension SignatureVerifier {
    /// Checks the signatures of one webhook.
    ///
    /// - Returns: The moment of signing, where one was signed.
    /// - Throws: ``Refusal``.
    static func prove(
        _ scheme: HMACDeclaration,
        _ headers: HeaderFields,
        _ body: Span<UInt8>,
        _ secrets: [Secret],
        _ now: Timestamp
    ) throws(Refusal) -> Timestamp? {
        let keys = try usable(secrets) { secret throws(SecretProblem) in try scheme.key.key(from: secret) }
        let signatures = try SignatureHeader(field(scheme.header, of: headers, else: .missingHeader), scheme)
        var digits = signatures.timestamp
        if case .header(let name) = scheme.timestamp?.place {
            digits = try field(name, of: headers, else: .missingTimestamp)
        }
        var signedAt: Timestamp?
        if let time = scheme.timestamp { signedAt = try moment(digits ?? "", time.unit) }
        let message = try SignedMessage(scheme.message) { part throws(Refusal) in
            switch part {
            case .timestamp: return digits ?? ""
            case .id:
                let id = try field(scheme.idHeader ?? "", of: headers, else: .missingID)
                guard !id.isEmpty else { throw .missingID }
                return id
            case .header(let name): return try field(name, of: headers, else: .missingHeader)
            case .text(let text): return text
            case .body: return ""
            }
        }
        func fits(_ key: [UInt8]) -> Bool {
            signatures.matches(SignatureText(message.digest(scheme.algorithm, key: key, body: body), scheme.encoding))
        }
        var isMatch = fits(keys.first)
        for key in keys.others {
            let isEqual = fits(key)
            isMatch = isEqual || isMatch
        }
        guard isMatch else { throw .signatureMismatch }
        if let signedAt { try checkAge(of: signedAt, now, scheme.tolerance) }
        return signedAt
    }

    /// A timestamp out of plain decimal digits: no sign, no blank, no fraction, at most 15 of them.
    static func moment(_ digits: String, _ unit: HMACDeclaration.Time.Unit) throws(Refusal) -> Timestamp {
        let digits = digits.utf8.span
        guard !digits.isEmpty else { throw .missingTimestamp }
        guard digits.count <= 15 else { throw .malformedTimestamp }
        var number: Int64 = 0
        for index in 0..<digits.count {
            guard case let digit = Int64(digits[index]) - 0x30, 0...9 ~= digit else { throw .malformedTimestamp }
            number = number * 10 + digit
        }
        switch unit {
        case .seconds: return Timestamp(unixSeconds: number)
        case .milliseconds: return Timestamp(unixMilliseconds: number)
        }
    }

    /// Only called for what is signed: before that, the time is the sender's claim and says nothing.
    private static func checkAge(of signedAt: Timestamp, _ now: Timestamp, _ tolerance: Duration) throws(Refusal) {
        let oldest = now.unixMilliseconds.subtractingReportingOverflow(signedAt.unixMilliseconds)
        guard !oldest.overflow else { throw now < signedAt ? .futureTimestamp : .staleTimestamp }
        let age = Duration.milliseconds(oldest.partialValue)
        if age > tolerance { throw .staleTimestamp }
        if age < .zero - tolerance { throw .futureTimestamp }
    }
}
