// SPDX-License-Identifier: Apache-2.0

public import TributaryModel
public import TributarySigning

/// A mapping ready for use: one file in one profile.
///
/// ```swift
/// let events = try Mapping.stripe.events(from: body)
/// ```
public struct Mapping: Sendable {
    /// The file behind it, with its tests and warnings.
    public let file: MappingFile

    /// The compiled profile.
    public let plan: MappingPlan

    /// Compiles a mapping file.
    ///
    /// - Parameters:
    ///   - bytes: The content of the file.
    ///   - file: What to call the file in diagnostics.
    ///   - profile: One of the profiles that the file declares; `nil` for its default.
    /// - Throws: ``MappingDiagnostics`` with everything that is wrong.
    public init(parsing bytes: [UInt8], file: String, profile: String? = nil) throws(MappingDiagnostics) {
        self.file = try MappingFile(parsing: bytes, file: file)
        plan = try self.file.plan(profile: profile)
    }

    /// Name of the provider.
    public var name: String { file.provider }

    /// Version of the mapping.
    public var version: String { file.version }

    /// The provider's API versions that the mapping was tested on.
    public var api: [String] { file.api }

    /// SHA-256 of the file, in lower-case hex.
    public var contentHash: String { file.contentHash }

    /// How a webhook proves that it is genuine.
    public var verify: VerifyDeclaration { file.verify }

    /// Names of the profiles, the default first.
    public var profiles: [String] { file.profiles }

    /// The profile in use; `nil` where the mapping has none.
    public var profile: String? { plan.profile }

    /// Where a merchant puts the affiliate identifiers.
    public var attach: [AttachDeclaration] { file.attach }

    /// Maps the raw body of a webhook whose signature was checked.
    ///
    /// - Parameters:
    ///   - body: The bytes as they came.
    ///   - headers: The request's header fields.
    ///   - source: Name of the provider instance; `nil` for the mapping's own name.
    ///   - received: When the webhook arrived, for mappings that ask.
    /// - Returns: One result; as many as there are entries for a batch, which may be none.
    /// - Throws: ``BodyError`` when the body cannot be read.
    public func results(
        from body: [UInt8],
        headers: HeaderFields = [:],
        source: String? = nil,
        received: Timestamp? = nil
    ) throws(BodyError) -> [MappingResult] {
        let document = try plan.document(from: body, headers: headers)
        return plan.map(document, headers: headers, source: source ?? name, received: received) {
            HashAlgorithm.sha256.digest(of: body).hexText
        }
    }

    /// The events that a webhook means; none for what is ignored, filtered or not mapped.
    ///
    /// - Parameters:
    ///   - body: The bytes as they came.
    ///   - headers: The request's header fields.
    ///   - received: When the webhook arrived, for mappings that ask.
    /// - Returns: The events, in order.
    /// - Throws: ``MappingFailure`` when the body cannot be read or an event lacks what it cannot be without.
    public func events(
        from body: [UInt8],
        headers: HeaderFields = [:],
        received: Timestamp? = nil
    ) throws -> [Event] {
        let results: [MappingResult]
        do throws(BodyError) {
            results = try self.results(from: body, headers: headers, received: received)
        } catch {
            throw MappingFailure.body(error)
        }
        for result in results where result.outcome.isFailure { throw MappingFailure.outcome(result.outcome) }
        return results.flatMap(\.outcome.events)
    }

    /// Why a webhook becomes what it becomes.
    ///
    /// - Parameters:
    ///   - body: The bytes as they came.
    ///   - headers: The request's header fields.
    ///   - source: Name of the provider instance; `nil` for the mapping's own name.
    ///   - received: When the webhook arrived, for mappings that ask.
    /// - Returns: The results with their reasons.
    /// - Throws: ``BodyError`` when the body cannot be read.
    public func explain(
        _ body: [UInt8],
        headers: HeaderFields = [:],
        source: String? = nil,
        received: Timestamp? = nil
    ) throws(BodyError) -> Explanation {
        let document = try plan.document(from: body, headers: headers)
        return plan.explain(document, headers: headers, source: source ?? name, received: received) {
            HashAlgorithm.sha256.digest(of: body).hexText
        }
    }

    /// Runs the tests of the file, of all profiles.
    ///
    /// - Parameter fixtures: Gives the bytes of a fixture by its path in the file; `nil` where there is none.
    /// - Returns: One report for each test, in the order of the file.
    public func runTests(fixtures: (String) -> [UInt8]?) -> [TestReport] { file.runTests(fixtures: fixtures) }
}
