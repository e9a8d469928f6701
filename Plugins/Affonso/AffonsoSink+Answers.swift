// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension Answer {
    /// Whether it is Affonso's own 404, which speaks of an id; a page speaks of the address, which is wrong then.
    var isWordOfNobody: Bool { status == 404 && json?.members != nil }
}

extension AffonsoSink {
    /// The usual step after a result, with what Affonso says beside the status.
    ///
    /// A refused signature counts as refused credentials whatever its status is, which is not documented; the wait may
    /// stand in the body only.
    static func usual(_ result: Exchange.Result) -> Step? {
        guard case .answer(var answer) = result else { return Step.usual(result) }
        let error = answer.json?["error"]
        if [400, 401, 403, 422].contains(answer.status),
            error?["message"]?.string?.lowercased().contains("signature") == true
        {
            let remedy = "check the signing secrets, the form in \"signing\" and the clock"
            let reason = "Affonso refuses the request's signature (\(answer.status)); " + remedy
            return .retry(.init(reason: reason, scope: .credentials))
        }
        if answer.status == 429, answer.retryAfter == nil,
            let seconds = error?["retryAfter"]?.int64, (1...3600).contains(seconds)
        {
            answer.retryAfter = .seconds(seconds)
        }
        return Step.usual(.answer(answer))
    }

    /// The step after the answer to anything that is told, refunds and sign-ups left out.
    func afterTelling(_ result: Exchange.Result) -> Step {
        if let step = Self.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        return .end(answer.isSuccess ? stored(answer) : refused(answer))
    }

    /// A success, with the ids that later refunds and an erasure need.
    ///
    /// `replayed` means that Affonso had the event before; a transaction without an earning is stored all the same.
    func stored(_ answer: Answer) -> Step.End {
        guard let data = answer.json?["data"], data.members != nil else { return withoutData(answer) }
        let id = data["id"]?.idText ?? data["transaction_id"]?.idText
        var receipt = Receipt(id.map { [.init("conversion", $0)] } ?? [])
        if let referral = data["referral_id"]?.idText { receipt.ids.append(.init("referral", referral)) }
        if data["status"]?.string == "rejected" || data["referral_status"]?.string == "rejected" {
            return .init(.rejectedByPlatform, reason: "Affonso rejected it as fraudulent", receipt: receipt)
        }
        if data["replayed"]?.bool == true {
            return .init(.duplicate, reason: "Affonso had it already", receipt: receipt)
        }
        let hasEarning = data["earning_id"].map { !$0.isNull } ?? true
        return .init(.delivered, reason: hasEarning ? "stored" : "stored without an earning", receipt: receipt)
    }

    /// A success that shows nothing; what a source answers is not documented.
    private func withoutData(_ answer: Answer) -> Step.End {
        guard settings.source != .direct, answer.json?["success"]?.bool == true else {
            return .init(.needsHuman, reason: "Affonso answered \(answer.status) without the data that it promises")
        }
        return switch settings.silentAnswers {
        case .unproven: .init(.unproven, reason: "taken by the source, which does not say whom it credits")
        case .review: .init(.needsHuman, reason: "the source does not say whom it credits; look whether Affonso has it")
        }
    }

    /// A refusal that would come again: no referral matches, or the request is wrong.
    ///
    /// Which status and code say "no referral" is not documented, so the words decide.
    func refused(_ answer: Answer) -> Step.End {
        let error = answer.json?["error"]
        let code = error?["code"]?.string ?? "status \(answer.status)"
        if answer.status == 409 { return .init(.duplicate, reason: "Affonso had it already (409)") }
        let message = (error?["message"]?.string ?? "").lowercased()
        let isRefusal = [400, 404, 422].contains(answer.status)
        if isRefusal, Self.findsSeveral(message) {
            let remedy = "see in Affonso to whom each belongs and set one right, or name one only with \"identifiers\""
            return .init(.permanent, reason: "the ids sent lead to different referrals; " + remedy)
        }
        if isRefusal, Self.findsNobody(message) {
            return .init(.notAttributed, reason: "Affonso knows no referral for this customer")
        }
        return .init(.permanent, reason: "Affonso refuses the request: " + Self.words(code, error))
    }

    /// An error's code, the field that it names, and its message.
    static func words(_ code: String, _ error: JSONValue?) -> String {
        let field = error?["field"]?.string.map { " at \($0)" } ?? ""
        return code + field + Answer.words(error?["message"]?.string)
    }

    private static func findsSeveral(_ message: String) -> Bool {
        let subjects = ["referral", "identifier"]
        let words = ["different", "same referral", "conflict", "multiple", "more than one"]
        return subjects.contains { message.contains($0) } && words.contains { message.contains($0) }
    }

    /// Whether a message says that no referral matches.
    private static func findsNobody(_ message: String) -> Bool {
        let subjects = ["referral", "identifier", "customer", "user", "click"]
        let absences = ["no ", "not found", "not match", "unknown", "could not be matched", "does not exist"]
        return subjects.contains { message.contains($0) } && absences.contains { message.contains($0) }
    }
}
