// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Makes Tapfiliate sinks for `"use": "tapfiliate"`.
public enum TapfiliatePlugin: SinkPlugin {
    /// `tapfiliate`.
    public static let name = "tapfiliate"

    /// One line for lists.
    public static let summary =
        "Tapfiliate 1.6 and postback 1.7: clicks, customers, conversions and refunds of any size"

    /// Creates a sink from its part of the configuration.
    public static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
        TapfiliateSink(settings: try TapfiliateSettings(settings))
    }
}
