// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TributaryModel

/// Notes what a plugin asks its settings for; the schema of its part of the configuration is made of that.
final class PluginSettingsRecorder: Sendable {
    private struct Found {
        var settings: [JSONValue.Member] = []
        var required: [JSONValue] = []
    }

    private let found = Mutex(Found())

    /// Lets a plugin read an empty part of a configuration.
    ///
    /// - Returns: The settings' schemas by name, and the names that are required.
    static func settings(of plugin: any SinkPlugin.Type) -> (settings: [JSONValue.Member], required: [JSONValue]) {
        // That an empty part is refused for want of a key is no surprise; what was asked for is what counts.
        asked(by: .sink, plugin.name) { _ = try? plugin.makeSink($0) }
    }

    /// Lets a verifier's plugin read an empty part of a configuration.
    ///
    /// - Returns: The settings' schemas by name, and the names that are required.
    static func settings(of plugin: any VerifierPlugin.Type) -> (settings: [JSONValue.Member], required: [JSONValue]) {
        // As above.
        asked(by: .provider, plugin.name) { _ = try? plugin.makeVerifier($0) }
    }

    private static func asked(
        by owner: PluginSettings.Owner,
        _ name: String,
        _ make: (PluginSettings) -> Void
    ) -> (settings: [JSONValue.Member], required: [JSONValue]) {
        let recorder = PluginSettingsRecorder()
        make(PluginSettings(for: owner, name: name, members: [], secrets: [:], recorder: recorder))
        return recorder.found.withLock { ($0.settings, $0.required) }
    }

    func note(_ name: String, _ schema: JSONValue, isRequired: Bool) {
        found.withLock { found in
            guard !found.settings.contains(where: { $0.name == name }) else { return }
            found.settings.append(.init(name, schema))
            if isRequired { found.required.append(.string(name)) }
        }
    }
}
