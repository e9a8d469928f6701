// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// What becomes of a visit.
public enum Landing: Sendable, Hashable {
    /// Why there is no click.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The visitor has not consented, so nothing is kept.
        case withoutConsent
        /// The address names no partner.
        case withoutPartner
        /// The address is none.
        case unreadableAddress
    }

    /// There is no click, and nothing is kept.
    case none(Reason)
    /// The visitor came before, and that click counts.
    case known(ClickID)
    /// A click, with its event and the cookie to set.
    case new(ClickID, Event, setCookie: String?)
}

/// What became of a visit after it is durable, and the HTTP answer that the caller is due.
public struct ClickReceipt: Sendable, Hashable {
    /// What became of a visit.
    public enum Result: Sendable, Hashable {
        /// There is no click, and nothing is kept.
        case none(Landing.Reason)
        /// The visitor came before, and that click counts.
        case known(ClickID)
        /// A click that is durable now, and the value of the `Set-Cookie` field to answer with.
        case recorded(ClickID, setCookie: String?, RecordReceipt)
        /// What was told is no visit; nothing was stored.
        case invalid(EventProblem)
        /// It could not be stored now.
        case notStored(StoreError.Code)
    }

    /// What became of it.
    public var result: Result

    /// The click, where there is one.
    public var click: ClickID? {
        switch result {
        case .known(let click), .recorded(let click, _, _): click
        case .none, .invalid, .notStored: nil
        }
    }

    /// The value of the `Set-Cookie` field to answer with.
    public var setCookie: String? {
        if case .recorded(_, let setCookie, _) = result { setCookie } else { nil }
    }

    /// The HTTP status for the caller.
    public var status: Int {
        switch result {
        case .none, .known, .recorded: 200
        case .invalid: 422
        case .notStored: 503
        }
    }

    /// Names of the sinks that have something new to send because of it.
    public var wakes: Set<String> {
        if case .recorded(_, _, let receipt) = result { receipt.wakes } else { [] }
    }
}
