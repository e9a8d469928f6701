// SPDX-License-Identifier: Apache-2.0

public import TributaryModel
import TributarySigning

/// The first-party cookie that carries our click id: `tbc_….<when it ends>.<signature>`.
public struct ClickCookie: Sendable {
    /// The cookie's name.
    public var name: String

    /// What its value is signed with.
    public var secret: Secret

    /// How long it stays.
    public var lifetime: Duration

    /// The domain for which it is set; `nil` for the host that sets it alone.
    public var domain: String?

    /// Creates a cookie's settings.
    public init(
        name: String = "tributary_click",
        secret: Secret,
        lifetime: Duration = .seconds(30 * 86_400),
        domain: String? = nil
    ) {
        self.name = name
        self.secret = secret
        self.lifetime = lifetime
        self.domain = domain
    }

    /// The value of a `Set-Cookie` field for a click.
    ///
    /// `HttpOnly` keeps it from scripts, `SameSite=Lax` lets it come along when the visitor returns by a link.
    public func field(for click: ClickID, at now: Timestamp) -> String {
        let seconds = max(0, lifetime.components.seconds)
        let body = "\(click).\(now.unixSeconds + seconds)"
        var field = "\(name)=\(body).\(signature(of: body)); Path=/; Max-Age=\(seconds); HttpOnly; Secure; SameSite=Lax"
        if let domain { field += "; Domain=\(domain)" }
        return field
    }

    /// The value of a `Set-Cookie` field that takes the cookie back.
    public var removal: String {
        "\(name)=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax" + (domain.map { "; Domain=\($0)" } ?? "")
    }

    /// The click of a cookie that we set and that has not ended; `nil` for everything else.
    ///
    /// - Parameters:
    ///   - text: The cookie's value, or a whole `Cookie` field.
    ///   - now: The present.
    /// - Returns: the click.
    public func click(in text: String, at now: Timestamp) -> ClickID? {
        for value in values(in: text) {
            let parts = value.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, let end = Int64(parts[1]), end > now.unixSeconds,
                let click = ClickID(String(parts[0]))
            else { continue }
            let expected = signature(of: "\(parts[0]).\(parts[1])")
            if ConstantTime.equal(Array(parts[2].utf8), Array(expected.utf8)) { return click }
        }
        return nil
    }

    private func values(in text: String) -> [Substring] {
        guard text.contains("=") else { return [text[...]] }
        return text.split(separator: ";").compactMap { pair in
            let trimmed = pair.drop { $0 == " " }
            return trimmed.hasPrefix(name + "=") ? trimmed.dropFirst(name.count + 1) : nil
        }
    }

    /// 128 bits of an HMAC, which also covers the cookie's name.
    private func signature(of body: String) -> String {
        let tag = HMAC.digest(.sha256, key: secret.revealed, message: Array("\(name)=\(body)".utf8))
        return String(tag.hexText.prefix(32))
    }
}
