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
            guard ["payload", "content"].contains(parent), let chosen = choose(children, type) else { break }
            place = chosen.place
            reason = "of \(children.count) objects side by side the one that the type speaks of"
        }
        return (place, reason)
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
