// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension AffonsoSink {
    func call(_ label: String, path: String, _ body: JSONValue, signed: Bool = true) -> Call {
        .json(
            label,
            url: settings.baseURL + path,
            secretHeaders: [.init("Authorization", prefix: "Bearer ", settings.key)],
            body,
            signing: signed ? settings.signing : nil
        )
    }

    /// The step after the answer to anything that is not a refund.
    func afterConversion(_ result: Exchange.Result) -> Step {
        if let step = Step.usual(result) { return step }
        guard case .answer(let answer) = result else { return .retry(.init(reason: "no answer")) }
        return .end(answer.isSuccess ? Self.stored(answer) : refused(answer))
    }

    /// A success, with the id that later refunds need.
    ///
    /// `replayed` means that Affonso had the event before; a transaction without an earning is stored all the same.
    static func stored(_ answer: Answer) -> Step.End {
        guard let data = answer.json?["data"], data.members != nil else {
            return .init(.needsHuman, reason: "Affonso answered \(answer.status) without the data that it promises")
        }
        let id = data["id"]?.idText ?? data["transaction_id"]?.idText
        let receipt = Receipt(id.map { [.init("conversion", $0)] } ?? [])
        if data["status"]?.string == "rejected" || data["referral_status"]?.string == "rejected" {
            return .init(.rejectedByPlatform, reason: "Affonso rejected it as fraudulent", receipt: receipt)
        }
        if data["replayed"]?.bool == true {
            return .init(.duplicate, reason: "Affonso had it already", receipt: receipt)
        }
        let hasEarning = data["earning_id"].map { !$0.isNull } ?? true
        return .init(.delivered, reason: hasEarning ? "stored" : "stored without an earning", receipt: receipt)
    }

    /// A refusal that would come again: no referral matches, or the request is wrong.
    ///
    /// Which status and code say "no referral" is not documented, so the words decide.
    func refused(_ answer: Answer) -> Step.End {
        let error = answer.json?["error"]
        let code = error?["code"]?.string ?? "status \(answer.status)"
        if answer.status == 409 { return .init(.duplicate, reason: "Affonso had it already (409)") }
        if [400, 404, 422].contains(answer.status), Self.findsNobody(error?["message"]?.string ?? "") {
            return .init(.notAttributed, reason: "Affonso knows no referral for this customer")
        }
        let field = error?["field"]?.string.map { " at \($0)" } ?? ""
        let words = Answer.words(error?["message"]?.string)
        return .init(.permanent, reason: "Affonso refuses the request: \(code)\(field)\(words)")
    }

    /// Whether a message says that no referral matches, rather than that the identifiers contradict each other.
    private static func findsNobody(_ message: String) -> Bool {
        let text = message.lowercased()
        let subjects = ["referral", "identifier", "customer", "user", "click"]
        let absences = ["no ", "not found", "not match", "unknown", "could not be matched", "does not exist"]
        let contradictions = ["different", "same referral", "conflict", "multiple", "more than one"]
        return subjects.contains { text.contains($0) } && absences.contains { text.contains($0) }
            && !contradictions.contains { text.contains($0) }
    }
}
