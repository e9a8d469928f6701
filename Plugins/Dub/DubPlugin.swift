// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Makes Dub sinks for `"use": "dub"`.
public enum DubPlugin: SinkPlugin {
    /// `dub`.
    public static let name = "dub"

    /// One line for lists.
    public static let summary = "Dub: clicks, leads, sales, and refunds as the commission's new amount"

    /// Creates a sink from its part of the configuration.
    public static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
        DubSink(settings: try DubSettings(settings))
    }
}
