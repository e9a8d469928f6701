// SPDX-License-Identifier: Apache-2.0

public import TributaryLedger
import TributaryMapping

extension Engine {
    /// Names of the mappings in use, in alphabetical order.
    public var mappings: [String] { Set(instances.map(\.mapping)).sorted() }

    /// The mapping that serves a provider instance.
    public func serving(_ provider: String) -> MappingStamp? { intakes[provider]?.stamp }

    /// The mapping that serves the instances that use one of that name.
    public func serving(mapping name: String) -> MappingStamp? {
        instances.first { $0.mapping == name }.flatMap { serving($0.name) }
    }

    /// Looks at a mapping and, where it is good, lets it serve in the place of the one of its name.
    ///
    /// It is good when it compiles, its own tests pass, every instance that uses it still finds its profile in it, and
    /// its verification takes the secrets that are configured. All instances change in one step; webhooks under way end
    /// with the mapping that they began with. Where it is not good nothing changes.
    ///
    /// - Parameter content: The mapping. Calls must not overlap: the later one would not see what the earlier one changed.
    /// - Returns: what became of it.
    public func reload(_ content: MappingContent) -> MappingReload {
        let users = instances.filter { $0.mapping == content.name }
        var reload = MappingReload(
            mapping: content.name,
            file: content.file,
            instances: users.map(\.name).sorted(),
            serving: serving(mapping: content.name),
            verdict: .unchanged
        )
        switch trial(of: content, for: users) {
        case .success(let trial):
            guard trial.stamp.contentHash != reload.serving?.contentHash else { return reload }
            intakes.exchange(trial.intakes)
            reload.serving = trial.stamp
            reload.verdict = .taken
        case .failure(let refusal): reload.verdict = .refused(refusal.reasons)
        }
        return reload
    }

    /// The refusal of a mapping that could not even be read.
    public func refusal(of mapping: String, file: String, _ reason: MappingReload.Reason) -> MappingReload {
        let users = instances.filter { $0.mapping == mapping }.map(\.name).sorted()
        return MappingReload(
            mapping: mapping,
            file: file,
            instances: users,
            serving: serving(mapping: mapping),
            verdict: .refused([reason])
        )
    }

    /// Everything that would keep a mapping from being taken; nothing changes.
    public func reasons(against content: MappingContent) -> [MappingReload.Reason] {
        switch trial(of: content, for: instances.filter { $0.mapping == content.name }) {
        case .success: []
        case .failure(let refusal): refusal.reasons
        }
    }

    /// What a good mapping gives.
    private struct Trial {
        var stamp: MappingStamp
        var intakes: [String: ProviderIntake]
    }

    private struct Refused: Error {
        var reasons: [MappingReload.Reason]
    }

    private func trial(of content: MappingContent, for users: [ProviderInstance]) -> Result<Trial, Refused> {
        do throws(MappingDiagnostics) {
            let file = try MappingFile(parsing: content.bytes, file: content.file)
            var reasons = Self.reasons(against: file, content, serving: serving(mapping: content.name))
            var trial = Trial(stamp: MappingStamp(file), intakes: [:])
            for instance in users {
                do throws(ConfigurationProblems) {
                    trial.intakes[instance.name] = try intake(instance, from: content)
                } catch {
                    reasons += error.problems.map { .init("\($0.place): \($0.message)", remedy: $0.hint ?? Self.mend) }
                }
            }
            return reasons.isEmpty ? .success(trial) : .failure(Refused(reasons: reasons))
        } catch {
            let errors = error.items.filter { $0.severity == .error }
            return .failure(Refused(reasons: errors.map { .init($0.headline, remedy: $0.hint ?? Self.mend) }))
        }
    }

    /// What speaks against a mapping whoever uses it.
    private static func reasons(
        against file: MappingFile,
        _ content: MappingContent,
        serving: MappingStamp?
    ) -> [MappingReload.Reason] {
        var reasons: [MappingReload.Reason] = []
        if let serving, serving.name != file.provider {
            let headline =
                "\(content.file): the mapping calls its provider \"\(file.provider)\", not \"\(serving.name)\""
            reasons.append(.init(headline, remedy: "keep the name; another provider needs a folder of its own"))
        }
        for report in file.runTests(fixtures: { content.fixtures[$0] }) {
            guard let failure = report.failure else { continue }
            // A difference shows events, whose keys and values may be a person's; every other failure is one line without.
            let isDifference = failure.contains("(- expected, + found)")
            let first = failure.split(separator: "\n").first.map(String.init) ?? ""
            let line = isDifference ? "the events differ" : first
            let headline = "\(content.file): the test \"\(report.name)\" fails: \(line)"
            reasons.append(.init(headline, remedy: "`tributary test \(content.file)` shows the whole of it"))
        }
        return reasons
    }

    private static let mend = "mend the file; it is looked at again as soon as it changes"

    /// An intake that finds this content and no other.
    private func intake(
        _ instance: ProviderInstance,
        from content: MappingContent
    ) throws(ConfigurationProblems) -> ProviderIntake {
        var plugins = plugins
        plugins.mapping = { $0 == content.name ? (content.bytes, content.file) : nil }
        plugins.fixture = { content.fixtures[$1] }
        return try ProviderIntake(instance, attributionKeys: attributionKeys, plugins: plugins, drift: drift)
    }
}

extension MappingStamp {
    /// The stamp of a file.
    init(_ file: MappingFile) {
        self.init(name: file.provider, version: file.version, contentHash: file.contentHash)
    }
}
