// SPDX-License-Identifier: Apache-2.0

/// A shared text that the provider repeats in a header of every webhook.
public struct TokenDeclaration: Sendable, Hashable {
    /// Name of the header.
    public let header: String

    /// What stands before the token, for example `Bearer ` with its blank; mostly empty.
    public let prefix: String

    /// Creates a declaration.
    ///
    /// - Parameters:
    ///   - header: Name of the header.
    ///   - prefix: What stands before the token.
    /// - Throws: ``VerifyDeclarationError`` when the name is none that HTTP allows.
    public init(header: String, prefix: String = "") throws(VerifyDeclarationError) {
        guard VerifyDeclaration.isHeaderName(header) else {
            throw VerifyDeclarationError([.init(.badHeaderName, at: "/header", "a header name was expected")])
        }
        self.header = header
        self.prefix = prefix
    }
}
