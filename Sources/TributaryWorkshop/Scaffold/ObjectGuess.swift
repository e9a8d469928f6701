// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Where in its bodies the thing stands that a type is about.
enum ObjectGuess {
    /// Members that hold what a webhook is about.
    static let wrappers = ["data", "object", "payload", "resource", "content", "event_data", "body", "result"]

    /// Members that do so below another such member only.
    private static let innerWrappers = wrappers + ["entity", "attributes"]

    static func place(in inventory: Inventory, type: [String]) -> (place: Place, reason: String) {
        var place = Place.root
        var reason = "the body itself"
        for _ in 0..<6 {
            let children = inventory.fields.filter {
                $0.place.depth == place.depth + 1 && $0.place.parent == place && $0.hasObject
            }
            let names = place == .root ? wrappers : innerWrappers
            if let wrapper = children.first(where: { names.contains($0.plainName) && !isBag($0) }) {
                place = wrapper.place
                reason = "the member that holds what the webhook is about"
                continue
            }
            // Several objects side by side in a wrapper that says nothing itself: Razorpay, Chargebee.
            let parent = Words.plain(place.name)
            if ["payload", "content"].contains(parent), let chosen = choose(children, type) {
                place = chosen.place
                reason = "of \(children.count) objects side by side the one that the type speaks of"
                continue
            }
            guard let subject = subject(in: inventory, below: place, children, type) else { break }
            return subject
        }
        return (place, reason)
    }

    /// The object below a body or wrapper that the type speaks of, or that has what a thing has: an id, a status, money.
    private static func subject(
        in inventory: Inventory,
        below place: Place,
        _ children: [Field],
        _ type: [String]
    ) -> (place: Place, reason: String)? {
        let own = inventory.fields.filter {
            $0.place.depth == place.depth + 1 && $0.place.parent == place && $0.isScalar
        }
        // A body that has money or a status, and a wrapper that has anything itself, is what it is about.
        if place == .root {
            guard
                !own.contains(where: {
                    MoneyNames.isMoneyLike($0, in: inventory)
                        || Words.of($0.place.name).last.map(Vocabulary.states.contains) ?? false
                })
            else { return nil }
        } else if !own.isEmpty || !wrappers.contains(Words.plain(place.name)) {
            return nil
        }
        var best: (score: Int, place: Place, reason: String)?
        for child in children {
            let words = Words.of(child.place.name)
            let strangers = Vocabulary.persons + Vocabulary.bags + Vocabulary.envelopes + ["currency", "card", "links"]
            guard !words.isEmpty, !words.allSatisfy(strangers.contains), !isBag(child) else { continue }
            let named = words.filter(type.contains).count
            let below = inventory.below(child.place)
            let hasOwnID = below.contains { $0.place.parent == child.place && $0.isText && isOwnID($0, of: words) }
            let hasMoney = below.contains { MoneyNames.isMoneyLike($0, in: inventory) }
            let hasState = below.contains { field in
                field.place.parent == child.place && field.isText && Vocabulary.states.contains(field.plainName)
            }
            guard hasMoney || hasState || hasOwnID && (named > 0 || type.isEmpty) else { continue }
            let score = named * 5 + (hasMoney ? 3 : 0) + (hasOwnID ? 2 : 0) + (hasState ? 1 : 0)
            guard score > best?.score ?? 0 else { continue }
            let reason =
                named > 0
                ? "the object that the type speaks of"
                : "the object that has "
                    + [hasOwnID ? "an id" : "", hasMoney ? "money" : "", hasState ? "a status" : ""]
                    .filter { !$0.isEmpty }.joined(separator: " and ")
            best = (score, child.place, reason)
        }
        return best.map { ($0.place, $0.reason) }
    }

    private static func isOwnID(_ field: Field, of words: [String]) -> Bool {
        guard let subject = Vocabulary.idSubject(field.place.name) else { return false }
        return subject.isEmpty || subject.allSatisfy(words.contains)
    }

    private static func isBag(_ field: Field) -> Bool { field.values.allSatisfy { ($0.members ?? []).isEmpty } }

    private static func choose(_ children: [Field], _ type: [String]) -> Field? {
        let isMoney =
            type.has("paid", "charged", "succeeded", "success", "captured", "payment")
            && !type.has("refund", "refunded", "dispute")
        var wanted = type.filter { !["payment", "subscription", "order", "invoice"].contains($0) }
        if isMoney || type.has("refunded") { wanted += ["payment", "transaction", "charge", "invoice", "order"] }
        wanted += type + ["transaction", "invoice", "order"]
        for word in wanted {
            if let child = children.first(where: {
                $0.plainName == word || Words.of($0.place.name).first == word && Words.of($0.place.name).count == 1
            }) {
                return child
            }
        }
        return children.first
    }
}
