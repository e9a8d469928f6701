// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension AffonsoBooks {
    /// `POST /referrals`; one for each e-mail address.
    mutating func createReferral(_ body: JSONValue, _ setting: Setting) -> ServerResponse {
        guard let partner = body["affiliate_id"]?.filledString else {
            return Self.error(400, "Required", field: "affiliate_id")
        }
        guard let email = body["email"]?.filledString else { return Self.error(400, "Required", field: "email") }
        guard !referrals.contains(where: { $0.email == email }) else {
            return Self.error(409, "A referral with this email exists")
        }
        let referral = makeReferral("ref_\(referrals.count + 1)", partner)
        referrals[referral].email = email
        if let customer = body["customer_id"]?.filledString { link(.customer(customer), to: referral) }
        return Self.success(json(of: referrals[referral], setting), status: 201)
    }

    /// `PUT /referrals/{id}`: sets or clears the customer and the subscription.
    mutating func change(_ parts: [String], _ body: JSONValue, _ setting: Setting) -> ServerResponse {
        guard parts.count == 2, parts[0] == "referrals", let referral = find(.referral(parts[1])) else {
            return Self.error(404, "Referral not found")
        }
        if let customer = body["customer_id"] {
            for id in referrals[referral].customers { leads[.customer(id)] = nil }
            referrals[referral].customers = []
            if let id = customer.filledString {
                guard leads[.customer(id)] == nil else { return Self.error(409, "The customer has a referral") }
                link(.customer(id), to: referral)
            }
        }
        if let subscription = body["subscription_id"] { referrals[referral].subscription = subscription.filledString }
        return Self.success(json(of: referrals[referral], setting), status: 200)
    }

    mutating func delete(_ parts: [String], _ setting: Setting) -> ServerResponse {
        guard parts.count == 2, parts[0] == "referrals", let index = leads[.referral(parts[1])] else {
            return Self.error(404, "Referral not found")
        }
        leads = leads.filter { $0.value != index }
        referrals[index].users = []
        referrals[index].customers = []
        referrals[index].email = nil
        referrals[index].status = "deleted"
        guard setting.rules.deletionStatus != 204 else { return ServerResponse(status: 204) }
        return .json(["success": true, "message": "Referral deleted"])
    }

    mutating func referral(_ id: String, _ setting: Setting) -> ServerResponse {
        guard let index = find(.referral(id)) else { return Self.error(404, "Referral not found") }
        return Self.success(json(of: referrals[index], setting), status: 200)
    }

    /// `GET /referrals`, by a cursor; deleted ones are not listed.
    func list(_ request: ServerRequest, _ setting: Setting) -> ServerResponse {
        let user = setting.rules.filtersUsers ? request.query("external_user_id") : nil
        let limit = min(100, max(1, request.query("limit").flatMap { Int($0) } ?? 50))
        var found = referrals.filter { $0.status != "deleted" }
        if let user { found.removeAll { !$0.users.contains(user) } }
        if let status = request.query("status") { found.removeAll { $0.status != status } }
        if let cursor = request.query("starting_after") {
            guard let index = found.firstIndex(where: { $0.id == cursor }) else {
                return Self.error(400, "Unknown cursor", field: "starting_after")
            }
            found.removeFirst(index + 1)
        }
        let data = found.prefix(limit).map { json(of: $0, setting) }
        return .json(["success": true, "data": .array(data), "has_more": .bool(found.count > limit)])
    }
}
