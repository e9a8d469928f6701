// SPDX-License-Identifier: Apache-2.0

import Tributary
public import TributaryMapping
import TributaryModel

/// A platform's description, read and found sound: which request tells it of an event, and what its answers mean.
public struct PostbackFile: Sendable {
    /// The file as the caller named it, for diagnostics.
    public let file: String

    /// Name of the platform.
    public let name: String

    /// Version of the description as its author counts.
    public let version: String

    /// What looks wrong without being so.
    public let warnings: MappingDiagnostics

    let source: [UInt8]
    let address: PostbackAddress
    let settings: [PostbackSetting]
    let capabilities: PostbackCapabilities
    let requests: [PostbackRequest]
    let answers: [AnswerRule]
    let tests: [PostbackTest]

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - file: What to call the file in diagnostics.
    /// - Throws: ``MappingDiagnostics`` with everything that is wrong, in the order of the file.
    public init(parsing bytes: [UInt8], file: String) throws(MappingDiagnostics) {
        let reader = PostbackReader(try DescriptionReader(bytes, file: file))
        let sections = reader.sections()
        try reader.language.finish()
        // Whatever is missing was reported, and then `finish` has thrown.
        guard let sections else { throw reader.language.diagnostics }
        self.file = file
        source = bytes
        name = sections.name
        version = sections.version
        address = sections.address
        settings = sections.settings
        capabilities = sections.capabilities
        requests = sections.requests
        answers = sections.answers
        tests = sections.tests
        warnings = reader.language.diagnostics
    }

    /// The kinds that a request is written for.
    var kinds: Set<EventKind> { requests.reduce(into: []) { $0.formUnion($1.kinds) } }
}

/// What the platform can take, beside the kinds.
struct PostbackCapabilities: Sendable {
    var refunds = RefundSupport.none
    /// The setting that says how refunds are taken, where one does.
    var refundsSetting: String?
    var identifiers: [Identifier] = []
    var parameters: [String: Identifier] = [:]
    var needsOrder = false
    var kindsByDefault: Set<EventKind>?
}
