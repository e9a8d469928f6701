// SPDX-License-Identifier: Apache-2.0

public import TributaryLedger
public import TributaryModel

/// What became of events that the merchant's own backend told of, and the HTTP answer that it is due.
public struct RecordReceipt: Sendable, Hashable {
    /// One event of what was told.
    public struct Item: Sendable, Hashable {
        /// What became of it.
        public enum Result: Sendable, Hashable {
            /// It is durable: stored now, or stored before.
            case settled(Settlement)
            /// It says something that cannot be; its id is still free.
            case invalid(EventProblem)
        }

        /// The caller's id, where it could be read.
        public var id: String?
        /// What became of it.
        public var result: Result
        /// The event as it was entered; `nil` where it is invalid.
        public var event: Event?

        /// Creates an item.
        public init(id: String?, _ result: Result, event: Event? = nil) {
            self.id = id
            self.result = result
            self.event = event
        }
    }

    /// What became of the whole.
    public enum Result: Sendable, Hashable {
        /// Every item that is not invalid is durable.
        case items([Item])
        /// It cannot be read at all; nothing was stored.
        case unreadable(reason: String)
        /// There are more items than may come at once; nothing was stored.
        case tooMany(most: Int)
        /// Some of it could not be stored now; the whole can be sent again, for what is stored is known by its id.
        case notStored(StoreError.Code)
    }

    /// What became of it.
    public var result: Result

    /// Creates a receipt.
    public init(_ result: Result) { self.result = result }

    /// The items, where it came to that.
    public var items: [Item] {
        if case .items(let items) = result { items } else { [] }
    }

    /// The HTTP status for the caller.
    ///
    /// 422 as soon as one item is invalid, so that nobody who looks at the status alone loses it.
    public var status: Int {
        switch result {
        case .items(let items):
            items.contains { if case .invalid = $0.result { true } else { false } } ? 422 : 200
        case .unreadable: 400
        case .tooMany: 413
        case .notStored: 503
        }
    }

    /// Names of the sinks that have something new to send because of it.
    public var wakes: Set<String> {
        items.reduce(into: []) { wakes, item in
            if case .settled(let settlement) = item.result { wakes.formUnion(settlement.wakes) }
        }
    }
}
