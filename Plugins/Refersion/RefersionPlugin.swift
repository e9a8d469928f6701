// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Makes Refersion sinks for `"use": "refersion"`.
public enum RefersionPlugin: SinkPlugin {
    /// `refersion`.
    public static let name = "refersion"

    /// One line for lists.
    public static let summary = "Refersion: orders with their items, and cancellations by item"

    /// Creates a sink from its part of the configuration.
    public static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
        RefersionSink(settings: try RefersionSettings(settings))
    }
}
