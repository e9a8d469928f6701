// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Makes sinks that send events to the merchant's own services for `"use": "forward"`.
public enum ForwardPlugin: SinkPlugin {
    /// `forward`.
    public static let name = "forward"

    /// One line for lists.
    public static let summary = "events to your own services, as signed Standard Webhooks"

    /// Creates a sink from its part of the configuration.
    public static func makeSink(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Sink {
        var settings = settings
        let url = settings.text("url", about: "Where events are posted to: https, or http to this machine.")
        let secrets = settings.requiredSecrets(
            "secret",
            about: "The signing secret, whsec_…; while receivers change over, a list of which each signs."
        )
        for secret in secrets {
            if let problem = StandardWebhook.problem(with: secret) { settings.note("secret", problem) }
        }
        if let url {
            if !isAllowed(url) {
                settings.note("url", "expected an https address; http only to 127.0.0.1, [::1] or localhost")
            }
        } else {
            settings.note("url", "the sink needs \"url\": where events are posted to")
        }
        try settings.finish()
        return ForwardSink(url: url ?? "", secrets: secrets)
    }

    /// Whether what is sent can be read by nobody on the way.
    private static func isAllowed(_ url: String) -> Bool {
        guard !url.contains("#"), url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return false }
        func host(behind scheme: String) -> Substring? {
            guard url.hasPrefix(scheme) else { return nil }
            let host = url.dropFirst(scheme.utf8.count).prefix { $0 != "/" && $0 != "?" }
            return host.isEmpty || host.contains("@") ? nil : host
        }
        if host(behind: "https://") != nil { return true }
        guard let host = host(behind: "http://") else { return false }
        return ["127.0.0.1", "[::1]", "localhost"].contains { host == $0 || host.hasPrefix($0 + ":") }
    }
}
