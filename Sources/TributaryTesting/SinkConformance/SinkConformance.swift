// SPDX-License-Identifier: Apache-2.0

public import Tributary
import TributaryModel

/// Holds a sink to its contract, against a double that misbehaves on purpose.
///
/// For every fault: one sale is booked once and exactly, whatever the platform or the network did; refunds take back what
/// they say, once; money regained is booked again or handed to a person, and is never a second refund. Strangers credit nobody, a refused key pauses, the same input gives the same step, and no answer,
/// however odd, makes a sink call without end or claim a success.
public struct SinkConformance: Sendable {
    /// A promise that a sink did not keep.
    public struct Breach: Sendable, Hashable, CustomStringConvertible {
        /// The check, for example `sale under reset-after-commit`.
        public var check: String
        /// What was seen.
        public var message: String
        /// Check and message.
        public var description: String { "\(check): \(message)" }
    }

    let subject: SinkSubject
    let perform: @Sendable (Call) async -> Exchange.Result

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - subject: The sink and its double.
    ///   - perform: Makes a call to that double: ``MemoryTransport/perform(_:)``, or a real client.
    public init(_ subject: SinkSubject, perform: @escaping @Sendable (Call) async -> Exchange.Result) {
        self.subject = subject
        self.perform = perform
    }

    /// Runs every check.
    ///
    /// - Returns: all broken promises; empty for a sink that keeps them.
    public func breaches() async -> [Breach] {
        var breaches: [Breach] = []
        for (name, rule) in Self.faults {
            let faults = FaultPlan(rule.map { [$0] } ?? [])
            breaches += await partsGivenBack(under: name, faults)
            breaches += await wholeGivenBack(under: name, faults)
            breaches += await regained(under: name, faults)
            breaches += await saleByClick(under: name, faults)
        }
        breaches += await twoSales()
        breaches += await crashBeforeRecording()
        breaches += await self.breaches(selling: subject.amounts + SinkSubject.everyCurrency)
        breaches += await noMoneyMoved()
        breaches += await stranger()
        breaches += await wrongKey()
        breaches += oddAnswers()
        breaches += unsupportedKinds()
        return breaches
    }

    /// Makes the calls of something beside deliveries, such as a key's check or an erasure, until it wants no more.
    ///
    /// - Parameter step: What is wanted after the exchanges so far.
    /// - Returns: the last step; a call, where eight were not enough.
    public func lastStep(of step: ([Exchange]) -> Step) async -> Step {
        var exchanges: [Exchange] = []
        while exchanges.count < 8, case .call(let call) = step(exchanges) {
            exchanges.append(Exchange(call, await perform(call)))
        }
        return step(exchanges)
    }

    /// The faults under which sales and refunds must come out right, by the names of ``FaultPlan/names``.
    static let faults: [(name: String, rule: FaultPlan.Rule?)] = [
        ("no fault", nil), ("500-before-commit", .init(.errorBefore(status: 500), .range(1...2))),
        ("500-after-commit", .init(.errorAfter(status: 500), .range(1...1))),
        ("500-after-commit twice", .init(.errorAfter(status: 503), .range(1...2))),
        ("reset-before-commit", .init(.resetBefore, .range(1...1))),
        ("reset-after-commit", .init(.resetAfter, .range(1...1))), ("429", .init(.limited(seconds: 1), .range(1...2))),
        ("html", .init(.page, .range(1...1))), ("every second call lost", .init(.resetAfter, .every(2))),
    ]

    /// Drives a delivery to its rest and adds what went wrong on the way.
    func deliver(
        _ delivery: Delivery,
        to sink: (any Sink)? = nil,
        _ check: String,
        _ breaches: inout [Breach]
    ) async -> DeliveryCourse {
        let course = await DeliveryCourse(
            delivery,
            to: sink ?? subject.sink,
            callsMax: subject.callsMax,
            perform: perform
        )
        breaches += course.breaches.map { Breach(check: check, message: $0) }
        return course
    }

    /// Forgets everything and signs the buyer up, without faults.
    func begin(_ check: String, _ breaches: inout [Breach]) async {
        subject.front.reset(faults: FaultPlan())
        guard subject.sink.capabilities.kinds.contains(.customerCreated) else { return }
        let course = await deliver(subject.buyer.signUp(), check, &breaches)
        if course.end?.end.isStored != true {
            breaches.append(Breach(check: check, message: "the sign-up came to rest as \(course.rest)"))
        }
    }

    /// Compares the books with what they should be.
    func compare(_ check: String, _ expected: [Booking], _ breaches: inout [Breach]) {
        let found = subject.front.double.bookings
        let key = { (booking: Booking) in booking.key }
        let lines = { (bookings: [Booking]) in bookings.map { "\($0.sale) less \($0.sale.minor - $0.remaining.minor)" }
        }
        if Set(found.map(key)).count != found.count {
            breaches.append(Breach(check: check, message: "one key is booked twice: \(found.map(key))"))
        }
        if lines(found) != lines(expected) {
            let message = "the books say \(lines(found)), expected \(lines(expected))"
            breaches.append(Breach(check: check, message: message))
        }
    }
}
