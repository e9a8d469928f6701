// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Makes Tolt sinks for `"use": "tolt"`.
public enum ToltPlugin: SinkPlugin {
    /// `tolt`.
    public static let name = "tolt"

    /// One line for lists.
    public static let summary = "Tolt: clicks, customers, transactions, and refunds of the whole sale"

    /// Creates a sink from its part of the configuration.
    public static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
        ToltSink(settings: try ToltSettings(settings))
    }
}
