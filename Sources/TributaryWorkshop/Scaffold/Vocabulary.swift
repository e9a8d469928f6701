// SPDX-License-Identifier: Apache-2.0

/// Words by what they mean, whatever name they stand in.
enum Vocabulary {
    /// End a name that holds an id.
    static let ids = ["id", "uid", "uuid", "guid", "ref", "reference", "number", "no", "nr", "num", "key"]

    /// Speak of the webhook itself.
    static let envelopes = [
        "event", "webhook", "message", "msg", "notification", "delivery", "hook", "callback", "ipn", "notice",
        "envelope",
        "header", "head", "meta", "metadata",
    ]

    /// Speak of those who pay.
    static let persons = [
        "customer", "payer", "buyer", "purchaser", "shopper", "client", "subscriber", "member", "user", "guest",
        "payor",
        "donor", "patron", "consumer", "account",
    ]

    /// Speak of the state in which something is.
    static let states = ["status", "state", "outcome", "result"]

    /// Say when something happened.
    static let times = [
        "at", "time", "timestamp", "ts", "when", "date", "datetime", "occurred", "sent", "raised", "created", "emitted",
        "issued", "happened", "epoch", "on",
    ]

    /// Say when something will happen, or concern something else than what happened.
    static let otherTimes = [
        "end", "ends", "ending", "expires", "expiry", "expire", "expiration", "due", "next", "until", "trial", "valid",
        "renews", "birth", "start", "starts", "from", "period", "scheduled",
    ]

    /// Name members whose word says what happened.
    static let types = ["type", "kind", "topic", "event", "action", "what", "trigger", "alert", "happened", "verb"]

    /// Say that a type or word is about something else than the webhook.
    static let notTypes = Set(
        states + persons + ids + [
            "reason", "method", "mode", "env", "environment", "card", "payment", "product", "resource", "object",
            "plan",
            "order", "channel", "content", "source", "description", "currency", "url", "country", "locale", "version",
            "sku", "entity", "origin", "sandbox",
        ]
    )

    /// Say how often something is paid.
    static let intervals = [
        "interval", "every", "period", "frequency", "cadence", "recurrence", "cycle", "term", "billing", "schedule",
        "rhythm", "repeats",
    ]

    /// Name members that tell a first payment from a later one.
    static let phases = [
        "reason", "cycle", "phase", "sequence", "recurrence", "recurring", "billing", "stage", "occurrence", "kind",
        "type",
        "occasion",
    ]

    /// Names that only those give who want to pay affiliates.
    static let attribution = [
        "affonso", "affitor", "tapfiliate", "rewardful", "tolt", "dub", "firstpromoter", "affiliate", "aff", "referral",
        "referrer", "referred", "click", "clickid", "clk", "utm", "gclid", "fbclid", "msclkid", "partner", "campaign",
        "via",
    ]

    /// Names that they give, and others, too.
    static let faintAttribution = ["ref", "user", "coupon", "source", "tracking", "visitor", "session"]

    /// Name objects in which merchants keep their own.
    static let bags = [
        "custom", "meta", "metadata", "extra", "extras", "labels", "tags", "fields", "tracking", "params", "parameters",
        "passthrough", "notes", "additional", "vars", "variables", "properties", "props", "annotations", "userdata",
    ]

    /// The words of a name without those that say that it is an id; `nil` where none says so.
    static func idSubject(_ name: String) -> [String]? {
        var words = Words.of(name)
        guard let last = words.last, ids.contains(last) else { return nil }
        while let last = words.last, ids.contains(last) { words.removeLast() }
        return words
    }

    /// Whether a text looks like an id: it has a digit, and is neither a sentence, an address nor an instant.
    static func looksLikeID(_ field: Field) -> Bool {
        field.isText && EnvelopeGuess.timeForm(field) == nil
            && field.texts.allSatisfy { text in
                (1...128).contains(text.utf8.count) && text.contains { $0.isASCII && $0.isNumber }
                    && !text.contains { $0 == " " || $0 == "@" || $0 == "." || $0 == "=" || $0 == "{" }
            }
    }
}
