// SPDX-License-Identifier: Apache-2.0

public import TributaryModel
public import TributaryServer

/// A stand-in for an affiliate platform: its documented rules over state in memory.
///
/// A double answers as the platform's references say. Where those contradict each other or say nothing, a switch of the
/// double chooses the answer, so that a sink can be proved against every variant.
public protocol PlatformDouble: Sendable {
    /// The platform's name as in `"use"`, for example `affonso`.
    var name: String { get }

    /// What stands between the server's address and the paths of the platform's references, for example `/v1`.
    var basePath: String { get }

    /// Answers one request by the platform's rules; never waits.
    func answer(to request: ServerRequest) -> ServerResponse

    /// An error of that status in the platform's own form, for injected faults.
    func failure(status: Int) -> ServerResponse

    /// Everything that the double holds.
    var records: JSONValue { get }

    /// The sales that count at the platform, in order of arrival.
    var bookings: [Booking] { get }

    /// Makes partners, clicks and customers known, beside those that are.
    func seed(_ seed: DoubleSeed)

    /// Forgets everything, also what was seeded.
    func reset()
}

/// One sale as a platform has it on its books.
public struct Booking: Sendable, Hashable {
    /// The idempotency key under which it was reported.
    public var key: String

    /// The amount as it was reported.
    public var sale: Money

    /// What counts now.
    public var remaining: Money

    /// The code of the partner who is credited; `nil` where the double does not say.
    public var partner: String?

    /// The merchant's own id of the buyer, as far as the platform knows it.
    public var customer: String?

    /// Creates a booking.
    public init(key: String, sale: Money, remaining: Money, partner: String? = nil, customer: String? = nil) {
        self.key = key
        self.sale = sale
        self.remaining = remaining
        self.partner = partner
        self.customer = customer
    }

    /// The booking for lists and tests: amounts as exact text and as whole minor units.
    public var json: JSONValue {
        [
            "key": .string(key), "currency": .string(sale.currency.code), "sale": .string(sale.majorText),
            "sale_minor": .integer(sale.minor), "remaining": .string(remaining.majorText),
            "remaining_minor": .integer(remaining.minor), "partner": partner.map(JSONValue.string) ?? .null,
            "customer": customer.map(JSONValue.string) ?? .null,
        ]
    }
}
