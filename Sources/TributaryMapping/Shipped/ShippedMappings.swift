// SPDX-License-Identifier: Apache-2.0

internal import MappingFiles

/// The mappings that are compiled in: every folder of `Mappings/`, and the schema of mapping files.
///
/// The content is generated for each build by the plugin `EmbedMappings`; notes for people (`*.md`) stay out.
public enum ShippedMappings: Sendable {
    /// Names of the providers, which are the names of the folders, in alphabetical order.
    public static var names: [String] {
        var names: [String] = []
        for file in MappingFiles.files where file.provider != names.last { names.append(file.provider) }
        return names.sorted()
    }

    /// The bytes of a provider's mapping file; `nil` where there is no such provider.
    public static func mapping(_ name: String) -> [UInt8]? { file(name, name + ".json") }

    /// The bytes of one file of a provider's folder.
    ///
    /// - Parameters:
    ///   - name: The provider.
    ///   - path: The path within the provider's folder, for example `fixtures/invoice.paid.json`.
    /// - Returns: The bytes, or `nil` where there is no such file.
    public static func file(_ name: String, _ path: String) -> [UInt8]? {
        MappingFiles.files.first { $0.provider == name && $0.path == path }.map { Array($0.text.utf8) }
    }

    /// Paths of all files of a provider's folder, sorted; empty where there is no such provider.
    public static func files(of name: String) -> [String] {
        MappingFiles.files.filter { $0.provider == name }.map(\.path).sorted()
    }

    /// The bytes of the JSON Schema of mapping files.
    public static var schema: [UInt8] { Array(MappingFiles.schema.utf8) }
}
