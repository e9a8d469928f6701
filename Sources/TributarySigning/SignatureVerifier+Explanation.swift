// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

extension SignatureVerifier {
    /// Says in what a refused webhook differs from a genuine one, and what the likely causes are.
    ///
    /// For the operator's log, never for the sender: it tells lengths, how the body begins by its sort, how the signature
    /// is written, and whether the signature fits after a change that proxies and frameworks make. It holds nothing of the
    /// body, of a secret or of a signature. Each call computes a few dozen digests at most.
    ///
    /// - Parameters:
    ///   - headers: The fields as they arrived.
    ///   - body: The bytes that were judged.
    ///   - secrets: The secrets of the provider instance.
    ///   - now: The present.
    /// - Returns: one sentence each, the surest first; empty for what is genuine or needs no explanation.
    public func explanation(
        headers: HeaderFields,
        body: [UInt8],
        secrets: [Secret],
        now: Timestamp
    ) -> [String] {
        guard case .refused(let refusal) = verify(headers: headers, body: body, secrets: secrets, now: now) else {
            return []
        }
        let declared: [HMACDeclaration] =
            switch declaration {
            case .hmac(let hmac): [hmac]
            case .any(let alternatives):
                alternatives.compactMap { if case .hmac(let hmac) = $0 { hmac } else { nil } }
                    .filter { hmac in headers.fields.contains { HeaderFields.same($0.name, hmac.header) } }
            case .token, .basic, .unauthenticated, .path, .plugin: []
            }
        guard let hmac = declared.first else { return [] }
        let trial = SignatureTrial(hmac, headers, secrets, now)
        switch refusal {
        case .signatureMismatch:
            let found = trial.causes(body)
            return found + BodyFacts(body, headers).sentences
                + (found.isEmpty ? trial.sentences + [Self.usualCauses] : [])
        case .malformedHeader, .noSupportedSignature: return trial.sentences
        default: return []
        }
    }

    /// What is left where no change makes the signature fit.
    private static let usualCauses =
        "no change that was tried makes it fit: the secret is another endpoint's (test and live differ), or the body was "
        + "parsed and written again, decompressed or re-encoded before it got here"
}

/// What stands out in a body, without anything of it.
private struct BodyFacts {
    private(set) var sentences: [String] = []

    init(_ body: [UInt8], _ headers: HeaderFields) {
        var length = "the body has \(body.count) bytes"
        if let told = headers["Content-Length"].flatMap({ Int($0) }), told != body.count {
            length += ", and Content-Length says \(told): it is not what the provider sent"
        }
        sentences.append(length + "; it begins with \(Self.beginning(of: body))")
        if let encoding = headers["Content-Encoding"], encoding != "identity" {
            sentences.append("it came with a Content-Encoding; the signature is over the bytes before or after it")
        }
    }

    private static func beginning(of body: [UInt8]) -> String {
        switch body.first {
        case nil: "nothing: the body was read by somebody else before"
        case 0x1F? where body.count > 1 && body[1] == 0x8B:
            "the mark of gzip: it was not decompressed, or compressed on the way"
        case 0xEF? where body.starts(with: [0xEF, 0xBB, 0xBF]):
            "a byte order mark, which something on the way has put there"
        case UInt8(ascii: "{")?, UInt8(ascii: "[")?: "JSON"
        case UInt8(ascii: "\"")?: "a quotation mark: JSON that was written as a text once more"
        case UInt8(ascii: "%")?: "a percent sign: it was URL-encoded on the way"
        case 0x20?, 0x09?, 0x0A?, 0x0D?: "a blank or a line break"
        case UInt8(ascii: "<")?: "an angle bracket: XML or a page, no webhook's JSON"
        default: "something else than JSON"
        }
    }
}

/// One webhook's signatures, tried against changes that are known to happen.
private struct SignatureTrial {
    private let scheme: HMACDeclaration
    private let headers: HeaderFields
    private let secrets: [Secret]
    private let now: Timestamp

    init(_ scheme: HMACDeclaration, _ headers: HeaderFields, _ secrets: [Secret], _ now: Timestamp) {
        self.scheme = scheme
        self.headers = headers
        self.secrets = secrets
        self.now = now
    }

    /// How the signature is written, beside how it should be.
    var sentences: [String] {
        guard let value = headers[scheme.header] else { return [] }
        let length = scheme.encoding.textCount(scheme.algorithm.byteCount)
        let found = Self.signatures(in: value, scheme).map { "\($0.utf8.count) characters of \(Self.form(of: $0))" }
        guard !found.isEmpty else {
            return ["\(scheme.header) has no signature of the form that the mapping's \"verify\" declares"]
        }
        let declared = "\(length) characters of \(Self.word(scheme.encoding)) (\(scheme.algorithm.rawValue))"
        return [
            "the signature in \(scheme.header) has \(found.joined(separator: " and ")); the mapping declares \(declared)"
        ]
    }

