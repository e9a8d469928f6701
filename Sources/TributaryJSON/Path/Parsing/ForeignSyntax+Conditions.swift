// SPDX-License-Identifier: Apache-2.0

extension ForeignSyntax {
    /// Something stands behind a complete condition that neither continues nor closes it.
    ///
    /// `closing` is the place of the parenthesis that waits to be closed, if one does.
    static func afterClause(_ cursor: PathCursor, closing: Int?) -> JSONPathError {
        if let error = operation(cursor) { return error }
        let place = cursor.position
        guard !cursor.isAtEnd else {
            return closing.map {
                JSONPathError(.unexpectedEnd, at: $0, "the parenthesis that begins here is not closed", hint: "add )")
            } ?? JSONPathError(.unexpectedEnd, at: place, "the filter's bracket is not closed", hint: "add ]")
        }
        if "=<>!".unicodeScalars.contains(where: { $0 == cursor.ahead }) {
            return JSONPathError(
                .wrongType,
                at: place,
                "a condition cannot be compared",
                hint: "combine conditions with &&, || and !"
            )
        }
        let hint: String? = cursor.ahead == ")" ? "there is no '(' to this ')'" : nil
        return JSONPathError(
            .unexpectedCharacter,
            at: place,
            "expected an operator or the end of the condition, found \(cursor.nextDescription)",
            hint: hint
        )
    }

    /// An operator of another language stands here; `nil` where none does.
    static func operation(_ cursor: PathCursor) -> JSONPathError? {
        let place = cursor.position
        func foreign(_ what: String, _ hint: String) -> JSONPathError {
            JSONPathError(.foreignSyntax, at: place, "'\(what)' is no operator of RFC 9535", hint: hint)
        }
        if cursor.isAhead("=~") {
            return foreign("=~", "write match(@.name, 'pattern') for the whole text, search(…) for a part of it")
        }
        if cursor.ahead == "=", cursor.ahead(by: 1) != "=" { return foreign("=", "equality is ==") }
        if cursor.ahead == "&", cursor.ahead(by: 1) != "&" { return foreign("&", "'and' is &&") }
        if cursor.ahead == "|", cursor.ahead(by: 1) != "|" { return foreign("|", "'or' is ||") }
        if let sign = ["+", "-", "*", "/", "%"].first(where: cursor.isAhead) {
            let hint = quoted(cursor) ?? "there is no arithmetic in conditions"
            return foreign(sign, hint)
        }
        var rest = cursor
        let word = rest.takeName()
        switch word.lowercased() {
        case "": return nil
        case "and": return foreign(word, "write &&")
        case "or": return foreign(word, "write ||")
        case "not": return foreign(word, "negation is ! in front of a test: !@.paid, or !(@.a == 1)")
        case "in", "anyof", "subsetof", "nin", "noneof":
            return foreign(word, "compare with each: (@.a == 'x' || @.a == 'y'), or match(@.a, 'x|y')")
        case "contains", "includes":
            return foreign(word, "search(@.a, 'text') looks into a text, @.a[?@ == 'x'] into an array")
        case "like", "matches", "match": return foreign(word, "write match(@.name, 'pattern')")
        case "is", "eq", "equals": return foreign(word, "equality is ==")
        case "ne": return foreign(word, "inequality is !=")
        case "gt", "ge", "lt", "le", "gte", "lte": return foreign(word, "the operators are <, <=, > and >=")
        case "empty", "size": return foreign(word, "write length(@.name) == 0")
        default:
            return JSONPathError(
                .unexpectedCharacter,
                at: place,
                "expected an operator, found '\(word)'",
                hint: "texts are quoted, and conditions joined with && or ||"
            )
        }
    }

