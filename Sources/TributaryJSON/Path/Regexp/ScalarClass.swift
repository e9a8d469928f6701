// SPDX-License-Identifier: Apache-2.0

/// A set of Unicode scalars, as a character class writes it.
struct ScalarClass: Sendable, Hashable {
    /// One entry of a class.
    enum Entry: Sendable, Hashable {
        /// All scalars from the first to the last.
        case range(ClosedRange<UInt32>)
        /// All scalars of these general categories, or of all others.
        case categories(ScalarCategory, isNegated: Bool)
    }

    /// Every scalar except line feed and carriage return: what `.` stands for.
    static let dot = ScalarClass(isNegated: true, entries: [.range(0xA...0xA), .range(0xD...0xD)])

    private let isNegated: Bool
    private let entries: [Entry]

    /// One bit for each ASCII scalar, so that the usual case needs no search.
    private let low: UInt64
    private let high: UInt64

    init(isNegated: Bool, entries: [Entry]) {
        self.isNegated = isNegated
        self.entries = entries
        var low: UInt64 = 0
        var high: UInt64 = 0
        for value: UInt32 in 0..<128 where Self.contains(value, in: entries) != isNegated {
            if value < 64 { low |= 1 << value } else { high |= 1 << (value - 64) }
        }
        self.low = low
        self.high = high
    }

    /// Whether the scalar is in the class.
    func contains(_ value: UInt32) -> Bool {
        if value < 64 { return low >> value & 1 == 1 }
        if value < 128 { return high >> (value - 64) & 1 == 1 }
        return Self.contains(value, in: entries) != isNegated
    }

    private static func contains(_ value: UInt32, in entries: [Entry]) -> Bool {
        for entry in entries {
            switch entry {
            case .range(let range): if range.contains(value) { return true }
            case .categories(let category, let isNegated):
                guard let scalar = Unicode.Scalar(value) else { continue }
                if category.contains(scalar) != isNegated { return true }
            }
        }
        return false
    }
}
