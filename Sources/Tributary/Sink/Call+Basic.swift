// SPDX-License-Identifier: Apache-2.0

public import TributaryModel
import TributarySigning

extension Call.SecretHeader {
    /// `Authorization: Basic …` of RFC 7617.
    ///
    /// - Parameters:
    ///   - user: The name, or a public key; no colon.
    ///   - password: The secret.
    /// - Returns: The header field.
    public static func basic(user: String, password: Secret) -> Self {
        let credentials = Array((user + ":").utf8) + password.revealed
        return Self("Authorization", prefix: "Basic ", Secret(Base64.encode(credentials)))
    }
}
