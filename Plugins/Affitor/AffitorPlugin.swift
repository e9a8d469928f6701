// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Makes Affitor sinks for `"use": "affitor"`.
public enum AffitorPlugin: SinkPlugin {
    /// `affitor`.
    public static let name = "affitor"

    /// One line for lists.
    public static let summary = "Affitor: clicks, leads, sales and one refund for each sale"

    /// Test money goes out marked, and Affitor books nothing of it.
    public static let marksTestMoney = true

    /// Creates a sink from its part of the configuration.
    public static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
        AffitorSink(settings: try AffitorSettings(settings))
    }
}
