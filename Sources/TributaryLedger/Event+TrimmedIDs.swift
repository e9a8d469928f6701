// SPDX-License-Identifier: Apache-2.0

import TributaryModel

extension Event {
    /// Takes the blanks off that stand around ids of the buyer and of who brought the buyer; what is only blanks is nothing.
    mutating func trimIDs() {
        Self.trim(&customer.user)
        Self.trim(&customer.ref)
        Self.trim(&customer.email)
        Self.trim(&attribution.click)
        Self.trim(&attribution.referral)
        Self.trim(&attribution.code)
        Self.trim(&attribution.coupon)
        for index in attribution.params.indices where Self.hasBlanks(attribution.params[index].value) {
            attribution.params[index].value = Self.trimmed(attribution.params[index].value)
        }
    }

    private static func trim(_ text: inout String?) {
        guard let found = text, found.isEmpty || hasBlanks(found) else { return }
        let rest = trimmed(found)
        text = rest.isEmpty ? nil : rest
    }

    private static func hasBlanks(_ text: String) -> Bool {
        text.utf8.first.map(isBlank) ?? false || text.utf8.last.map(isBlank) ?? false
    }

    private static func trimmed(_ text: String) -> String {
        var bytes = text.utf8[...]
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        // Cut at ASCII only, so that what is left is valid.
        return String(Substring(bytes))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
