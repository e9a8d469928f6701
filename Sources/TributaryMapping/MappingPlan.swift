// SPDX-License-Identifier: Apache-2.0

public import TributaryJSON
public import TributaryModel
import TributarySigning

/// One profile of a mapping, compiled: maps webhooks, any number at a time.
public struct MappingPlan: Sendable {
    /// Nodes that mapping one webhook may visit.
    public static let nodesVisitedMax = 100_000

    /// Name of the provider.
    public let provider: String

    /// Version of the mapping.
    public let version: String

    /// The profile; `nil` where the mapping has none.
    public let profile: String?

    /// The provider's event types that a rule takes, in alphabetical order.
    public let mappedTypes: [String]

    /// The provider's event types that are left out on purpose, in alphabetical order.
    public let ignoredTypes: [String]

    private(set) var compiled: CompiledPlan

    init(_ file: MappingFile, profile: String?) {
        provider = file.provider
        version = file.version
        self.profile = profile
        let rules = file.rules.filter { FileReader.applies($0.profiles, to: profile) }
        let ignores = file.ignores.filter { FileReader.applies($0.profiles, to: profile) }
        var rulesByType: [String: [Rule]] = [:]
        for rule in rules {
            for type in rule.types { rulesByType[type.name, default: []].append(rule) }
        }
        var guardsByType: [String: [IgnoreEntry]] = [:]
        var reasonsByType: [String: String] = [:]
        for entry in ignores {
            for type in entry.types {
                if entry.condition != nil {
                    guardsByType[type.name, default: []].append(entry)
                } else if reasonsByType[type.name] == nil {
                    reasonsByType[type.name] = entry.why
                }
            }
        }
        let names = Set(rulesByType.keys).union(guardsByType.keys).union(reasonsByType.keys)
        var builder = ProgramBuilder()
        let envelope = PlannedEnvelope(file.envelope, &builder)
        var scopeNumber = envelope.scope.number + 1
        let entries = names.sorted().map { name in
            var planner = TypePlanner()
            for entry in guardsByType[name] ?? [] { planner.add(entry, &builder) }
            for rule in rulesByType[name] ?? [] { planner.add(rule, &builder) }
            return TypeEntry(
                type: name,
                guards: planner.guards,
                rules: planner.rules,
                scopes: planner.scopes(from: &scopeNumber),
                ignored: reasonsByType[name]
            )
        }
        compiled = CompiledPlan(
            provider: file.provider,
            body: file.body,
            envelope: envelope,
            currencies: CurrencyTable(exceptions: file.exponents),
            types: TypeTable(entries),
            program: Program(builder)
        )
        mappedTypes = rulesByType.keys.sorted()
        ignoredTypes = names.subtracting(rulesByType.keys).sorted()
    }

    /// The same plan for an account of its own kind.
    ///
    /// - Parameters:
    ///   - exponents: Decimals of amounts in smallest units, by ISO 4217 code; they go before the mapping's own.
    ///   - currency: ISO 4217 code of amounts whose currency the webhook does not state.
    /// - Returns: The plan.
    public func with(exponents: [String: Int] = [:], currency: String? = nil) -> MappingPlan {
        guard !exponents.isEmpty || currency != nil else { return self }
        var plan = self
        plan.compiled = compiled.with(compiled.currencies.with(exponents, unstated: currency))
        return plan
    }

    /// Reads a body in the form that the provider sends.
    ///
    /// - Parameters:
    ///   - bytes: The body.
    ///   - headers: The request's header fields, whose `Content-Type` counts where the provider sends several forms.
    /// - Returns: The document.
    /// - Throws: ``BodyError`` with the place in the body.
    public func document(from bytes: [UInt8], headers: HeaderFields = [:]) throws(BodyError) -> JSONDocument {
        var text = bytes
        switch compiled.body {
        case .json, .batch: break
        case .form: text = try FormBody(bytes).json
        case .byContentType: if try !Self.isJSON(bytes, headers) { text = try FormBody(bytes).json }
        }
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: text)
        } catch {
            throw BodyError(error)
        }
        if case .batch(let selector) = compiled.body, selector.isRootList {
            let kind = document.kind(document.root)
            guard kind == .array || kind == .object else {
                throw BodyError(noBatch: "the body is neither a list of events nor an event")
            }
        }
        return document
    }

    /// Whether a body of either form is JSON; where nobody says, it is when it begins so.
    private static func isJSON(_ bytes: [UInt8], _ headers: HeaderFields) throws(BodyError) -> Bool {
        guard let field = headers["Content-Type"] else {
            // No form begins so: names in it are percent-encoded.
            let start = bytes.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
            return start == UInt8(ascii: "{") || start == UInt8(ascii: "[")
        }
        let end = field.utf8.firstIndex(of: UInt8(ascii: ";")) ?? field.utf8.endIndex
        switch String(field[..<end]).lowercased().filter({ $0 != " " && $0 != "\t" }) {
        case "application/json": return true
        case "application/x-www-form-urlencoded": return false
        default:
            throw BodyError(contentType: "the body is neither application/json nor application/x-www-form-urlencoded")
        }
    }

    /// Maps a webhook.
    ///
    /// - Parameters:
    ///   - document: The body, from ``document(from:)``.
    ///   - headers: The request's header fields.
    ///   - source: Name of the provider instance.
    ///   - received: When the webhook arrived, for mappings that ask.
    ///   - digest: Hex SHA-256 of the raw body; asked only where the provider gives no id.
    /// - Returns: One result; as many as there are entries for a batch, which may be none.
    public func map(
        _ document: JSONDocument,
        headers: HeaderFields = [:],
        source: String,
        received: Timestamp? = nil,
        digest: () -> String
    ) -> [MappingResult] {
        PlanWalk(
            plan: compiled,
            document: document,
            headers: headers,
            source: source,
            received: received,
            trace: nil
        )
        .results(digest: digest)
    }

    /// Maps a webhook whose body is the document's own text.
    ///
    /// - Parameters:
    ///   - document: The body.
    ///   - headers: The request's header fields.
    ///   - source: Name of the provider instance.
    ///   - received: When the webhook arrived, for mappings that ask.
    /// - Returns: One result; as many as there are entries for a batch, which may be none.
    public func map(
        _ document: JSONDocument,
        headers: HeaderFields = [:],
        source: String,
        received: Timestamp? = nil
    ) -> [MappingResult] {
        map(document, headers: headers, source: source, received: received) {
            HashAlgorithm.sha256.digest(of: document.bytes).hexText
        }
    }
}
