// SPDX-License-Identifier: Apache-2.0

import Testing
import TributaryJSON
import TributaryModel

@testable import TributaryMapping

/// What a merchant puts into a checkout.
@Suite struct AttachmentTests {
    private static let params = [
        Attribution.Parameter("affitor_click_id", "clk_1"), Attribution.Parameter("affitor_customer_key", "user_1"),
    ]

    private static func mapping(_ name: String) throws -> Mapping {
        try Mapping(parsing: try #require(ShippedMappings.mapping(name)), file: "\(name).json", profile: nil)
    }

    @Test func `a Stripe subscription gets both places in one object`() throws {
        let request = AttachRequest(params: Self.params, purpose: .subscription, call: "checkout/sessions")
        let found = try Self.mapping("stripe").attachments(for: request)
        #expect(found.map(\.places.count) == [2])
        let bag = #"{"affitor_click_id":"clk_1","affitor_customer_key":"user_1"}"#
        #expect(found.first?.content.text == #"{"metadata":\#(bag),"subscription_data":{"metadata":\#(bag)}}"#)
    }

    @Test func `a single payment gets no place of a subscription`() throws {
        let request = AttachRequest(params: Self.params, user: "user_1", purpose: .oneTime, call: "checkout/sessions")
        let content = try #require(try Self.mapping("stripe").attachments(for: request).first?.content)
        #expect(content["subscription_data"] == nil)
        #expect(content["payment_intent_data"]?["metadata"]?["affitor_click_id"]?.string == "clk_1")
        #expect(content["client_reference_id"]?.string == "user_1")
    }

    @Test(arguments: [
        ([("affonso_referral", "ref_1"), ("customer_key", "u1")], "affonso_referral=ref_1;customer_key=u1"),
        ([("affonso_referral", "a=b")], #"{"affonso_referral":"a=b"}"#),
        ([("affonso_referral", "a b")], #"{"affonso_referral":"a b"}"#),
    ])
    func `PayPal takes one text`(_ params: [(String, String)], _ text: String) throws {
        let request = AttachRequest(params: params.map { .init($0.0, $0.1) }, call: "checkout/orders")
        let found = try Self.mapping("paypal").attachments(for: request)
        #expect(found.first?.content["purchase_units"]?[0]?["custom_id"]?.string == text)
    }

    @Test func `a text that is too long for PayPal is refused with the limit and the remedy`() throws {
        let params = [
            Attribution.Parameter("affonso_referral", String(repeating: "r", count: 60)),
            Attribution.Parameter("customer_key", String(repeating: "u", count: 60)),
        ]
        let error = #expect(throws: AttachProblem.self) {
            try Self.mapping("paypal").attachments(for: AttachRequest(params: params, call: "checkout/orders"))
        }
        let problem = try #require(error)
        #expect(problem == .textTooLong(place: "purchase_units[].custom_id", found: 151, limit: 127))
        #expect("\(problem)".contains("127 characters"))
        #expect(problem.remedy.contains("POST /v1/leads"))
    }

    @Test(arguments: [
        (50, 40, 500, nil as String?), (51, 40, 500, "takes at most 50 entries"),
        (1, 41, 500, "names of at most 40 characters"), (1, 40, 501, "values of at most 500 characters"),
    ])
    func `the limits of a bag are kept to the character`(
        _ keys: Int,
        _ keyLength: Int,
        _ valueLength: Int,
        _ problem: String?
    ) throws {
        let params = (0..<keys).map { number in
            let name = "k\(number)"
            return Attribution.Parameter(
                name + String(repeating: "k", count: keyLength - name.count),
                String(repeating: "v", count: valueLength)
            )
        }
        let request = AttachRequest(params: params, purpose: .subscription, call: "checkout/sessions")
        let mapping = try Self.mapping("stripe")
        do throws(AttachProblem) {
            _ = try mapping.attachments(for: request)
            #expect(problem == nil)
        } catch {
            #expect(problem.map { "\(error)".contains($0) } == true, "\(error)")
        }
    }

    @Test func `a buy link gets a query`() throws {
        let request = AttachRequest(params: [.init("affonso_referral", "ref 1")], call: "buy link")
        let found = try Self.mapping("lemonsqueezy").attachments(for: request)
        #expect(found.map(\.content.string) == ["checkout%5Bcustom%5D%5Baffonso_referral%5D=ref%201"])
    }

    @Test(arguments: ShippedMappings.names)
    func `every mapping that ships has a place for a click and a user`(_ name: String) throws {
        let found = try Self.mapping(name).attachments(for: AttachRequest(params: Self.params, user: "user_1"))
        #expect(!found.isEmpty)
    }

    @Test func `what fills no place is told`() throws {
        #expect(throws: AttachProblem.nothing) {
            try Self.mapping("stripe").attachments(for: AttachRequest(params: []))
        }
        #expect(throws: AttachProblem.noPlace(provider: "stripe")) {
            try Self.mapping("stripe").attachments(for: AttachRequest(params: Self.params, call: "nowhere"))
        }
    }
}
