// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

extension SinkConformance {
    /// A click that the platform is told of leads to the sale, whose buyer is known by nothing else.
    func saleByClick(under name: String, _ faults: FaultPlan) async -> [Breach] {
        guard let code = subject.partnerCode, let total = Currency("EUR").map({ Money(minor: 4900, $0) }),
            subject.sink.capabilities.kinds.contains(.clickRecorded)
        else { return [] }
        var breaches: [Breach] = []
        let check = "sale by a click under \(name)"
        subject.front.reset(faults: faults)
        let visitor = SampleBuyer(
            Customer(),
            Attribution(code: code, landing: Self.landing),
            source: subject.buyer.source
        )
        let clicked = Delivery(
            id: 7,
            event: visitor.event(.clickRecorded, Reference("click", Self.landing), at: -60),
            idempotencyKey: "\(visitor.source):click:\(Self.landing):click.recorded"
        )
        let course = await deliver(clicked, check, &breaches)
        guard let end = course.end, end.end.isStored, end.receipt[Delivery.clickName] != nil else {
            return breaches + [Breach(check: check, message: "the click came to rest as \(course.rest)")]
        }
        subject.front.begin(FaultPlan())
        let buyer = SampleBuyer(subject.buyer.customer, Attribution(landing: Self.landing), source: visitor.source)
        var signUp = buyer.signUp()
        signUp.clickReceipt = end.receipt
        if subject.sink.capabilities.kinds.contains(.customerCreated) {
            let course = await deliver(signUp, check, &breaches)
            if course.end?.end.isStored != true {
                breaches.append(Breach(check: check, message: "the sign-up came to rest as \(course.rest)"))
            }
        }
        var payment = buyer.payment("in_1", total)
        payment.clickReceipt = end.receipt
        _ = await deliver(payment, check, &breaches)
        compare(check, [Booking(key: "", sale: total, remaining: total)], &breaches)
        return breaches
    }

    private static let landing = "tbc_00000000000000000000000000000007"
}
