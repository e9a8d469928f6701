// SPDX-License-Identifier: Apache-2.0

import TributaryModel
import TributaryServer

extension AffonsoBooks {
    mutating func click(_ body: JSONValue, _ now: Timestamp) -> ServerResponse {
        guard let code = body["trackingId"]?.filledString else {
            return Self.error(400, "Required", field: "trackingId")
        }
        let longest = [
            "referrer": 2000, "userAgent": 1000, "ip": 45, "gclid": 255, "fbclid": 255, "msclkid": 255, "ttclid": 255,
        ]
        for (field, length) in longest.sorted(by: { $0.key < $1.key }) {
            guard (body[field]?.string ?? "").unicodeScalars.count <= length else {
                return Self.error(400, "Too long", field: field)
            }
        }
        guard seed.partners.contains(code) else { return Self.error(404, "Affiliate not found") }
        clickCount += 1
        let id = "ref_clk_\(clickCount)"
        seed.clicks[id] = code
        let program = body["programId"] ?? .null
        return Self.success(
            [
                "id": .string(id), "tracking_id": .string(code), "program_id": program,
                "created_at": .string(now.description),
            ],
            status: 201
        )
    }

    mutating func signUp(_ body: JSONValue, _ setting: Setting) -> ServerResponse {
        guard let click = body["click_id"]?.filledString else { return Self.error(400, "Required", field: "click_id") }
        let user = body["external_user_id"]?.filledString
        let email = body["email"]?.filledString
        guard user != nil || email != nil else {
            return Self.error(400, "email or external_user_id is required")
        }
        let isKnown = leads[.referral(click)] != nil
        guard let referral = find(.referral(click)) else { return Self.error(404, "Click not found") }
        if let user {
            link(.user(user), to: referral)
            if setting.rules.rejectedUsers.contains(user) { referrals[referral].status = "rejected" }
        }
        if setting.rules.keepsEmail, referrals[referral].email == nil { referrals[referral].email = email }
        return Self.success(json(of: referrals[referral], setting), status: isKnown ? 200 : 201)
    }

    /// The referral that an identifier leads to; a click becomes one when it is first used.
    mutating func find(_ lead: Lead) -> Int? {
        if let known = leads[lead] { return known }
        guard case .referral(let id) = lead, seed.expiredClicks[id] == nil, let partner = seed.partner(ofClick: id)
        else {
            return nil
        }
        return makeReferral(id, partner)
    }

    mutating func link(_ lead: Lead, to referral: Int) {
        guard leads[lead] == nil else { return }
        leads[lead] = referral
        switch lead {
        case .user(let id): referrals[referral].users.append(id)
        case .customer(let id): referrals[referral].customers.append(id)
        case .referral: break
        }
    }

    /// The referral of a call, to which every identifier that is new is linked; or the refusal.
    mutating func identify(_ body: JSONValue, _ rules: AffonsoDouble.Rules) -> Result<Int, Refused> {
        let aliases = [
            "referral_id", "referralId", "click_id", "clickId", "affonso_id", "affonsoId", "affonso_referral",
            "affonsoReferral",
        ]
        var given = aliases.compactMap { body[$0]?.filledString }.map(Lead.referral)
        given += body["external_user_id"]?.filledString.map { [.user($0)] } ?? []
        given += body["customer_id"]?.filledString.map { [.customer($0)] } ?? []
        guard !given.isEmpty else {
            return .failure(Refused(Self.error(400, "At least one identifier is required", field: "referral_id")))
        }
        var found: Set<Int> = []
        var isWhole = true
        for lead in given {
            if let referral = find(lead) { found.insert(referral) } else { isWhole = false }
        }
        guard found.count <= 1 else {
            return .failure(Refused(Self.error(400, "The identifiers resolve to different referrals")))
        }
        guard let referral = found.first, isWhole || !rules.wantsKnownIdentifiers else {
            let message = rules.noReferralStatus == 404 ? "Referral not found" : "No referral found for this identifier"
            return .failure(Refused(Self.error(rules.noReferralStatus, message)))
        }
        for lead in given { link(lead, to: referral) }
        return .success(referral)
    }

    struct Refused: Error {
        let response: ServerResponse
        init(_ response: ServerResponse) { self.response = response }
    }
}
