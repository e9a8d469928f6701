// SPDX-License-Identifier: Apache-2.0

package import TributaryModel

/// Reads the time stamps of HTTP fields.
///
/// Source: RFC 9110 section 5.6.7, all three forms, which a recipient must accept.
package enum HTTPDate {
    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
    ///
    /// - Returns: The instant, or `nil` when the text has none of these forms or names a day that does not exist.
    package static func read(_ text: some StringProtocol) -> Timestamp? {
        guard text.utf8.count <= 64 else { return nil }
        let words = text.split { " ,-\t".contains($0) }
        guard words.count == 6 || words.count == 5, words[0].utf8.count >= 3 else { return nil }
        if words.count == 6 {
            guard words[5] == "GMT" || words[5] == "UTC" else { return nil }
            return instant(year: words[3], month: words[2], day: words[1], time: words[4])
        }
        return instant(year: words[4], month: words[1], day: words[2], time: words[3])
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func instant<Text: StringProtocol>(year: Text, month: Text, day: Text, time: Text) -> Timestamp? {
        guard let number = months.firstIndex(where: { $0 == month }), let years = Int(year), years >= 0,
            year.utf8.count == 4 || year.utf8.count == 2, time.utf8.count == 8
        else { return nil }
        // Two digits only occur in the form of RFC 850, which nobody wrote before 1970.
        let full = year.utf8.count == 4 ? String(year) : (years < 70 ? "20" : "19") + year
        let monthText = number < 9 ? "0\(number + 1)" : "\(number + 1)"
        return Timestamp(rfc3339: "\(full)-\(monthText)-\(day.utf8.count == 1 ? "0" : "")\(day)T\(time)Z")
    }
}
