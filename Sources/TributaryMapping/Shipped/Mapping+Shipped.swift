// SPDX-License-Identifier: Apache-2.0

extension Mapping {
    /// Stripe's mapping in its default profile, compiled when it is first used.
    ///
    /// - Throws: ``MappingDiagnostics``; never for a release, whose tests compile every shipped mapping.
    public static var stripe: Mapping {
        get throws { try compiledStripe.get() }
    }

    private static let compiledStripe = Result { try shipped("stripe") }

    /// Compiles a mapping that is built in.
    ///
    /// - Parameters:
    ///   - name: The provider, one of ``ShippedMappings/names``.
    ///   - profile: One of the mapping's profiles; `nil` for its default.
    /// - Returns: The mapping.
    /// - Throws: ``UnknownMapping``, or ``MappingDiagnostics`` when the mapping has no such profile.
    public static func shipped(_ name: String, profile: String? = nil) throws -> Mapping {
        guard let bytes = ShippedMappings.mapping(name) else {
            throw UnknownMapping(name: name, known: ShippedMappings.names)
        }
        return try Mapping(parsing: bytes, file: "\(name).json", profile: profile)
    }
}
