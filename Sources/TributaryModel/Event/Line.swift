// SPDX-License-Identifier: Apache-2.0

/// One line of an order or invoice.
public struct Line: Sendable, Hashable {
    /// The provider's id of the product.
    public var product: String?

    /// The provider's id of the price or plan.
    public var price: String?

    /// What the buyer read.
    public var name: String?

    /// How many.
    public var quantity: Int64?

    /// The line's amount as the provider states it; credits are negative.
    public var total: Money?

    /// Creates a line; what is not known stays `nil`.
    public init(
        product: String? = nil,
        price: String? = nil,
        name: String? = nil,
        quantity: Int64? = nil,
        total: Money? = nil
    ) {
        self.product = product
        self.price = price
        self.name = name
        self.quantity = quantity
        self.total = total
    }
}
