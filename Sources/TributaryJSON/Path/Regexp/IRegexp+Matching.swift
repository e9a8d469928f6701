// SPDX-License-Identifier: Apache-2.0

extension IRegexp {
    /// Whether the pattern matches a text.
    ///
    /// - Parameters:
    ///   - text: Well-formed UTF-8.
    ///   - isWhole: Whether the match must take in the whole text, not just a part of it.
    ///   - steps: How many states may still be followed; reduced by those that were.
    /// - Returns: `nil` when the steps were used up before an answer was known.
    func matches(_ text: Span<UInt8>, isWhole: Bool, steps: inout Int) -> Bool? {
        var states = IRegexpStates(program)
        var position = 0
        states.begin(isStart: true, isEnd: text.isEmpty)
        states.follow(0)
        while true {
            steps -= states.work
            guard steps >= 0 else { return nil }
            if states.isAccepted && !isWhole { return true }
            guard position < text.count else { return states.isAccepted }
            guard !isWhole || !states.active.isEmpty else { return false }
            let value = Self.scalar(in: text, at: &position)
            states.begin(isStart: false, isEnd: position == text.count)
            for state in states.previous {
                switch program.instructions[state] {
                case .scalar(let wanted): if wanted == value { states.follow(state + 1) }
                case .scalars(let position): if program.classes[position].contains(value) { states.follow(state + 1) }
                case .fork, .jump, .start, .end, .accept: break
                }
            }
            if !isWhole { states.follow(0) }
        }
    }

    /// Decodes the scalar that begins at a place, and moves the place behind it.
    private static func scalar(in text: Span<UInt8>, at position: inout Int) -> UInt32 {
        let first = UInt32(text[position])
        position += 1
        guard first >= 0xC0 else { return first }
        let more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1
        var value = first & (0x3F >> UInt32(more))
        for _ in 0..<more where position < text.count {
            value = value << 6 | UInt32(text[position] & 0x3F)
            position += 1
        }
        return value
    }
}

/// The states in which an automaton is at one place of the text; each at most once.
private struct IRegexpStates {
    /// The states that wait for a scalar.
    private(set) var active: [Int] = []

    /// The states that waited one place before.
    private(set) var previous: [Int] = []

    /// Whether the pattern has matched up to this place.
    private(set) var isAccepted = false

    /// How many states were looked at for this place, at least 1.
    private(set) var work = 0

    private let instructions: [IRegexpProgram.Instruction]
    private var lastSeen: [Int]
    private var generation = 0
    private var pending: [Int] = []
    private var isStart = false
    private var isEnd = false

    init(_ program: IRegexpProgram) {
        instructions = program.instructions
        lastSeen = Array(repeating: 0, count: instructions.count)
    }

    /// Begins the next place with an empty set.
    mutating func begin(isStart: Bool, isEnd: Bool) {
        // Exchanged and not copied, so that both lists keep their memory.
        swap(&active, &previous)
        active.removeAll(keepingCapacity: true)
        isAccepted = false
        work = 1
        generation += 1
        self.isStart = isStart
        self.isEnd = isEnd
    }

    /// Adds a state and all that are reached from it without taking a scalar.
    mutating func follow(_ state: Int) {
        pending.append(state)
        while let next = pending.popLast() {
            guard lastSeen[next] != generation else { continue }
            lastSeen[next] = generation
            work += 1
            switch instructions[next] {
            case .scalar, .scalars: active.append(next)
            case .fork(let other):
                pending.append(other)
                pending.append(next + 1)
            case .jump(let target): pending.append(target)
            case .start: if isStart { pending.append(next + 1) }
            case .end: if isEnd { pending.append(next + 1) }
            case .accept: isAccepted = true
            }
        }
    }
}
