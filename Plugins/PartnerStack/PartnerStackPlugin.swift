// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Makes PartnerStack sinks for `"use": "partnerstack"`.
public enum PartnerStackPlugin: SinkPlugin {
    /// `partnerstack`.
    public static let name = "partnerstack"

    /// One line for lists.
    public static let summary = "PartnerStack: customers, transactions, and refunds as negative transactions on demand"

    /// Creates a sink from its part of the configuration.
    public static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
        PartnerStackSink(settings: try PartnerStackSettings(settings))
    }
}
