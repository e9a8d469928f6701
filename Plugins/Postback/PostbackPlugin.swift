// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryMapping
import TributaryModel

/// Makes sinks out of descriptions for `"use": "postback"`.
public enum PostbackPlugin: SinkPlugin {
    /// `postback`.
    public static let name = "postback"

    /// One line for lists.
    public static let summary =
        "any platform, by a JSON description; presets: \(PostbackPreset.names.joined(separator: ", "))"

    /// Creates a sink from its part of the configuration.
    public static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
        var settings = settings
        let preset = settings.text(
            "preset",
            about: "A description that ships: \(PostbackPreset.names.joined(separator: ", "))."
        )
        let given = settings.file("file", about: "The path of a description of your own.")
        let values = settings.namedValues("settings", about: "What the description asks for; secrets by reference.")
        let url = settings.replacementURL()
        var source = given
        if let preset {
            if given != nil { settings.note("file", "a sink has a \"preset\" or a \"file\", not both") }
            source = PostbackPreset.file(preset)
            if source == nil {
                let names = PostbackPreset.names.joined(separator: ", ")
                settings.note("preset", "there is no preset \"\(preset)\"; there are: \(names)")
            }
        } else if !settings.isGiven("preset"), !settings.isGiven("file") {
            settings.note("preset", "the sink needs \"preset\" or \"file\", its description")
        }
        var file: PostbackFile?
        if let source {
            do throws(MappingDiagnostics) {
                file = try PostbackFile(parsing: source.bytes, file: source.path)
            } catch {
                for item in error.items where item.severity == .error {
                    settings.note("file", item.headline + (item.hint.map { "; " + $0 } ?? ""))
                }
            }
        }
        let filled = file.map { $0.fill(values, addressIsGiven: url != nil, &settings) } ?? SettingValues()
        let address = url ?? file?.address.text(filled)
        try settings.finish()
        // Without a file or an address something was noted, and `finish` has thrown.
        guard let file, let address else { throw ConfigurationProblems([]) }
        return PostbackSink(file: file, address: address, settings: filled, isReplaced: url != nil)
    }
}

extension PostbackFile {
    /// Holds what a configuration gives against what the description asks for.
    fileprivate func fill(
        _ values: [(name: String, value: PluginSettings.NamedValue)],
        addressIsGiven: Bool,
        _ settings: inout PluginSettings
    ) -> SettingValues {
        var filled = SettingValues()
        let names = self.settings.map(\.name)
        for (name, value) in values {
            guard let setting = self.settings.first(where: { $0.name == name }) else {
                let known = names.isEmpty ? "it asks for none" : "it asks for \(names.joined(separator: ", "))"
                settings.note(
                    "settings",
                    entry: name,
                    "the description of \(self.name) has no setting \"\(name)\"; \(known)"
                )
                continue
            }
            switch (setting.kind, value) {
            case (.secret, .secret(let secret)): filled.secrets[name] = secret
            case (_, .secret(let secret)):
                let text = secret.revealedText
                if let problem = setting.problem(with: text) { settings.note("settings", entry: name, problem) }
                filled.texts[name] = text
            case (_, .text(let text)):
                if let problem = setting.problem(with: text) { settings.note("settings", entry: name, problem) }
                filled.texts[name] = text
            }
        }
        for setting in self.settings where filled.texts[setting.name] == nil && filled.secrets[setting.name] == nil {
            if let fallback = setting.fallback {
                filled.texts[setting.name] = fallback
            } else if setting.isRequired, !(addressIsGiven && setting.kind == .host) {
                settings.note("settings", "the description of \(name) needs \"\(setting.name)\"")
            }
        }
        return filled
    }
}
