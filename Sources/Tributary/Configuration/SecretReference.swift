// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Where a configuration finds a secret: never in the file itself.
public enum SecretReference: Sendable, Hashable {
    /// `env:NAME`: an environment variable.
    case environment(String)
    /// `file:PATH`: the content of a file, without trailing line ends.
    case file(String)

    /// Reads a reference; `nil` for anything but the two forms.
    public init?(_ text: String) {
        if text.hasPrefix("env:"), text.utf8.count > 4 {
            self = .environment(String(text.dropFirst(4)))
        } else if text.hasPrefix("file:"), text.utf8.count > 5 {
            self = .file(String(text.dropFirst(5)))
        } else {
            return nil
        }
    }
}

/// Finds secrets for a configuration: the one door to environment and disk, passed in.
public struct SecretResolver: Sendable {
    private let find: @Sendable (SecretReference) -> [UInt8]?

    /// Creates a resolver.
    ///
    /// - Parameter find: Returns the secret's bytes, or `nil` where there is none.
    public init(_ find: @escaping @Sendable (SecretReference) -> [UInt8]?) { self.find = find }

    /// The secret behind a reference; `nil` where there is none or it is empty.
    public func secret(_ reference: SecretReference) -> Secret? {
        guard let bytes = bytes(reference), !bytes.isEmpty else { return nil }
        return Secret(bytes)
    }

    /// The bytes behind a reference, without trailing line ends.
    func bytes(_ reference: SecretReference) -> [UInt8]? {
        guard var bytes = find(reference) else { return nil }
        while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
        return bytes
    }
}
