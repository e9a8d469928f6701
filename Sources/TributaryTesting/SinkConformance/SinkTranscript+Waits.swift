// SPDX-License-Identifier: Apache-2.0

public import Tributary
public import TributaryModel

extension SinkTranscript {
    /// Tries a delivery again and again, each attempt answered alike, for as long as the sink waits for what it builds on.
    ///
    /// An outage before has used up attempts, and no waits.
    ///
    /// - Parameters:
    ///   - delivery: What is to be delivered, and waits for its late lead.
    ///   - sink: The platform's sink.
    ///   - results: What each attempt is answered with.
    /// - Returns: the waits in order, and how the delivery ended; `nil` for a sink that does not end, or retries otherwise.
    public static func waits(
        of delivery: Delivery,
        to sink: any Sink,
        answering results: [Exchange.Result]
    ) -> (waits: [Duration?], end: DeliveryEnd?) {
        var delivery = delivery
        delivery.attempt = 9
        var waits: [Duration?] = []
        while waits.count < 16 {
            delivery.waits = waits.count
            let transcript = SinkTranscript(delivery, to: sink, answering: results)
            guard let retry = transcript.retry, retry.scope == .delivery else { return (waits, transcript.end?.end) }
            waits.append(retry.after)
        }
        return (waits, nil)
    }
}
