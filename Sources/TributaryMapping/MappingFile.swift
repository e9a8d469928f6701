// SPDX-License-Identifier: Apache-2.0

import TributaryModel
public import TributarySigning

/// A mapping file that was read and found sound: everything in it, for all of its profiles.
///
/// ``plan(profile:)`` makes of it what maps webhooks; ``runTests(fixtures:)`` runs its own tests.
public struct MappingFile: Sendable {
    /// The file as the caller named it, for diagnostics.
    public let file: String

    /// Name of the provider, for example `stripe`.
    public let provider: String

    /// Version of the mapping as its author counts.
    public let version: String

    /// The provider's API versions that the mapping was tested on.
    public let api: [String]

    /// Names of the profiles, the default first; empty where there is only one way.
    public let profiles: [String]

    /// How a webhook proves that it is genuine.
    public let verify: VerifyDeclaration

    /// Where a merchant puts the affiliate identifiers.
    public let attach: [AttachDeclaration]

    /// Fields that the mapping leaves unread on purpose.
    public let unread: [UnreadDeclaration]

    /// What looks wrong without being so.
    public let warnings: MappingDiagnostics

    /// SHA-256 of the file, in lower-case hex.
    public let contentHash: String

    let body: BodyForm
    let exponents: [String: Int]
    let envelope: Envelope
    let rules: [Rule]
    let ignores: [IgnoreEntry]
    let tests: [MappingTest]
    let source: SourceText

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - file: What to call the file in diagnostics.
    /// - Throws: ``MappingDiagnostics`` with everything that is wrong, in the order of the file.
    public init(parsing bytes: [UInt8], file: String) throws(MappingDiagnostics) {
        self = try MappingFileReader.read(bytes, file: file)
    }

    init(
        sections: MappingFileReader.Sections,
        source: SourceText,
        contentHash: String,
        warnings: [MappingDiagnostic]
    ) {
        file = source.file
        provider = sections.provider
        version = sections.version
        api = sections.api
        profiles = sections.profiles
        verify = sections.verify
        attach = sections.attach
        unread = sections.unread
        body = sections.body
        exponents = sections.exponents
        envelope = sections.envelope
        rules = sections.rules
        ignores = sections.ignores
        tests = sections.tests
        self.source = source
        self.contentHash = contentHash
        self.warnings = MappingDiagnostics(warnings)
    }

    /// The plan of one profile.
    ///
    /// - Parameter profile: One of ``profiles``; `nil` for the default.
    /// - Returns: The plan.
    /// - Throws: ``MappingDiagnostics`` when the file declares no such profile.
    public func plan(profile: String? = nil) throws(MappingDiagnostics) -> MappingPlan {
        if let profile, !profiles.contains(profile) {
            let declared = profiles.isEmpty ? "it declares none" : "it declares \(profiles.joined(separator: ", "))"
            throw MappingDiagnostics([
                source.diagnostic(
                    .error,
                    .unknownProfile,
                    "the mapping \"\(provider)\" has no profile \"\(profile)\"; \(declared)",
                    hint: Spelling.question(profile, in: profiles),
                    at: 0..<1
                )
            ])
        }
        return MappingPlan(self, profile: profile ?? profiles.first)
    }
}
