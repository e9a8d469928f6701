// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What an operator decides about an Affonso sink.
struct AffonsoSettings: Sendable {
    let baseURL: String
    let key: Secret
    let signing: CallSigning?
    let sendsEmail: Bool
    let program: String?

    /// Metadata keys that Affonso's own guides use, see `reference/platforms.md` section 3.9.
    let parameters: [String: SinkCapabilities.Identifier] = [
        "affonso_referral": .referral, "affonso_referral_id": .referral, "affonso_id": .referral,
        "affonsoReferral": .referral, "affonsoId": .referral, "affonso_click_id": .click,
    ]

    init(_ settings: PluginSettings) throws(ConfigurationProblems) {
        var settings = settings
        baseURL = settings.baseURL(default: "https://api.affonso.io/v1")
        key = settings.requiredSecret("key", about: "The API key of the program.")
        // Whether the path is signed too is told differently by Affonso's own sources (section 3.2), so it is a choice.
        let form = settings.choice(
            "signing",
            default: CallSigning.Form.timestampBody,
            about: "What is signed, where signing_secret is given."
        )
        signing = settings.secret("signing_secret", about: "Signs every call; without it calls are not signed.").map {
            CallSigning(
                form: form,
                timestampHeader: "X-Affonso-Timestamp",
                signatureHeader: "X-Affonso-Signature",
                secret: $0
            )
        }
        sendsEmail = settings.sendsEmail()
        program = settings.text("program", about: "The program's id, told with clicks; newer keys imply it.")
        try settings.finish()
    }
}
