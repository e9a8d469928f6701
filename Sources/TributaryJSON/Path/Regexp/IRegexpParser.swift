// SPDX-License-Identifier: Apache-2.0

/// Reads a pattern by the grammar of RFC 9485, section 4.
///
/// One deviation, which the conformance suite asks for: outside of classes `^` and `$` stand for the beginning and the
/// end of the text, as in the engines to which section 5 of the RFC maps patterns; they do not match themselves.
struct IRegexpParser {
    /// Deepest nesting of groups.
    static let depthMax = 64

    /// Longest pattern, in scalars.
    static let lengthMax = 4096

    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    private init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    /// Reads the whole pattern.
    static func parse(_ pattern: String) throws(IRegexpError) -> IRegexpSyntax {
        var parser = IRegexpParser(pattern)
        guard parser.scalars.count <= lengthMax else {
            throw IRegexpError(at: lengthMax, "it is longer than \(lengthMax) characters")
        }
        let syntax = try parser.choice()
        guard parser.ahead == nil else { throw IRegexpError(at: parser.position, "')' has no '('") }
        return syntax
    }

    private var ahead: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard ahead == scalar else { return false }
        position += 1
        return true
    }

    private mutating func choice() throws(IRegexpError) -> IRegexpSyntax {
        depth += 1
        guard depth <= Self.depthMax else {
            throw IRegexpError(at: position, "groups are nested more than \(Self.depthMax) deep")
        }
        var branches: [IRegexpSyntax] = []
        repeat {
            branches.append(try branch())
        } while take("|")
        depth -= 1
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func branch() throws(IRegexpError) -> IRegexpSyntax {
        var pieces: [IRegexpSyntax] = []
        while let next = ahead, next != "|", next != ")" {
            let atom = try atom(next)
            pieces.append(try quantified(atom))
            if let again = ahead, ["*", "+", "?", "{"].contains(again) {
                throw IRegexpError(
                    at: position,
                    "a quantifier stands behind a quantifier",
                    hint: "I-Regexp has no lazy or possessive forms; group what is repeated twice: (a*)*"
                )
            }
        }
        return pieces.isEmpty ? .empty : .sequence(pieces)
    }

    private mutating func quantified(_ atom: IRegexpSyntax) throws(IRegexpError) -> IRegexpSyntax {
        if take("*") { return .repetition(atom, least: 0, most: nil) }
        if take("+") { return .repetition(atom, least: 1, most: nil) }
        if take("?") { return .repetition(atom, least: 0, most: 1) }
        let start = position
        guard take("{") else { return atom }
        let least = try bound(from: start)
        var most: Int? = least
        if take(",") { most = ahead == "}" ? nil : try bound(from: start) }
        guard take("}") else { throw IRegexpError(at: start, "'{' is not closed", hint: "write {2}, {2,} or {2,5}") }
        if let most, most < least { throw IRegexpError(at: start, "the upper bound is below the lower") }
        return .repetition(atom, least: least, most: most)
    }

    private mutating func bound(from start: Int) throws(IRegexpError) -> Int {
        var value = 0
        var count = 0
        while let digit = ahead, ("0"..."9").contains(digit) {
            // A bound beyond every program's size is refused when the program is built; no need to know by how much.
            value = min(value * 10 + Int(digit.value - 0x30), 1_000_000)
            count += 1
            position += 1
        }
        guard count > 0 else {
            throw IRegexpError(at: start, "a number is missing in {…}", hint: "write {2}, {2,} or {2,5}")
        }
        return value
    }

    private mutating func atom(_ next: Unicode.Scalar) throws(IRegexpError) -> IRegexpSyntax {
        let start = position
        switch next {
        case "*", "+", "?", "{":
            throw IRegexpError(
                at: start,
                "there is nothing to repeat before '\(next)'",
                hint: "a literal one is \\\(next)"
            )
        case "]", "}": throw IRegexpError(at: start, "'\(next)' stands alone", hint: "a literal one is \\\(next)")
        case "(":
            position += 1
            if ahead == "?" { throw IRegexpError(at: start, "I-Regexp has no (?…)", hint: "a plain group is (…)") }
            let inner = try choice()
            guard take(")") else { throw IRegexpError(at: start, "'(' is not closed") }
            return inner
        case "[": return .scalars(try scalarClass())
        case "\\":
            switch try escape() {
            case .range(let range): return Unicode.Scalar(range.lowerBound).map { .scalar($0) } ?? .empty
            case .categories(let category, let isNegated):
                return .scalars(ScalarClass(isNegated: isNegated, entries: [.categories(category, isNegated: false)]))
            }
        default:
            position += 1
            switch next {
            case ".": return .scalars(.dot)
            case "^": return .start
            case "$": return .end
            default: return .scalar(next)
            }
        }
    }

    private mutating func scalarClass() throws(IRegexpError) -> ScalarClass {
        let start = position
        position += 1
        let isNegated = take("^")
        var entries: [ScalarClass.Entry] = []
        if take("-") { entries.append(.range(0x2D...0x2D)) }
        while let next = ahead, next != "]" {
            if next == "-" {
                let place = position
                position += 1
                guard ahead == "]" else {
                    throw IRegexpError(at: place, "'-' stands in the middle of a class", hint: "a literal one is \\-")
                }
                entries.append(.range(0x2D...0x2D))
                break
            }
            entries.append(try classEntry(next))
        }
        guard take("]") else { throw IRegexpError(at: start, "'[' is not closed") }
        guard !entries.isEmpty else { throw IRegexpError(at: start, "the class is empty") }
        return ScalarClass(isNegated: isNegated, entries: entries)
    }

    private mutating func classEntry(_ next: Unicode.Scalar) throws(IRegexpError) -> ScalarClass.Entry {
        let start = position
        guard case .range(let first) = try classScalar(next) else {
            position = start
            return try escape()
        }
        guard ahead == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else { return .range(first) }
        position += 1
        guard let last = ahead, last != "-", case .range(let end) = try classScalar(last) else {
            throw IRegexpError(at: position, "a range ends with a single character")
        }
        guard first.lowerBound <= end.lowerBound else { throw IRegexpError(at: start, "the range runs backwards") }
        return .range(first.lowerBound...end.lowerBound)
    }

    private mutating func classScalar(_ next: Unicode.Scalar) throws(IRegexpError) -> ScalarClass.Entry {
        if next == "\\" { return try escape() }
        if next == "[" { throw IRegexpError(at: position, "'[' in a class must be escaped", hint: "write \\[") }
        position += 1
        return .range(next.value...next.value)
    }

    /// Reads an escape, in or outside of a class.
    private mutating func escape() throws(IRegexpError) -> ScalarClass.Entry {
        let start = position
        position += 1
        guard let letter = ahead else { throw IRegexpError(at: start, "it ends within an escape") }
        position += 1
        switch letter {
        case "n": return .range(0xA...0xA)
        case "r": return .range(0xD...0xD)
        case "t": return .range(0x9...0x9)
        case "(", ")", "*", "+", "-", ".", "?", "[", "\\", "]", "^", "{", "|", "}":
            return .range(letter.value...letter.value)
        case "p", "P": return .categories(try category(from: start), isNegated: letter == "P")
        case "d": throw IRegexpError(at: start, "I-Regexp has no \\d", hint: "write [0-9], or \\p{Nd}")
        case "w": throw IRegexpError(at: start, "I-Regexp has no \\w", hint: "write [A-Za-z0-9_]")
        case "s": throw IRegexpError(at: start, "I-Regexp has no \\s", hint: "write [ \\t\\r\\n]")
        case "$": throw IRegexpError(at: start, "'$' is not escaped in I-Regexp", hint: "a literal one is [$]")
        case "b", "B": throw IRegexpError(at: start, "I-Regexp has no word boundaries")
        default:
            throw IRegexpError(at: start, "'\(letter)' is not escaped in I-Regexp", hint: "write it alone, or in [ ]")
        }
    }

    private mutating func category(from start: Int) throws(IRegexpError) -> ScalarCategory {
        let error = IRegexpError(at: start, "this is no Unicode category", hint: "such as \\p{L}, \\p{Lu} or \\p{Nd}")
        guard take("{") else { throw error }
        var name = ""
        while let next = ahead, next != "}", name.utf8.count < 3 {
            name.unicodeScalars.append(next)
            position += 1
        }
        guard take("}"), let category = ScalarCategory(named: name) else { throw error }
        return category
    }
}
