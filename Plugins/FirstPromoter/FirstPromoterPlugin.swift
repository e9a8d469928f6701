// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Makes FirstPromoter sinks for `"use": "firstpromoter"`.
public enum FirstPromoterPlugin: SinkPlugin {
    /// `firstpromoter`.
    public static let name = "firstpromoter"

    /// One line for lists.
    public static let summary = "FirstPromoter: sign-ups, sales, any number of refunds, cancellations"

    /// Creates a sink from its part of the configuration.
    public static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
        FirstPromoterSink(settings: try FirstPromoterSettings(settings))
    }
}
