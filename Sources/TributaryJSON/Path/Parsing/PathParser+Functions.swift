// SPDX-License-Identifier: Apache-2.0

extension PathParser {
    /// Reads a literal, a query or a function call; hints are better where it is known to follow an operator.
    mutating func term(afterOperator: Bool = false) throws(JSONPathError) -> PathTerm {
        let start = cursor.position
        let kind: PathTerm.Kind
        switch cursor.ahead {
        case "$", "@": kind = .query(try query())
        case "'", "\"": kind = .literal(.string(Array(try string().utf8)))
        case "-"?, "0"?, "1"?, "2"?, "3"?, "4"?, "5"?, "6"?, "7"?, "8"?, "9"?: kind = .literal(try number())
        default:
            let word = cursor.takeName()
            switch (word, cursor.ahead == "(") {
            case ("true", false): kind = .literal(.bool(true))
            case ("false", false): kind = .literal(.bool(false))
            case ("null", false): kind = .literal(.null)
            case ("", _), (_, false):
                cursor.position = start
                throw ForeignSyntax.termExpected(cursor, afterOperator: afterOperator)
            case (_, true): kind = try call(word, from: start)
            }
        }
        return PathTerm(kind: kind, range: start..<cursor.position)
    }

    /// Reads the arguments of a function and checks their number and types (RFC 9535, section 2.4).
    private mutating func call(_ name: String, from start: Int) throws(JSONPathError) -> PathTerm.Kind {
        let arity: Int
        switch name {
        case "length", "count", "value": arity = 1
        case "match", "search": arity = 2
        default: throw ForeignSyntax.function(name, at: start)
        }
        let arguments = try arguments(of: name)
        guard arguments.count == arity else {
            throw JSONPathError(
                .wrongArgumentCount,
                at: start,
                "\(name)() takes \(arity == 1 ? "one argument" : "two arguments"), not \(arguments.count)"
            )
        }
        let place = name + "()"
        switch name {
        case "length": return .value(.length(try arguments[0].operand(for: place)))
        case "count": return .value(.count(try arguments[0].query(for: place)))
        case "value": return .value(.value(try arguments[0].query(for: place)))
        default:
            let text = try arguments[0].operand(for: place)
            let pattern = try arguments[1].operand(for: place)
            return .logical(PathMatch(isWhole: name == "match", text: text, pattern: compile(pattern)))
        }
    }

    private mutating func arguments(of name: String) throws(JSONPathError) -> [PathTerm] {
        let opening = cursor.position
        try enter(at: opening)
        cursor.position += 1
        cursor.skipSpace()
        var arguments: [PathTerm] = []
        if !cursor.take(")") {
            repeat {
                cursor.skipSpace()
                arguments.append(try term())
                cursor.skipSpace()
            } while cursor.take(",")
            guard cursor.take(")") else {
                if cursor.isAtEnd { throw ForeignSyntax.afterClause(cursor, closing: opening) }
                throw JSONPathError(
                    .wrongType,
                    at: cursor.position,
                    "expected ',' or ')' in \(name)(), found \(cursor.nextDescription)",
                    hint: "an argument is a literal, a query or a function, not a condition"
                )
            }
        }
        depth -= 1
        return arguments
    }

    /// Compiles a pattern that is known now.
    ///
    /// One that is invalid is allowed by RFC 9535 and never matches, which nobody means: hence the warning.
    private mutating func compile(_ pattern: PathOperand) -> PathMatch.Pattern {
        guard case .literal(let literal) = pattern.kind else { return .dynamic(pattern) }
        let place = pattern.range.lowerBound
        guard case .string(let bytes) = literal else {
            warnings.append(JSONPathError(.badPattern, at: place, "a pattern that is no string never matches"))
            return .never
        }
        do throws(IRegexpError) {
            return .compiled(try IRegexp(String(decoding: bytes, as: UTF8.self)))
        } catch {
            warnings.append(
                JSONPathError(
                    .badPattern,
                    at: place,
                    "the pattern is no I-Regexp and never matches: at its character \(error.offset), \(error.message)",
                    hint: error.hint
                )
            )
            return .never
        }
    }
}
