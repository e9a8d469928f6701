// SPDX-License-Identifier: Apache-2.0

/// An id together with what it is an id of: `invoice:in_1`.
///
/// Business keys and aliases are references; the ledger scopes them by provider instance and live or test.
public struct Reference: Sendable, Hashable, CustomStringConvertible {
    /// What the id names, in lower case: `invoice`, `payment_intent`, `charge`, `refund`.
    public var type: String

    /// The id as the provider writes it.
    public var id: String

    /// Creates a reference.
    public init(_ type: String, _ id: String) {
        self.type = type
        self.id = id
    }

    /// Reads `type:id`; the id may contain further colons.
    ///
    /// - Returns: `nil` where the colon, the type or the id is missing.
    public init?(text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let type = text[..<colon]
        let id = text[text.index(after: colon)...]
        guard !type.isEmpty, !id.isEmpty else { return nil }
        self.init(String(type), String(id))
    }

    /// `type:id`.
    public var description: String { type + ":" + id }
}
