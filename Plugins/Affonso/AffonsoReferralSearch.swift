// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryModel

/// The search for a person's referrals, and what is left to do of it.
///
/// Affonso forgets referrals by their own ids. Those that it gave us are known; others are looked up by the person's ids,
/// and only where none was found so, by e-mail address. Whether a filter is heeded is not documented, so whoever is listed
/// has to be the person by what stands in the list: nobody else is ever deleted.
struct AffonsoReferralSearch {
    /// What is to be done next.
    enum Next: Hashable {
        /// Ask for the path, under this label.
        case ask(label: String, path: String)
        /// Delete the referral of this id.
        case delete(String)
        /// Nothing is left to be done.
        case done
    }

    enum Label {
        static let user = "look-up of the user"
        static let email = "look-up of the address"
        static let deletion = "deletion"
    }

    private(set) var deleted = 0
    /// Whether somebody was listed of whom it cannot be said who it is, or not everybody could be looked at.
    private(set) var isUnsure = false

    private let person: ForgottenPerson
    private var pending: [String] = []
    private var seen: Set<String> = []
    private var users: [String]
    private var pages = 0
    private var cursor: String?
    private var hasMore = true

    /// Most pages that are looked through for an e-mail address, a hundred referrals each.
    private static let pagesMax = 20

    init(_ person: ForgottenPerson) {
        self.person = person
        users = person.users
        for receipt in person.receipts { for id in receipt.all("referral") { found(id) } }
    }

    /// What is to be done next.
    var next: Next {
        if let id = pending.first { return .delete(id) }
        if let user = users.first {
            return .ask(
                label: Label.user,
                path: "/referrals?limit=100&external_user_id=\(URLText.encoded(user))"
            )
        }
        guard seen.isEmpty, !person.emails.isEmpty, hasMore, pages < Self.pagesMax else { return .done }
        let after = cursor.map { "&starting_after=" + URLText.encoded($0) } ?? ""
        return .ask(label: Label.email, path: "/referrals?limit=100" + after)
    }

    /// Whether the look-up by e-mail address ended before the list did.
    var isCutShort: Bool { seen.isEmpty && !person.emails.isEmpty && hasMore && pages >= Self.pagesMax }

    /// Takes the answer to what was to be done next: a list, a deletion, or that there is nobody.
    mutating func take(_ answer: Answer) {
        switch next {
        case .delete(let id):
            pending.removeAll { $0 == id }
            if answer.isSuccess { deleted += 1 }
        case .ask(let label, _):
            let data = answer.json?["data"]
            let list = data?.elements ?? []
            for referral in list { look(at: referral, isAlone: list.count == 1) }
            if label == Label.user {
                users.removeFirst()
                return
            }
            pages += 1
            cursor = list.last?["id"]?.idText
            hasMore = answer.json?["has_more"]?.bool == true && cursor != nil
        case .done: break
        }
    }

    private mutating func look(at referral: JSONValue, isAlone: Bool) {
        guard let id = referral["id"]?.idText else { return }
        let user = referral["external_user_id"]?.idText ?? referral["metadata"]?["external_user_id"]?.idText
        let customer = referral["customer_id"]?.idText
        let email = referral["email"]?.string?.lowercased()
        let isPerson =
            user.map { person.users.contains($0) } == true
            || customer.map { person.customers.contains($0) } == true
            || email.map { email in person.emails.contains { $0.lowercased() == email } } == true
        if isPerson {
            found(id)
        } else if isAlone, user == nil, customer == nil, email == nil, !seen.contains(id) {
            isUnsure = true
        }
    }

    private mutating func found(_ id: String) {
        if seen.insert(id).inserted { pending.append(id) }
    }
}
