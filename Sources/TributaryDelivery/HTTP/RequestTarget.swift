// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// The part of a request's address that the client decides by; made only of requests that may be written.
package struct RequestTarget: Sendable, Hashable {
    /// Whether the scheme is `https`.
    package let isTLS: Bool

    /// Scheme, host and port in lower case, `https://api.example.com:443`.
    package let origin: String

    /// Checks everything that can be known about a request before it is sent.
    ///
    /// - Throws: ``TransportFailure`` with the code `badRequest`.
    package init(_ request: ClientRequest) throws(TransportFailure) {
        (isTLS, origin) = try Self.parts(of: request.url)
        if !request.body.isEmpty, request.method == .get || request.method == .head {
            throw Self.refusal("GET and HEAD have no body", origin: origin)
        }
        for field in request.headers.fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(Self.isToken) else {
                throw Self.refusal("a header name holds a character that is not permitted", origin: origin)
            }
            guard field.value.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7f) }) else {
                throw Self.refusal("a header value holds a control character", origin: origin)
            }
            guard !Self.reserved.contains(where: { HeaderFields.same($0, field.name) }) else {
                throw Self.refusal("length, host and connection fields are set by the client", origin: origin)
            }
        }
    }

    /// Fields that frame the message or steer the connection: two voices about them are an attack or a mistake.
    private static let reserved = [
        "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Host", "Expect", "TE", "Trailer", "Upgrade",
        "Proxy-Authorization", "Proxy-Connection",
    ]

    private static func refusal(
        _ detail: String,
        origin: String = "",
        location: SourceLocation = .here()
    ) -> TransportFailure {
        TransportFailure(.badRequest, origin: origin, detail: detail, location: location)
    }

    private static func parts(of url: String) throws(TransportFailure) -> (isTLS: Bool, origin: String) {
        guard url.utf8.count <= 8192 else { throw refusal("the address is longer than 8192 bytes") }
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw refusal("the address must be percent-encoded ASCII")
        }
        guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else {
            throw refusal("the address must begin with https://")
        }
        let scheme = url[..<colon].lowercased()
        guard scheme == "https" || scheme == "http" else { throw refusal("the address must begin with https://") }
        let rest = url[url.index(colon, offsetBy: 3)...]
        let authority = rest.prefix { !"/?#\\".contains($0) }
        guard !authority.contains("@") else { throw refusal("the address must not hold a user or password") }
        guard !rest.contains("#"), !rest.contains("\\") else { throw refusal("the address must not hold # or \\") }
        return (scheme == "https", try origin(scheme: scheme, authority: authority))
    }

    private static func origin(scheme: String, authority: Substring) throws(TransportFailure) -> String {
        var host = authority
        var port = scheme == "https" ? "443" : "80"
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            host = authority[..<colon]
            port = String(authority[authority.index(after: colon)...])
        }
        guard let number = UInt16(port), number > 0, port.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw refusal("the address holds a port that is not one")
        }
        let isName = host.utf8.allSatisfy { isToken($0) && $0 != UInt8(ascii: "%") }
        let isLiteral = host.hasPrefix("[") && host.hasSuffix("]") && IPAddress(host.dropFirst().dropLast()) != nil
        guard !host.isEmpty, host.utf8.count <= 255, isName || isLiteral else {
            throw refusal("the address holds no host")
        }
        return "\(scheme)://\(host.lowercased()):\(number)"
    }

    /// Characters of a token, RFC 9110 section 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
