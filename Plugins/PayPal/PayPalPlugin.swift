// SPDX-License-Identifier: Apache-2.0

public import Tributary

/// PayPal, as a provider of events.
public enum PayPalPlugin: VerifierPlugin {
    /// `paypal`.
    public static let name = "paypal"

    /// What it is, in one line.
    public static let summary = "PayPal: RSA over ids and the body's CRC-32, certificate checked; or by PayPal's API"

    /// Creates the verifier.
    ///
    /// - Throws: ``ConfigurationProblems`` with everything that is wrong.
    public static func makeVerifier(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Verifier {
        var settings = settings
        let verifier = PayPalVerifier(reading: &settings)
        try settings.finish()
        guard let verifier else {
            throw ConfigurationProblems([.init("/providers/\(settings.name)", "the verifier cannot be made")])
        }
        return verifier
    }
}
