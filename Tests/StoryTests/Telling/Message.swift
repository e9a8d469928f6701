// SPDX-License-Identifier: Apache-2.0

import TributaryModel

/// Something that is told to Tributary: when it happened, and what is said of it.
struct Message: Sendable {
    /// Who tells it, and what.
    enum Content: Sendable {
        /// The shop's landing page: somebody came by a partner's link. The bytes become the click's id.
        case click(random: [UInt8], url: String)
        /// The shop's backend, at `POST /v1/leads`.
        case lead(JSONValue)
        /// Stripe.
        case webhook(JSONValue)
    }

    /// A few words for the log.
    var name: String
    /// How much later than others it is told where all come in calmly.
    var isLate: Duration = .zero
    var happened: Timestamp
    var content: Content
}

/// A message on its way in.
struct Arrival: Sendable {
    var time: Timestamp
    var message: Message
    /// 1 for the first telling.
    var telling: Int
}

/// One sale as it must stand in the books, told by the story and not by the ledger.
struct Sale: Sendable {
    /// Stripe's invoice.
    var invoice: String
    var user: String
    /// The code of the partner who brought the buyer; `nil` for a buyer whom nobody brought.
    var partner: String?
    var total: Money
    var tax: Int64
    /// What is given back in the end: refunds that did not fail, and what a lost dispute took of the rest.
    var givenBack: Int64 = 0
    /// Whether a refund failed after it had been told as done.
    var hasFailedRefund = false
    /// Whether, as things come in calmly, nobody knows by the end of its grace time who brought the buyer.
    var isBeforeSignUp = false
}
