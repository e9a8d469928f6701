// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What is to be erased of a person: the events that tell of the person, and the webhooks that name the person.
public struct Erasure: Sendable, Hashable {
    /// Numbers of events.
    public var events: [Int64]
    /// Numbers of webhooks whose body and headers go; those of the events go with them.
    public var webhooks: [Int64]

    /// Creates an erasure.
    public init(events: [Int64], webhooks: [Int64]) {
        self.events = events
        self.webhooks = webhooks
    }
}

/// What an erasure did.
public struct ErasureReport: Sendable, Hashable {
    /// Events that lost their person; those that had lost it before do not count.
    public var events = 0
    /// Webhooks that lost body and headers.
    public var webhooks = 0
    /// Deliveries that were still to be sent and will not be.
    public var stopped = 0
    /// Names of the sinks that have something new to send because of it.
    public var wakes: Set<String> = []

    /// Creates an empty report.
    public init() {}

    /// Adds another report.
    public mutating func add(_ other: ErasureReport) {
        events += other.events
        webhooks += other.webhooks
        stopped += other.stopped
        wakes.formUnion(other.wakes)
    }
}

extension Ledger {
    /// Erases a person.
    ///
    /// Amounts and ids of transactions stay, so that the books still balance, nothing is counted again and a later refund
    /// finds its sale. What was not sent yet is not sent. Erasing twice changes nothing.
    ///
    /// - Parameters:
    ///   - erasure: What tells of the person.
    ///   - now: The time.
    /// - Returns: what was done.
    /// - Throws: what the book throws.
    public mutating func forget(_ erasure: Erasure, at now: Timestamp) throws(Book.Failure) -> ErasureReport {
        wakes = []
        var report = ErasureReport()
        for number in erasure.events {
            let stored = try book.event(number)
            let erased = stored.event.erased(keyed: stored.event.keyAfterErasure(in: stored.entry.scope))
            if erased != stored.event {
                try unbind(stored)
                try book.replace(number, with: erased)
                report.events += 1
            }
            for row in try book.deliveries(of: number) {
                if row.end == nil { report.stopped += 1 }
                try erase(row, of: stored.event, at: now)
            }
        }
        let webhooks = Set(erasure.webhooks + erasure.events.map { $0 >> EventEntry.positionBits })
        for webhook in webhooks.sorted() where try book.eraseContent(ofWebhook: webhook) { report.webhooks += 1 }
        report.wakes = wakes
        return report
    }

    /// Takes the person out of the links: ids of persons lead nowhere, and the parties behind the others know nobody.
    private mutating func unbind(_ stored: StoredEvent) throws(Book.Failure) {
        for binding in try bindings(of: stored.event, in: stored.entry.scope) {
            // The click may be another's, who made it from the same browser; its own event tells whose it is.
            guard let link = binding.link, !binding.isClick || stored.event.kind == .clickRecorded else { continue }
            // And who else has the address is somebody else, or told of by events of their own.
            guard !binding.isEmail else {
                try book.unbind(binding.reference, in: binding.scope)
                continue
            }
            var next: Int64? = link.party
            while let number = next {
                var party = try book.party(number)
                next = party.mergedInto
                guard party.user != nil || party.customer != nil || !party.touches.isEmpty else { continue }
                party.user = nil
                party.customer = nil
                party.customerScope = nil
                party.touches = []
                try book.save(party)
            }
            let isPersons =
                binding.reference.namesPerson || (stored.event.kind.isKeyedByPerson && binding.isMoney)
            if isPersons { try book.unbind(binding.reference, in: binding.scope) }
        }
    }

    private mutating func erase(_ delivery: DeliveryRow, of event: Event, at now: Timestamp) throws(Book.Failure) {
        // An earlier one in this erasure may have changed it.
        guard var row = try book.delivery(delivery.number) else { return }
        let sent = try book.sentEvent(of: row)
        let wasOpen = row.end == nil
        row.trail = []
        switch row.rank {
        // The platform's id of the sale is needed for a refund that is still to come; the person's own id is not.
        case .payment, .correction: row.receipt.removeAll { event.namesPerson($0.value) || sent.namesPerson($0.value) }
        case .click, .lead, .step: row.receipt = []
        }
        if row.reason.map({ event.namesPerson($0) || sent.namesPerson($0) }) ?? false {
            row.reason = "the person was erased"
        }
        if wasOpen { row.finish(.notApplicable, "the person was erased before it was sent") }
        try book.save(row)
        let erased = sent.erased(keyed: try book.event(row.event).event.key)
        if erased != sent { try book.keep(erased, of: row.number) }
        if wasOpen { try follow(row, .notApplicable, at: now) }
    }
}

extension Event {
    /// Whether a text has an id of the person in it, with no letter or digit next to it.
    fileprivate func namesPerson(_ text: String) -> Bool {
        let ids = [
            customer.user, customer.ref, customer.email, attribution.click, attribution.referral, attribution.landing,
        ]
        return ids.compactMap(\.self).contains { id in
            guard !id.isEmpty else { return false }
            var rest = text[...]
            while let found = rest.firstRange(of: id) {
                let before = found.lowerBound == text.startIndex ? nil : text[text.index(before: found.lowerBound)]
                let after = found.upperBound == text.endIndex ? nil : text[found.upperBound]
                let isWord = [before, after].contains { $0.map { $0.isLetter || $0.isNumber } ?? false }
                if !isWord { return true }
                rest = text[text.index(after: found.lowerBound)...]
            }
            return false
        }
    }
}
