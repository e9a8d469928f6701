// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer
import TributarySigning

/// Decides who may speak to the workshop: the page that it served itself, opened by whoever has the printed address.
///
/// Being on loopback is no protection by itself: other users of the machine reach it, and so does every page in the
/// user's browser, if need be under a name of its own that leads to 127.0.0.1 (DNS rebinding).
struct WorkshopGuard: Sendable {
    /// What `Host` may be: our address, and the name that browsers take to loopback without asking anybody.
    let hosts: Set<String>

    private let token: [UInt8]

    /// - Parameters:
    ///   - address: Where the workshop listens, with its real port.
    ///   - token: What the page must send.
    init(_ address: SocketAddress, token: Secret) {
        var hosts: Set = ["\(address)", "localhost:\(address.port)"]
        if address.port == 80 { hosts.formUnion([address.isIPv6 ? "[\(address.host)]" : address.host, "localhost"]) }
        self.hosts = hosts
        self.token = token.revealed
    }

    /// The answer to a request that goes no further; `nil` where it may.
    ///
    /// The page's own files hold nothing worth hiding and need no token; everything below `/api/` does.
    func refusal(of request: ServerRequest) -> ServerResponse? {
        guard let host = request.headers["Host"], hosts.contains(host.lowercased()) else {
            return Self.refused("foreignHost", "The workshop answers under the address that it printed only.")
        }
        let isOperation = request.path.hasPrefix("/api/")
        if let origin = request.headers["Origin"] {
            guard origin == "http://\(host.lowercased())" else { return Self.foreignOrigin }
        } else if isOperation {
            // Browsers send it with every POST.
            return Self.foreignOrigin
        }
        guard isOperation else { return nil }
        if let site = request.headers["Sec-Fetch-Site"], site != "same-origin" { return Self.foreignOrigin }
        let given = Array((request.headers["Authorization"] ?? "").utf8)
        guard ConstantTime.equal(given, Array("Bearer ".utf8) + token) else {
            return .problem(
                status: 401,
                title: "Not your workshop",
                detail: "Open the address that `tributary workshop` printed, with everything behind the #.",
                members: [.init("code", "wrongToken")]
            )
        }
        return nil
    }

    private static let foreignOrigin = refused("foreignOrigin", "Only the workshop's own page may ask for this.")

    private static func refused(_ code: String, _ detail: String) -> ServerResponse {
        .problem(status: 403, detail: detail, members: [.init("code", .string(code))])
    }

    /// Headers of every answer: nothing from elsewhere, nothing kept, nobody looks in.
    static func secured(_ response: ServerResponse) -> ServerResponse {
        var response = response
        response.headers.set("Content-Security-Policy", policy)
        response.headers.set("X-Content-Type-Options", "nosniff")
        response.headers.set("X-Frame-Options", "DENY")
        response.headers.set("Referrer-Policy", "no-referrer")
        response.headers.set("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.set("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.set("Cache-Control", "no-store")
        return response
    }

    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src data:",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ].joined(separator: "; ")
}
