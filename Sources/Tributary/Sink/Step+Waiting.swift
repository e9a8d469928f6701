// SPDX-License-Identifier: Apache-2.0

extension Step {
    /// Waits for what a delivery builds on, such as its lead, which may still be on its way at the platform.
    ///
    /// The waits are 1, 5 and 30 minutes, and 30 minutes each after that. Only these waits count, not attempts that failed
    /// for another reason.
    ///
    /// Source: `reference/platforms.md` section 2.5.
    ///
    /// - Parameters:
    ///   - delivery: The delivery, whose waits count.
    ///   - retriesMax: How often it is tried again.
    ///   - reason: What is waited for, in words for a person.
    ///   - end: How the delivery ends when it has not come by then.
    /// - Returns: the next step.
    public static func waiting(
        _ delivery: Delivery,
        retriesMax: Int,
        for reason: String,
        else end: End
    ) -> Step {
        let waits: [Duration] = [.seconds(60), .seconds(5 * 60), .seconds(30 * 60)]
        let earlier = max(0, delivery.waits)
        guard earlier < retriesMax else { return .end(end) }
        let wait = waits[min(earlier, waits.count - 1)]
        return .retry(.init(reason: reason, after: wait, scope: .delivery, isWait: true))
    }
}
