// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension Step.End {
    /// The end of a correction that only tells something, at a platform that books money alone.
    public static let noMoneyMoved = Self(.notApplicable, reason: "no money was moved")

    /// What a person finds a record by, as it may stand in a reason: its id, unless that holds an e-mail address.
    ///
    /// - Parameters:
    ///   - what: What the platform calls the record, for example `charge`.
    ///   - id: Its id, which may have come from the merchant.
    /// - Returns: `charge shop:1`, or `the charge`.
    public static func name(of what: String, _ id: String) -> String {
        id.contains("@") ? "the \(what)" : "\(what) \(id)"
    }

    /// The end of a correction that regains money, at a platform that takes no refund back: what a person is to do there.
    ///
    /// - Parameters:
    ///   - sale: The sale, whose correction ``CorrectedSale/Effect/raises``.
    ///   - name: What the platform calls the sale, with its id there: `conversion com_8`.
    ///   - platform: The platform's name.
    /// - Returns: the end; not applicable where nothing changes.
    public static func raiseByHand(
        _ sale: CorrectedSale,
        _ name: String,
        at platform: String
    ) -> Self {
        // Some merchants' ids are e-mail addresses.
        let name = name.split(separator: " ").filter { !$0.contains("@") }.joined(separator: " ")
        guard let change = sale.difference(.gross), let remaining = sale.remaining(.gross) else {
            return Self(
                .needsHuman,
                reason: "\(platform) takes no refund back; raise \(name) there to what is paid again"
            )
        }
        guard change.minor < 0 else { return noMoneyMoved }
        let regained = Money(minor: -change.minor, change.currency)
        return Self(
            .needsHuman,
            reason:
                "\(platform) takes no refund back, and \(regained) is paid again; raise \(name) there to \(remaining)"
        )
    }
}
