// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Makes Affonso sinks for `"use": "affonso"`.
public enum AffonsoPlugin: SinkPlugin {
    /// `affonso`.
    public static let name = "affonso"

    /// One line for lists.
    public static let summary = "Affonso: clicks, conversions, refunds, leads, trials and milestones"

    /// Creates a sink from its part of the configuration.
    public static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
        AffonsoSink(settings: try AffonsoSettings(settings))
    }
}
