// SPDX-License-Identifier: Apache-2.0

extension Event {
    /// The first thing because of which this event could not be read back from its JSON form; `nil` where it could.
    ///
    /// A payload can state a time in the year 20000 or an id without a character. Whoever makes events asks here, so that
    /// nothing is stored that can never be read again.
    ///
    /// - Returns: the field's name in mapping files and what is wrong with it.
    public var unsound: (field: String, reason: String)? {
        if !time.isWritable { return ("time", "lies outside the years 0000 to 9999") }
        if let trialEnd = subscription.trialEnd, !trialEnd.isWritable {
            return ("subscription.trial_end", "lies outside the years 0000 to 9999")
        }
        if !key.isWritable { return ("key", "has an empty type or id, or a colon in its type") }
        if !aliases.allSatisfy(\.isWritable) { return ("aliases", "have an empty type or id, or a colon in a type") }
        return nil
    }
}

extension Timestamp {
    /// Whether RFC 3339 has a text for it.
    fileprivate var isWritable: Bool { (-62_167_219_200_000...253_402_300_799_999).contains(unixMilliseconds) }
}

extension Reference {
    /// Whether its text reads back as the same reference.
    fileprivate var isWritable: Bool { !type.isEmpty && !id.isEmpty && !type.utf8.contains(UInt8(ascii: ":")) }
}
