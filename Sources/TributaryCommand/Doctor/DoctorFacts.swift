// SPDX-License-Identifier: Apache-2.0

import Foundation
import Tributary
import TributaryLedger
import TributaryMapping
import TributaryModel
import TributarySQLite

/// Everything that the checks of `tributary doctor` look at, read once; a check itself reads nothing.
struct DoctorFacts: Sendable {
    /// The mapping that an instance uses, as it would be read now.
    struct Instance: Sendable {
        var name: String
        var mapping: String
        /// The mapping file, or its name where it ships.
        var file: String
        var contentHash: String
        /// Event types that are mapped or ignored.
        var types: Set<String>
        var api: Set<String>
    }

    var instances: [Instance] = []

    /// Names of the mappings in use, and why one that is there now could not be used.
    var mappings: [String] = []
    var faults: [String: [MappingReload.Reason]] = [:]
    var observations: [Observation] = []
    var tallies: [OutcomeTally] = []

    /// Something about the configuration that is wrong or odd.
    struct Remark: Sendable, Hashable {
        var place: String
        var text: String
        var remedy: String?
        var severity: Finding.Severity
    }

    /// A configured sink.
    struct Sink: Sendable, Hashable {
        var name: String
        var mode: SinkPolicy.Mode
        /// Whether the platform is told which money is test money, and books none of it.
        var marksTestMoney = false
    }

    var now = Timestamp(unixSeconds: 0)
    var configurationRemarks: [Remark] = []
    var configuredProviders: [String] = []
    var sinks: [Sink] = []
    /// What came of checking each sink's key; empty where nobody was asked.
    var probes: [String: PlatformAsking.Probed] = [:]
    /// What the books tell; empty where there is no store.
    var books = BookFacts()
    var hasBooks = false

    /// Where the store should be and is not.
    var missingStore: String?

    /// The instance of that name, where it is configured and its mapping can be read.
    func instance(_ name: String) -> Instance? { instances.first { $0.name == name } }

    /// Reads everything.
    ///
    /// - Throws: ``CommandFailure`` where there is a store that cannot be read.
    static func read(_ configuration: Configuration) async throws -> DoctorFacts {
        var facts = DoctorFacts()
        facts.mappings = Set(configuration.providers.map(\.mapping)).sorted()
        facts.now = .now
        facts.configuredProviders = configuration.providers.map(\.name)
        facts.sinks = configuration.sinks.map { instance in
            let plugin = BuiltIn.sinks.first { $0.name == instance.use }
            return Sink(name: instance.name, mode: instance.mode, marksTestMoney: plugin?.marksTestMoney ?? false)
        }
        facts.readMappings(of: configuration)
        let path = configuration.databasePath
        guard FileManager.default.fileExists(atPath: path) else {
            facts.missingStore = path
            return facts
        }
        do throws(StoreError) {
            let reader = SQLiteReader(path: path)
            facts.observations = try await reader.observations()
            facts.tallies = try await reader.tallies()
            facts.books = try await BookFacts.read(reader, sinks: facts.sinks.map(\.name)) { _ in }
            facts.hasBooks = true
        } catch {
            throw CommandFailure("\(path) cannot be read as a store: \(error.detail)")
        }
        return facts
    }

    private mutating func readMappings(of configuration: Configuration) {
        // A folder that was never made is no fault: the daemon starts with what ships.
        let path = configuration.mappingsPath.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
        let folder = path.map { MappingFolder(path: $0) }
        let sights = folder?.look(at: mappings) ?? [:]
        for name in mappings {
            switch (folder ?? MappingFolder(path: "")).read(name, sights[name] ?? .absent) {
            case .failure(let only): faults[name] = [only.reason]
            case .success(let content):
                do throws(MappingDiagnostics) {
                    let file = try MappingFile(parsing: content.bytes, file: content.file)
                    let failures = file.runTests { content.fixtures[$0] }.filter { !$0.passed }
                    if let first = failures.first {
                        let text =
                            "\(content.file): \(failures.count) of its own tests fail, the first is \"\(first.name)\""
                        faults[name] = [.init(text, remedy: "`tributary test \(content.file)` shows the whole of it")]
                    }
                    for instance in configuration.providers where instance.mapping == name {
                        let plan = try file.plan(profile: instance.profile)
                        instances.append(Instance(instance.name, content, file, plan))
                    }
                } catch {
                    faults[name] = error.items.filter { $0.severity == .error }.map {
                        .init($0.headline, remedy: $0.hint ?? "`tributary check \(content.file)` shows the place")
                    }
                }
            }
        }
    }
}

extension DoctorFacts.Instance {
    fileprivate init(_ name: String, _ content: MappingContent, _ file: MappingFile, _ plan: MappingPlan) {
        self.init(
            name: name,
            mapping: content.name,
            file: content.file,
            contentHash: file.contentHash,
            types: Set(plan.mappedTypes + plan.ignoredTypes),
            api: Set(file.api)
        )
    }
}
