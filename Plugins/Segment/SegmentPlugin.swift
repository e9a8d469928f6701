// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributarySigning

/// Segment's Webhooks (Actions) destination, as a provider of events.
public enum SegmentPlugin: VerifierPlugin {
    /// `segment`.
    public static let name = "segment"

    /// What it is, in one line.
    public static let summary = "Segment: HMAC-SHA1 over the event, of a batch over the first event only"

    /// Creates the verifier.
    ///
    /// - Throws: ``ConfigurationProblems`` with everything that is wrong.
    public static func makeVerifier(_ settings: PluginSettings) throws(ConfigurationProblems) -> any Verifier {
        var settings = settings
        let batches = settings.bool(
            "batches",
            default: false,
            about: "Whether batches of several events are taken, although Segment signs only the first; needs \"path\"."
        )
        let bearer = settings.secret(
            "bearer",
            about: "Demanded beside the signature: what the destination's mapping sends as Authorization: Bearer …."
        )
        if let bearer, let problem = SecretProblem.inText(bearer) { settings.note("bearer", problem.remedy) }
        try settings.finish()
        do throws(VerifyDeclarationError) {
            return try SegmentVerifier(batches: batches, bearer: bearer)
        } catch {
            throw ConfigurationProblems([.init("/providers/\(settings.name)", "\(error)")])
        }
    }
}
