// SPDX-License-Identifier: Apache-2.0

/// Names what was written where a path does not parse, and how RFC 9535 writes it.
///
/// Most wrong paths are right in another dialect (Goessner's, Jayway's, jq, JSON Pointer), or in the language in which
/// their author thinks. So each refusal looks at what stands there and answers for that.
enum ForeignSyntax {
    /// The text does not begin with `$` (or `@`, where that is allowed).
    static func pathExpected(_ cursor: PathCursor, allowsCurrentNode: Bool) -> JSONPathError {
        let begins = allowsCurrentNode ? "'$' or '@'" : "'$'"
        guard let next = cursor.ahead else {
            return JSONPathError(.unexpectedEnd, at: 0, "the path is empty", hint: "the whole document is $")
        }
        if PathCursor.isSpace(next) {
            return JSONPathError(.surroundingSpace, at: 0, "white space before the path", hint: "remove it")
        }
        var word = cursor
        let hint: String?
        switch next {
        case "@": hint = "there is no current node here; begin with $"
        case "/": hint = "this looks like a JSON Pointer; as a path: \(fromPointer(cursor))"
        case ".", "[": hint = "write $\(cursor.text(0..<cursor.bytes.count))"
        case _ where PathCursor.beginsName(next): hint = "a member is written $.\(word.takeName())"
        default: hint = nil
        }
        return JSONPathError(
            .unexpectedCharacter,
            at: 0,
            "a path begins with \(begins), not \(cursor.nextDescription)",
            hint: hint
        )
    }

    private static func fromPointer(_ cursor: PathCursor) -> String {
        let parts = cursor.text(1..<cursor.bytes.count).split(separator: "/")
        return "$" + parts.map { Int($0) != nil ? "[\($0)]" : PathStep.name(JSONKey(String($0))).normalized }.joined()
    }

    /// Something stands behind a complete path.
    static func afterPath(_ cursor: PathCursor) -> JSONPathError {
        var rest = cursor
        rest.skipSpace()
        if rest.isAtEnd {
            return JSONPathError(
                .surroundingSpace,
                at: cursor.position,
                "white space behind the path",
                hint: "remove it"
            )
        }
        let hint: String?
        if let name = afterName(cursor) {
            hint = name
        } else if let next = rest.ahead, "=<>!&|".unicodeScalars.contains(next) {
            hint = "conditions stand in a filter: $.items[?@.price > 10]"
        } else {
            hint = rest.position > cursor.position ? "a name with spaces is quoted: ['a b']" : nil
        }
        return JSONPathError(
            hint == nil ? .unexpectedCharacter : .foreignSyntax,
            at: rest.position,
            "unexpected \(rest.nextDescription) behind the path",
            hint: hint
        )
    }

    /// What is meant where a short name ends at a character that it cannot hold.
    private static func afterName(_ cursor: PathCursor) -> String? {
        switch cursor.ahead {
        case "^": return "RFC 9535 has no parent operator; select from above, with a filter: $.items[?@.id]"
        case "~": return "RFC 9535 has no way to select member names"
        case "(": return "RFC 9535 has no methods; functions stand in filters: [?length(@.name) > 0]"
        case "]": return "there is no '[' to this ']'"
        default: break
        }
        var start = cursor.position
        while start > 0, let scalar = cursor.ahead(by: start - 1 - cursor.position),
            PathCursor.beginsName(scalar) || PathCursor.isDigit(scalar)
        {
            start -= 1
        }
        var end = cursor.position
        while let scalar = cursor.ahead(by: end - cursor.position),
            !".[]()=<>!&|, \t\r\n'\"".unicodeScalars.contains(scalar)
        {
            end += 1
        }
        guard start > 0, cursor.bytes[start - 1] == UInt8(ascii: "."), start < cursor.position, end > cursor.position
        else { return nil }
        return "a name with such characters is quoted: ['\(cursor.text(start..<end))']"
    }

    /// No name stands behind `.` or `..`.
    static func nameExpected(_ cursor: PathCursor) -> JSONPathError {
        let place = cursor.position
        let isDouble = place >= 2 && cursor.bytes[place - 2] == UInt8(ascii: ".")
        let dots = isDouble ? "'..'" : "'.'"
        guard let next = cursor.ahead else {
            return JSONPathError(
                .unexpectedEnd,
                at: place,
                "a name must follow \(dots)",
                hint: isDouble ? "every node below is $..*" : "every child is .*"
            )
        }
        var rest = cursor
        let hint: String?
        switch next {
        case "[": hint = "a bracket needs no dot before it: write [ alone"
        case ".": hint = "'..' is the longest run of dots: $..name"
        case "'", "\"": hint = "a quoted name stands in brackets: ['name']"
        case "@", "$": hint = "names with such characters are quoted: ['$ref']"
        case _ where PathCursor.isDigit(next):
            let count = rest.skipDigits()
            hint = "an element is written [\(cursor.text(place..<place + count))], a name of digits ['…']"
        case _ where PathCursor.isSpace(next): hint = "no white space behind the dot"
        default: hint = "names with such characters are quoted: ['…']"
        }
        return JSONPathError(
            .foreignSyntax,
            at: place,
            "a name must follow \(dots), not \(cursor.nextDescription)",
            hint: hint
        )
    }

    /// A name with `(` behind it, as in `@.length()`.
    static func method(_ name: String, at place: Int) -> JSONPathError {
        let hint =
            switch name {
            case "length", "size", "count": "write length(@.items), or count(@.items[*])"
            case "match", "matches", "test": "write match(@.name, 'pattern')"
            default: "RFC 9535 has functions in filters only: length, count, value, match, search"
            }
        return JSONPathError(.foreignSyntax, at: place, "'\(name)' cannot be called on a node", hint: hint)
    }

    /// A function that does not exist.
    static func function(_ name: String, at place: Int) -> JSONPathError {
        let hint =
            switch name {
            case "size", "len": "did you mean length?"
            case "matches", "regex", "like", "test": "did you mean match, or search?"
            case "contains", "includes", "find": "did you mean search?"
            case "exists", "defined", "has": "a query alone is an existence test: [?@.name]"
            case "not": "negation is !"
            default: "there are length, count, value, match and search"
            }
        return JSONPathError(.unknownFunction, at: place, "there is no function '\(name)'", hint: hint)
    }
}
