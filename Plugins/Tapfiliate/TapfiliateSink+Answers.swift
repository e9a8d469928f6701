// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension TapfiliateSink {
    /// The step after a result that means the same for every call; `nil` where the call must look at it.
    ///
    /// Beyond the common ones: a redirect leads to the login page and a page in HTML comes from a wrong address or a
    /// proxy, never from the API itself, so neither says anything about the delivery. The status of an exhausted rate
    /// limit is not published, so a refusal with no calls remaining counts as one (section 5.1).
    ///
    /// - Parameters:
    ///   - result: The result.
    ///   - takesEmpty: Whether an empty body says enough, where the answer's shape is not published.
    /// - Returns: the step, or `nil`.
    static func general(_ result: Exchange.Result, takesEmpty: Bool = false) -> Step? {
        guard case .answer(let answer) = result else {
            return Step.usual(result) ?? .retry(.init(reason: "no answer"))
        }
        let isRefused = answer.status >= 400 && answer.status < 500 && answer.status != 401
        if isRefused, answer.headers["X-Ratelimit-Remaining"].flatMap({ Int($0) }) == 0 {
            let wait = answer.retryAfter ?? .seconds(60)
            return .retry(.init(reason: "the rate limit is used up (\(answer.status))", after: wait))
        }
        if let step = Step.usual(result) { return step }
        if (300..<400).contains(answer.status) {
            return .retry(.init(reason: "status \(answer.status), a redirect; is \"url\" right?"))
        }
        if takesEmpty, answer.isSuccess, !answer.isPage { return nil }
        if answer.json == nil, answer.status != 204 {
            return .retry(
                .init(reason: "status \(answer.status) without JSON; is \"url\" right?", after: answer.retryAfter)
            )
        }
        return nil
    }

    /// The platform's message in lower case.
    static func errorText(_ answer: Answer) -> String { answer.json?["message"]?.string?.lowercased() ?? "" }

    /// Whether a refusal speaks of an id that exists already; status and words for it are not published.
    static func speaksOfDuplicate(_ answer: Answer, of word: String) -> Bool {
        if answer.status == 409 { return true }
        let text = errorText(answer)
        guard answer.status == 400 || answer.status == 422 else { return false }
        let says = ["unique", "exist", "already", "duplicate", "taken"].contains { text.contains($0) }
        return says && !text.contains("not exist") && (text.contains(word) || text.contains("unique"))
    }

    /// Whether a refusal says that nobody is known by the identifiers that were sent.
    static func findsNobody(_ answer: Answer) -> Bool {
        guard [400, 404, 422].contains(answer.status) else { return false }
        let text = errorText(answer)
        let subjects = ["click", "referral", "coupon", "customer", "tracking", "affiliate", "asset"]
        let absences = [
            "not found", "invalid", "expired", "unknown", "not exist", "null", "no ", "not match", "could not",
        ]
        return subjects.contains { text.contains($0) } && absences.contains { text.contains($0) }
    }

    /// A refusal that would come again.
    static func refused(_ answer: Answer) -> Step.End {
        let words = Answer.words(answer.json?["message"]?.string)
        return .init(.permanent, reason: "Tapfiliate refuses the request (\(answer.status))" + words)
    }

    /// The end of what the postback took, as far as its answer says, whose shape is not published.
    func taken(_ answer: Answer, _ receipt: Receipt) -> Step.End {
        guard let json = answer.json, json.members != nil else { return silent(receipt) }
        if json["affiliate"]?.isNull == true || json["commissions"]?.elements?.isEmpty == true {
            return .init(.notAttributed, reason: "stored without an affiliate", receipt: receipt)
        }
        guard json["affiliate"] != nil || json["commissions"] != nil else { return silent(receipt) }
        return .init(.delivered, reason: "stored", receipt: receipt)
    }

    private func silent(_ receipt: Receipt) -> Step.End {
        let reason = "Tapfiliate took the postback and does not say whether anybody is credited"
        switch settings.silentAnswers {
        case .unproven: return .init(.unproven, reason: reason, receipt: receipt)
        case .review: return .init(.needsHuman, reason: reason + "; look there", receipt: receipt)
        }
    }
}

extension Answer {
    /// Whether it is a page for people: an error page, a login, a proxy.
    fileprivate var isPage: Bool {
        if let type = headers["Content-Type"], type.lowercased().contains("html") { return true }
        let first = body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return json == nil && first == UInt8(ascii: "<")
    }
}
