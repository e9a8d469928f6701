// SPDX-License-Identifier: Apache-2.0

/// The instructions into which a pattern is compiled.
struct IRegexpProgram: Sendable {
    /// One instruction; execution goes on with the next one, unless stated otherwise.
    enum Instruction: Sendable {
        /// Takes this scalar.
        case scalar(UInt32)
        /// Takes a scalar of the class at that position of ``classes``.
        case scalars(Int)
        /// Goes on both with the next instruction and with that one.
        case fork(Int)
        /// Goes on with that instruction.
        case jump(Int)
        /// Goes on at the beginning of the text only.
        case start
        /// Goes on at the end of the text only.
        case end
        /// The pattern has matched.
        case accept
    }

    /// Largest program, in instructions.
    ///
    /// Counted repetition copies what it repeats, so a short pattern can become a large program.
    static let instructionsMax = 4096

    /// The instructions; the first is where execution begins.
    private(set) var instructions: [Instruction] = []

    /// The character classes in use.
    private(set) var classes: [ScalarClass] = []

    init(_ syntax: IRegexpSyntax) throws(IRegexpError) {
        try emit(syntax)
        try append(.accept)
    }

    private mutating func append(_ instruction: Instruction) throws(IRegexpError) {
        guard instructions.count < Self.instructionsMax else {
            throw IRegexpError(
                at: 0,
                "it needs more than \(Self.instructionsMax) steps",
                hint: "repeat less: a{1,1000} copies what stands before it 1000 times"
            )
        }
        instructions.append(instruction)
    }

    private mutating func emit(_ syntax: IRegexpSyntax) throws(IRegexpError) {
        switch syntax {
        case .empty: return
        case .scalar(let scalar): try append(.scalar(scalar.value))
        case .scalars(let scalars):
            let known = classes.firstIndex(of: scalars)
            if known == nil { classes.append(scalars) }
            try append(.scalars(known ?? classes.count - 1))
        case .start: try append(.start)
        case .end: try append(.end)
        case .sequence(let parts): for part in parts { try emit(part) }
        case .choice(let branches): try emitChoice(branches)
        case .repetition(let body, let least, let most): try emitRepetition(body, least: least, most: most)
        }
    }

    private mutating func emitChoice(_ branches: [IRegexpSyntax]) throws(IRegexpError) {
        var jumps: [Int] = []
        for branch in branches.dropLast() {
            let fork = instructions.count
            try append(.fork(0))
            try emit(branch)
            jumps.append(instructions.count)
            try append(.jump(0))
            instructions[fork] = .fork(instructions.count)
        }
        if let last = branches.last { try emit(last) }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    private mutating func emitRepetition(_ body: IRegexpSyntax, least: Int, most: Int?) throws(IRegexpError) {
        var begin = instructions.count
        for _ in 0..<least {
            begin = instructions.count
            try emit(body)
            // What matches nothing but the empty text needs no second copy, however often it is repeated.
            if instructions.count == begin { return }
        }
        guard let most else {
            if least > 0 { return try append(.fork(begin)) }
            let fork = instructions.count
            try append(.fork(0))
            try emit(body)
            try append(.jump(fork))
            instructions[fork] = .fork(instructions.count)
            return
        }
        var forks: [Int] = []
        for _ in least..<most {
            forks.append(instructions.count)
            try append(.fork(0))
            try emit(body)
        }
        for fork in forks { instructions[fork] = .fork(instructions.count) }
    }
}
