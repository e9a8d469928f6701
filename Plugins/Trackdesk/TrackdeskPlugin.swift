// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Makes Trackdesk sinks for `"use": "trackdesk"`.
public enum TrackdeskPlugin: SinkPlugin {
    /// `trackdesk`.
    public static let name = "trackdesk"

    /// One line for lists.
    public static let summary = "Trackdesk: conversions by click or customer; corrections come to a person"

    /// Creates a sink from its part of the configuration.
    public static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
        TrackdeskSink(settings: try TrackdeskSettings(settings))
    }
}
