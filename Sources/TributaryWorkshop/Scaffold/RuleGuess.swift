// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Makes rules from the bodies of one type.
struct RuleGuess {
    let type: String
    let bodies: [SampleBody]
    let numbers: [Int]
    let envelope: EnvelopeGuess
    let units: AmountUnits
    let links: SampleLinks

    /// A rule, or why there is none.
    enum Verdict {
        case rule(RuleDraft)
        case undecided(String)
    }

    private var typeWords: [String] { type == EnvelopeGuess.untyped ? [] : Words.of(type) }

    /// Rules for every kind that the bodies mean, in order of first occurrence, and why the others have none.
    func verdicts() -> [(verdict: Verdict, bodies: [Int])] {
        let inventory = Inventory(bodies.map(\.value))
        let (at, atReason) = ObjectGuess.place(in: inventory, type: typeWords)
        var groups: [(kind: KindGuess, bodies: [Int])] = []
        for (position, body) in bodies.enumerated() {
            let kind = kindOf(body.value, at)
            if let index = groups.firstIndex(where: {
                $0.kind.kind == kind.kind && (kind.kind != nil || $0.kind == kind)
            }) {
                groups[index].bodies.append(position)
                groups[index].kind.asksState = groups[index].kind.asksState || kind.asksState
            } else {
                groups.append((kind, [position]))
            }
        }
        return groups.map { group in
            let members = group.bodies.map { bodies[$0] }
            let numbers = group.bodies.map { self.numbers[$0] }
            guard let kind = group.kind.kind else { return (.undecided(group.kind.reason), numbers) }
            var draft = RuleDraft(
                id: ruleID(kind, isOne: groups.count { $0.kind.kind != nil } == 1),
                type: type,
                at: at,
                kind: kind,
                bodies: numbers
            )
            draft.guesses.append(Guess("at", at.selector, at == .root ? .likely : .shown, atReason, rule: draft.id))
            draft.guesses.append(Guess("emit", kind.rawValue, .likely, group.kind.reason, rule: draft.id))
            draft.why = group.kind.reason + "; see notes.md"
            var filler = RuleFiller(
                draft: draft,
                samples: members.map(\.value),
                envelope: envelope,
                units: units,
                links: links,
                type: typeWords
            )
            if group.kind.asksState { filler.askState(at) }
            filler.fill()
            if let problem = filler.problem { return (.undecided(problem), numbers) }
            return (.rule(filler.draft), numbers)
        }
    }

    /// The type's words; with the kind's behind them where the type has several.
    private func ruleID(_ kind: EventKind, isOne: Bool) -> String {
        let kindWords = Words.of(kind.rawValue)
        if typeWords.isEmpty { return kindWords.joined(separator: "-") }
        return (isOne ? typeWords : typeWords + kindWords.suffix(kindWords.count - 1)).joined(separator: "-")
    }

    private func kindOf(_ body: JSONValue, _ at: Place) -> KindGuess {
        let inventory = Inventory([body])
        let below = inventory.below(at)
        let amounts = below.filter { !$0.place.isInArray && MoneyNames.isMoneyLike($0, in: inventory) }
        let status = RuleFiller.status(inventory, at)
        func words(_ name: String) -> [String] {
            inventory[at.member(name)]?.values.first?.string.map { Words.of($0) } ?? []
        }
        let refundNamed = amounts.filter { Words.of($0.place.name).has("refund", "refunded") }
        let references = ReferenceGuess(inventory, at: at, type: typeWords, taken: envelope.places)
        return KindGuess.of(
            .init(
                type: typeWords,
                state: status?.values.first?.string.map { Words.of($0) } ?? [],
                action: words("action") + words("type"),
                hasAmount: !amounts.isEmpty,
                isRefundShape: !refundNamed.isEmpty && amounts.count == refundNamed.count,
                endsLater: endsLater(inventory, at),
                object: references.role.map { [$0] } ?? []
            )
        )
    }

    /// Whether a subscription is cancelled for a time that lies after the webhook's own.
    private func endsLater(_ inventory: Inventory, _ at: Place) -> Bool {
        if inventory[at.member("cancel_at_period_end")]?.values.first == .bool(true) { return true }
        func instant(_ place: Place) -> Timestamp? {
            guard let field = inventory[place], let text = field.texts.first, let form = EnvelopeGuess.timeForm(field)
            else { return nil }
            switch form {
            case "unix": return Int64(text).map { Timestamp(unixSeconds: $0) }
            case "unix_ms": return Int64(text).map { Timestamp(unixMilliseconds: $0) }
            default: return Timestamp(rfc3339: text)
            }
        }
        let now = envelope.places.compactMap(instant).max()
        let end = ["ends_at", "cancel_at", "end_at"].compactMap { instant(at.member($0)) }.max()
        guard let now, let end else { return false }
        return end > now
    }
}
