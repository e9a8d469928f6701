// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

extension Event {
    /// The key under which platforms deduplicate this event: stable over attempts, restarts and reinstallation.
    ///
    /// `stripe:invoice:in_1` for a payment, `stripe:refund:re_1` for a refund; any other kind is appended, because a
    /// dispute's opening and its loss have one business key. Test money has `test:` in front of it.
    public func idempotencyKey(isLive: Bool) -> String {
        let plain = (isLive ? "" : "test:") + source + ":" + key.description
        return kind == .paymentSucceeded || kind == .refundSucceeded ? plain : plain + ":" + kind.rawValue
    }
}
