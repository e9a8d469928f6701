// SPDX-License-Identifier: Apache-2.0

/// The descriptions that ship.
public enum PostbackPreset: Sendable {
    private static let files: [(name: String, bytes: [UInt8])] = [
        ("everflow", PackageResources.everflow_postback_json), ("tune", PackageResources.tune_postback_json),
        ("voluum", PackageResources.voluum_postback_json),
    ]

    /// Their names, in alphabetical order.
    public static let names = files.map(\.name)

    /// The bytes of one, and what to call it in diagnostics; `nil` where there is none of that name.
    public static func file(_ name: String) -> (path: String, bytes: [UInt8])? {
        files.first { $0.name == name }.map { ("\(name).postback.json", $0.bytes) }
    }

    /// The JSON Schema of descriptions.
    public static var schema: [UInt8] { PackageResources.postback_schema_json }
}
