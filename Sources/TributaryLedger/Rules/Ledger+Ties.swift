// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension Ledger {
    /// Makes ids that belong to one payment known as such.
    ///
    /// Some providers tell in a webhook of its own which payment an invoice was paid with, before or after the money
    /// itself. Where the payment is known under one of the ids, it is from now on known under all of them; where it is
    /// not, the tie waits under every id, as a correction does.
    mutating func tie(_ event: Event, _ entry: EventEntry, _ bindings: [Binding]) throws(Book.Failure) {
        let money = bindings.filter(\.isMoney)
        if let payment = money.first(where: { $0.link?.payment != nil })?.link?.payment {
            let spread = try spread(payment, over: money)
            try join(spread, to: payment, by: entry)
            return
        }
        try book.save(
            Correction(
                event: entry.number,
                sale: nil,
                kind: .paymentLinked,
                subject: event.key.description,
                amount: nil,
                cumulative: nil
            )
        )
        for binding in money { try book.park(entry.number, under: binding.reference, in: binding.scope) }
    }

    /// Takes what waits under ids of a payment: its corrections, and those that wait under ids tied to them.
    ///
    /// Every tie is taken once and has a bounded number of ids, so this ends.
    mutating func takeWaiting(
        under found: [Binding],
        for payment: Int64
    ) throws(Book.Failure) -> [Correction] {
        var corrections: [Correction] = []
        var open = found
        while let binding = open.popLast() {
            for waiting in try book.takeParked(under: binding.reference, in: binding.scope) {
                if waiting.kind == .paymentLinked {
                    let tie = try book.event(waiting.event)
                    let tied = try bindings(of: tie.event, in: tie.entry.scope).filter(\.isMoney)
                    open += try spread(payment, over: tied)
                } else if !corrections.contains(where: { $0.event == waiting.event }) {
                    corrections.append(waiting)
                }
            }
        }
        return corrections
    }

    /// Binds ids to a payment, as far as they have none.
    ///
    /// - Returns: the ids that are the payment's now.
    private mutating func spread(_ payment: Int64, over bindings: [Binding]) throws(Book.Failure) -> [Binding] {
        var spread: [Binding] = []
        for binding in bindings {
            guard var link = binding.link, link.payment == nil else { continue }
            link.payment = payment
            try book.bind(binding.reference, in: binding.scope, to: link)
            spread.append(binding)
        }
        return spread
    }
}
