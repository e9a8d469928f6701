// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// Reads `30s`, `15m`, `12h` or `90d`; one whole number and one unit.
    init?(configurationText text: String) {
        guard let unit = text.last, let count = Int64(text.dropLast()), (0...1_000_000).contains(count),
            text.utf8.first.map({ (0x30...0x39).contains($0) }) == true
        else { return nil }
        switch unit {
        case "s": self = .seconds(count)
        case "m": self = .seconds(count * 60)
        case "h": self = .seconds(count * 3600)
        case "d": self = .seconds(count * 86_400)
        default: return nil
        }
    }

    /// What ``init(configurationText:)`` reads, with the largest unit that divides it; fractions of a second are dropped.
    var configurationText: String {
        let seconds = components.seconds
        for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60)] as [(String, Int64)]
        where seconds != 0 && seconds % length == 0 { return "\(seconds / length)\(unit)" }
        return "\(seconds)s"
    }
}
