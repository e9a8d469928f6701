// SPDX-License-Identifier: Apache-2.0

/// What a plan does with one event type.
final class TypeEntry: Sendable {
    let type: String
    fileprivate let bytes: [UInt8]

    /// Ignore entries with a `where`; looked at before the rules.
    let guards: [PlannedGuard]
    let rules: [PlannedRule]

    /// What rules and ignore entries find, by ``PlannedMatch/scope``.
    let scopes: [SelectorScope]

    /// Why the type is left out, where no rule names it.
    let ignored: String?

    init(
        type: String,
        guards: [PlannedGuard],
        rules: [PlannedRule],
        scopes: [SelectorScope],
        ignored: String?
    ) {
        self.type = type
        bytes = Array(type.utf8)
        self.guards = guards
        self.rules = rules
        self.scopes = scopes
        self.ignored = ignored
    }
}

/// Event types by the hash of their bytes, so that a type is found where it stands in the body.
struct TypeTable: Sendable {
    private let slots: [TypeEntry?]
    private let mask: Int

    /// All entries, in no particular order.
    var entries: [TypeEntry] { slots.compactMap(\.self) }

    init(_ entries: [TypeEntry]) {
        var size = 8
        while size < entries.count * 2 { size *= 2 }
        mask = size - 1
        var slots = [TypeEntry?](repeating: nil, count: size)
        for entry in entries {
            let bytes = entry.bytes
            var slot = Self.hash(bytes.span) & mask
            while slots[slot] != nil { slot = (slot + 1) & mask }
            slots[slot] = entry
        }
        self.slots = slots
    }

    /// The entry of a type; at most half of the slots are taken, so the search ends.
    func find(_ type: Span<UInt8>) -> TypeEntry? {
        var slot = Self.hash(type) & mask
        while let entry = slots[slot] {
            if entry.bytes.count == type.count {
                var index = 0
                while index < type.count, entry.bytes[index] == type[index] { index += 1 }
                if index == type.count { return entry }
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// FNV-1a; the keys come from the mapping, so nobody outside can make them collide.
    private static func hash(_ bytes: Span<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in 0..<bytes.count { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32)
    }
}
