// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// What an operator decides about an Affonso sink.
///
/// Where Affonso's own pages contradict each other or say nothing, the choice is one of these; see
/// `reference/platforms.md` sections 3 and 17.2.
struct AffonsoSettings: Sendable {
    /// What a signature covers.
    enum Signing: String, CaseIterable, Sendable {
        /// Nothing is signed, although a secret is given.
        case off
        /// Time and body, as the released SDK does.
        case timestampBody = "timestamp.body"
        /// Time, path and body, as a design note of the command line says.
        case timestampPathBody = "timestamp.path.body"

        var form: CallSigning.Form? {
            switch self {
            case .off: nil
            case .timestampBody: .timestampBody
            case .timestampPathBody: .timestampPathBody
            }
        }
    }

    /// Where a sale goes.
    enum Sales: String, CaseIterable, Sendable {
        /// `POST /conversions`.
        case conversions
        /// `POST /events`, as an event of the type conversion.
        case events
    }

    /// How Affonso is told.
    enum Source: String, CaseIterable, Sendable {
        /// By its own endpoints.
        case direct
        /// As Segment's track calls, `POST /sources/segment/events`.
        case segment
        /// As the same track calls at the generic adapter, `POST /sources/custom/events`.
        case custom
    }

    /// Which ids a call names.
    enum Identifiers: String, CaseIterable, Sendable {
        /// All that lead to the referral, so that a first sale links them; a renewal leaves the referral out.
        case all
        /// One: the user, else the referral, else the customer.
        case user
        /// One: the referral, else the user, else the customer; a renewal's referral comes last.
        case referral
    }

    /// The plan, which decides how many calls are taken.
    enum Plan: String, CaseIterable, Sendable {
        /// Not said: the answers alone set the pace.
        case unstated
        case launch
        case growth
        case elite
        case enterprise

        /// Source: Affonso's page "Rate limits".
        var rate: CallRate? {
            switch self {
            case .unstated: nil
            case .launch: .perMinute(300, burst: 10)
            case .growth: .perMinute(600, burst: 20)
            case .elite: .perMinute(1200, burst: 40)
            case .enterprise: .perMinute(3000, burst: 100)
            }
        }
    }

    let baseURL: String
    let key: Secret
    let signing: CallSigning?
    /// Signs what goes to a source, which has a secret of its own.
    let sourceSigning: CallSigning?
    let sales: Sales
    let source: Source
    let identifiers: Identifiers
    let plan: Plan
    let silentAnswers: SilentAnswers
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
        let form = settings.choice(
            "signing",
            default: Signing.timestampBody,
            about: "What is signed where a secret is given, or off."
        ).form
        signing = Self.signing(
            &settings,
            "signing_secret",
            about: "Signs sales, events and refunds; without it they are not signed.",
            form
        )
        sourceSigning = Self.signing(
            &settings,
            "source_signing_secret",
            about: "Signs what goes to the source; without it that is not signed.",
            form
        )
        sales = settings.choice(
            "sales",
            default: .conversions,
            about: "Where sales go: to the endpoint for conversions, or to the one for all events."
        )
        source = settings.choice(
            "source",
            default: .direct,
            about: "How Affonso is told: by its own endpoints, or as Segment's track calls to a source."
        )
        if source != .direct, settings.isGiven("sales") {
            settings.note("sales", "says nothing beside \"source\": sales are told as \"Order Completed\" then")
        }
        if source == .direct, settings.isGiven("source_signing_secret") {
            settings.note("source_signing_secret", "says nothing without \"source\": \"segment\" or \"custom\"")
        }
        identifiers = settings.choice(
            "identifiers",
            default: .all,
            about: "Which ids a call names: all that are linked, or one, the user or the referral first."
        )
        plan = settings.choice(
            "plan",
            default: .unstated,
            about: "The plan, whose limits the calls keep to; where it is unstated, Affonso's answers set the pace."
        )
        silentAnswers = settings.silentAnswers()
        sendsEmail = settings.sendsEmail()
        program = settings.text("program", about: "The program's id, told with clicks; newer keys imply it.")
        try settings.finish()
    }

    private static func signing(
        _ settings: inout PluginSettings,
        _ key: String,
        about: String,
        _ form: CallSigning.Form?
    ) -> CallSigning? {
        guard let secret = settings.secret(key, about: about) else { return nil }
        if let problem = CallSigning.problem(with: secret) { settings.note(key, problem) }
        return form.map {
            CallSigning(
                form: $0,
                timestampHeader: "X-Affonso-Timestamp",
                signatureHeader: "X-Affonso-Signature",
                secret: secret
            )
        }
    }
}