    /// Changes after which the signature fits; none for a secret that is not the right one.
    func causes(_ body: [UInt8]) -> [String] {
        guard body.count <= Self.bodyBytesMax else { return [] }
        for (changed, cause) in Self.changes(of: body) where fits(scheme, changed, secrets) {
            return ["the signature fits the body \(cause)"]
        }
        for (changed, cause) in secrets.prefix(4).flatMap(Self.changes) where fits(scheme, body, [changed]) {
            return ["the signature fits with the configured secret \(cause)"]
        }
        for form in KeyForm.allCases where form != scheme.key && fits(scheme.with(key: form), body, secrets) {
            return [
                "the signature fits when the secret is read as \(form.rawValue): \"verify\" says \(scheme.key.rawValue)"
            ]
        }
        return []
    }

    /// Larger bodies are hashed once and no more.
    private static let bodyBytesMax = 1 << 18

    private func fits(_ scheme: HMACDeclaration, _ body: [UInt8], _ secrets: [Secret]) -> Bool {
        // A wrong time is told of by itself.
        let result = Result { () throws(Refusal) in
            _ = try SignatureVerifier.prove(scheme, headers, body.span, secrets, now)
        }
        switch result {
        case .success, .failure(.staleTimestamp), .failure(.futureTimestamp): return true
        case .failure: return false
        }
    }

    private static func changes(of body: [UInt8]) -> [([UInt8], String)] {
        var changes: [([UInt8], String)] = []
        func add(_ changed: [UInt8], _ cause: String) {
            if changed != body, !changes.contains(where: { $0.0 == changed }) { changes.append((changed, cause)) }
        }
        let ends: Set<UInt8> = [0x0A, 0x0D]
        var bare = body
        while let last = bare.last, ends.contains(last) { bare.removeLast() }
        add(bare, "without the line break at its end: something on the way adds one")
        add(body + [0x0A], "with a line break at its end: something on the way takes it off")
        add(body.filter { $0 != 0x0D }, "with plain line breaks: something on the way writes CR LF")
        if body.starts(with: [0xEF, 0xBB, 0xBF]) {
            add(Array(body.dropFirst(3)), "without its byte order mark: something on the way adds one")
        }
        add(
            compact(body),
            "without the blanks between its JSON tokens: it was parsed and written again before it got here"
        )
        return changes
    }

    private static func changes(of secret: Secret) -> [(Secret, String)] {
        let bytes = secret.revealed
        let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        let quotes: Set<UInt8> = [UInt8(ascii: "\""), UInt8(ascii: "'")]
        var trimmed = bytes[...]
        while let last = trimmed.last, blanks.contains(last) { trimmed.removeLast() }
        trimmed = trimmed.drop { blanks.contains($0) }
        var changes: [(Secret, String)] = []
        if trimmed.count < bytes.count { changes.append((Secret(Array(trimmed)), "without the blanks around it")) }
        if let first = trimmed.first, quotes.contains(first), trimmed.last == first, trimmed.count > 2 {
            changes.append((Secret(Array(trimmed.dropFirst().dropLast())), "without the quotation marks around it"))
        }
        return changes
    }

    /// JSON without the blanks between its tokens; texts stay as they are.
    private static func compact(_ body: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var isInText = false
        var isEscaped = false
        for byte in body {
            if isInText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
                result.append(byte)
            } else if ![0x20, 0x09, 0x0A, 0x0D].contains(byte) {
                isInText = byte == UInt8(ascii: "\"")
                result.append(byte)
            }
        }
        return result
    }

    /// The signatures of a header's value, whatever their length.
    private static func signatures(in value: String, _ scheme: HMACDeclaration) -> [String] {
        switch scheme.signature {
        case .plain: return [value]
        case .prefix(let prefix): return value.hasPrefix(prefix) ? [String(value.dropFirst(prefix.count))] : []
        case .pairs(let key, let by, let equals):
            guard let by = by.first, let equals = equals.first else { return [] }
            let items = value.split(separator: by).compactMap { item -> String? in
                let parts = item.split(separator: equals, maxSplits: 1)
                let name = parts.first.map { $0.drop { $0 == " " } }
                return parts.count == 2 && name == key[...] ? String(parts[1]) : nil
            }
            return Array(items.prefix(SignatureVerifier.signaturesMax))
        }
    }

    private static func form(of text: String) -> String {
        let bytes = Array(text.utf8)
        if Hex.decode(bytes) != nil {
            return bytes.contains { (0x41...0x46).contains($0) } ? "upper-case hex" : "hex"
        }
        if Base64.decode(bytes[...], padding: .optional) != nil { return "base64" }
        return "neither hex nor base64"
    }

    private static func word(_ encoding: HMACDeclaration.Encoding) -> String {
        switch encoding {
        case .hex: "lower-case hex"
        case .hexAnyCase: "hex"
        case .base64: "base64"
        }
    }
}

extension HMACDeclaration {
    /// The same, with secrets read otherwise.
    fileprivate func with(key: KeyForm) -> HMACDeclaration {
        var other = self
        other.key = key
        return other
    }
}
