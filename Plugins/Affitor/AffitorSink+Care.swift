// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

extension AffitorSink {
    /// Reads how far the program is, which needs the tracking key and changes nothing.
    ///
    /// Source: `reference/platforms.md` section 4.7.
    public func probe(after exchanges: [Exchange]) -> Step {
        guard let last = exchanges.last else {
            let headers: HeaderFields = ["Accept": "application/json"]
            let call = Call(
                "readiness",
                method: "GET",
                url: readinessURL,
                headers: headers,
                secretHeaders: [authorization]
            )
            return .call(call)
        }
        if let step = Step.usual(last.result) { return step }
        guard case .answer(let answer) = last.result else { return .retry(.init(reason: "no answer")) }
        guard answer.isSuccess else {
            let words = Self.refused(answer).reason + ", so neither the key nor the program could be checked"
            return .end(.init(answer.status == 404 ? .notApplicable : .needsHuman, reason: words))
        }
        // The references show the members only; others of the same API stand in `data`.
        guard let facts = answer.json?["gates"] == nil ? answer.json?["data"] : answer.json, let gates = facts["gates"]
        else {
            return .end(.init(.needsHuman, reason: "Affitor answers \(answer.status) without the program's readiness"))
        }
        return .end(Self.readiness(gates, facts))
    }

    private static func readiness(_ gates: JSONValue, _ facts: JSONValue) -> Step.End {
        let states = gates.members?.map { ($0.name, $0.value.string ?? $0.value["status"]?.string ?? "unknown") } ?? []
        let failed = states.filter { $0.1 == "fail" }
        var words = failed.map { "\($0.0) fails: \(remedy(of: $0.0))" }
        if !failed.isEmpty || states.isEmpty, let blocker = facts["blocker"]?.string, !blocker.isEmpty {
            words.append("Affitor says" + Answer.words(blocker))
        }
        if facts["integration_verified"]?.bool == false {
            words.append("Affitor has not seen the integration yet; send an event with \"test_mode\": true")
        }
        guard failed.isEmpty else {
            let all = words.joined(separator: "; ")
            return .init(.needsHuman, reason: "Affitor takes the key, but the program is not ready: " + all)
        }
        let open = states.filter { $0.1 != "pass" }.map(\.0)
        if !open.isEmpty { words.append("not known yet: " + open.joined(separator: ", ")) }
        return .init(.delivered, reason: (["Affitor takes the key"] + words).joined(separator: "; "))
    }

    /// What to do about a gate, in words.
    private static func remedy(of gate: String) -> String {
        switch gate {
        case "profile": "complete the program's profile in the dashboard"
        case "economics": "set commission and cookie window in the dashboard"
        case "payout": "add a way to pay partners in the dashboard"
        case "tracking": "no click, lead or sale has arrived; see that the landing page and this sink reach Affitor"
        case "live": "the program is not published, so partners earn nothing"
        default: "see the program in the dashboard"
        }
    }

    /// Affitor documents no call that erases a person.
    public func forget(_ person: ForgottenPerson, after exchanges: [Exchange]) -> Step {
        let known = person.users.isEmpty && person.emails.isEmpty && person.receipts.isEmpty
        guard !known else {
            return .end(.init(.notApplicable, reason: "Affitor was told nothing by which it could know the person"))
        }
        let reason = "Affitor has no call that erases a person; ask its support to, and name the customer_key"
        return .end(.init(.needsHuman, reason: reason))
    }

    /// Affitor lists its events in its dashboard only.
    public func list(from start: Timestamp, to end: Timestamp, after exchanges: [Exchange]) -> ListStep {
        .unavailable("Affitor lists its sales in its dashboard only, not for an API key; the books here are compared")
    }
}
