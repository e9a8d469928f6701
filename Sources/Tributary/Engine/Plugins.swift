// SPDX-License-Identifier: Apache-2.0

import TributaryMapping

/// What is compiled in beside the engine: a program lists it once, where it composes everything.
public struct Plugins: Sendable {
    /// The kinds of sinks that a configuration can name.
    public var sinks: [any SinkPlugin.Type]

    /// The kinds of verifiers that a mapping can name.
    public var verifiers: [any VerifierPlugin.Type]

    /// Finds a mapping file by its provider's name: the bytes, and what to call the file in diagnostics.
    public var mapping: @Sendable (_ name: String) -> (bytes: [UInt8], file: String)?

    /// Finds a file beside a mapping file, by the provider's name and the path in its folder: what its tests name.
    public var fixture: @Sendable (_ name: String, _ path: String) -> [UInt8]? = { ShippedMappings.file($0, $1) }

    /// Creates a list.
    ///
    /// - Parameters:
    ///   - sinks: The kinds of sinks.
    ///   - verifiers: The kinds of verifiers.
    ///   - mapping: Finds mapping files; unless stated, those that ship.
    public init(
        sinks: [any SinkPlugin.Type] = [],
        verifiers: [any VerifierPlugin.Type] = [],
        mapping: @escaping @Sendable (_ name: String) -> (bytes: [UInt8], file: String)? = Plugins.shippedMapping
    ) {
        self.sinks = sinks
        self.verifiers = verifiers
        self.mapping = mapping
    }

    /// Finds a mapping that ships.
    public static func shippedMapping(_ name: String) -> (bytes: [UInt8], file: String)? {
        ShippedMappings.mapping(name).map { ($0, "\(name).json") }
    }
}
