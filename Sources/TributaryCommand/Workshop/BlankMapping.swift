// SPDX-License-Identifier: Apache-2.0

/// What the workshop starts from where there is no mapping yet: the smallest one that turns a webhook into an event.
enum BlankMapping {
    /// A whole mapping with one rule and one test.
    ///
    /// - Parameter provider: The name of the provider; where it cannot be one, `acme` stands in.
    /// - Returns: The text of the file.
    static func text(provider: String) -> String {
        let isName =
            !provider.isEmpty
            && provider.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        let name = isName && !provider.hasPrefix("-") ? provider : "acme"
        return """
            {
              "mapping": 1,
              "provider": "\(name)",
              "version": "0.1.0",
              "verify": { "preset": "standard-webhooks" },
              "event": { "id": "$.id", "type": "$.type", "time": { "rfc3339": "$.created_at" } },
              "rules": [
                {
                  "id": "order-paid",
                  "on": ["order.paid"],
                  "at": "$.data",
                  "where": "@.amount > 0",
                  "emit": "payment.succeeded",
                  "key": ["order", "@.id"],
                  "set": {
                    "phase": { "const": "one_time" },
                    "customer.ref": "@.customer",
                    "total": { "minor": "@.amount", "currency": "@.currency" },
                    "attribution.params": "@.metadata"
                  }
                }
              ],
              "tests": [
                {
                  "name": "a paid order",
                  "event": {
                    "id": "evt_1",
                    "type": "order.paid",
                    "created_at": "2026-09-21T14:15:00Z",
                    "data": { "id": "ord_1", "customer": "cus_1", "amount": 1200, "currency": "EUR", "metadata": {} }
                  },
                  "expect": [
                    {
                      "specversion": "1.0",
                      "id": "evt_1",
                      "type": "payment.succeeded",
                      "source": "\(name)",
                      "subject": "order:ord_1",
                      "time": "2026-09-21T14:15:00Z",
                      "datacontenttype": "application/json",
                      "data": {
                        "phase": "one_time",
                        "customer": { "ref": "cus_1" },
                        "total": { "amount": "12.00", "currency": "EUR" },
                        "provider": { "name": "\(name)", "event": "evt_1", "type": "order.paid" }
                      }
                    }
                  ]
                }
              ]
            }

            """
    }
}