    /// The hint for `@.some-name`, where the minus looks like arithmetic.
    private static func quoted(_ cursor: PathCursor) -> String? {
        guard cursor.ahead == "-", let next = cursor.ahead(by: 1), PathCursor.beginsName(next) else { return nil }
        var start = cursor.position
        while start > 0, let scalar = cursor.ahead(by: start - 1 - cursor.position),
            PathCursor.beginsName(scalar) || PathCursor.isDigit(scalar)
        {
            start -= 1
        }
        guard start > 0, cursor.bytes[start - 1] == UInt8(ascii: ".") else { return nil }
        var rest = cursor
        while rest.take("-") { _ = rest.takeName() }
        return "a name with '-' is quoted: ['\(cursor.text(start..<rest.position))']"
    }

    /// `===`, `!==` or `<>`.
    static func longOperator(_ cursor: PathCursor, from place: Int) -> JSONPathError {
        let written = cursor.text(place..<cursor.position + 1)
        let meant = written == "<>" || written.hasPrefix("!") ? "!=" : "=="
        return JSONPathError(
            .foreignSyntax,
            at: place,
            "'\(written)' is no operator of RFC 9535",
            hint: "write \(cursor.text(place..<place + 1) == ">" || written == "<==" ? "<= or >=" : meant)"
        )
    }

    /// No literal, query or function begins here; `afterOperator` for the right side of a comparison.
    static func termExpected(_ cursor: PathCursor, afterOperator: Bool) -> JSONPathError {
        let place = cursor.position
        guard let next = cursor.ahead else {
            return JSONPathError(
                .unexpectedEnd,
                at: place,
                afterOperator ? "the comparison has no right side" : "the condition is not complete"
            )
        }
        func foreign(_ message: String, _ hint: String) -> JSONPathError {
            JSONPathError(.foreignSyntax, at: place, message, hint: hint)
        }
        var rest = cursor
        let word = rest.takeName()
        if cursor.isAhead("\u{201C}") || cursor.isAhead("\u{201D}") || cursor.isAhead("\u{2018}")
            || cursor.isAhead("\u{2019}")
        {
            return foreign("typographic quotes do not quote", "write 'text' or \"text\"")
        }
        if !word.isEmpty { return wordExpected(word, at: place, afterOperator: afterOperator) }
        switch next {
        case "[" where afterOperator, "{" where afterOperator:
            return foreign(
                "a literal is a text, a number, true, false or null",
                "compare with each value, joined by ||"
            )
        case "/": return foreign("RFC 9535 has no /…/ patterns", "write match(@.name, 'pattern')")
        case ".", "[": return foreign("a query begins with '@' or '$'", "the current node's member is @.name")
        case "+": return JSONPathError(.badNumber, at: place, "a number has no plus sign")
        case "!":
            return JSONPathError(.unexpectedCharacter, at: place, "'!' stands once, before a test or a parenthesis")
        case "]" where afterOperator, ")" where afterOperator:
            return JSONPathError(.unexpectedCharacter, at: place, "the comparison has no right side")
        case "=", "<", ">": return JSONPathError(.unexpectedCharacter, at: place, "the comparison has no left side")
        default:
            return JSONPathError(
                .unexpectedCharacter,
                at: place,
                "expected a literal, a query or a function, found \(cursor.nextDescription)"
            )
        }
    }

    /// A bare word stands where a literal, a query or a function is expected.
    private static func wordExpected(_ word: String, at place: Int, afterOperator: Bool) -> JSONPathError {
        let hint: String
        switch word.lowercased() {
        case "true", "false", "null": hint = "write \(word.lowercased())"
        case "none", "nil", "undefined": hint = "write null; whether a member is there is asked with @.name alone"
        case "not" where !afterOperator: hint = "negation is ! in front of a test: !@.paid, or !(@.a == 1)"
        default: hint = afterOperator ? "a text is quoted: '\(word)'" : "a member is @.\(word), a text '\(word)'"
        }
        return JSONPathError(
            .foreignSyntax,
            at: place,
            "the bare word '\(word)' is neither literal nor query",
            hint: hint
        )
    }
}
