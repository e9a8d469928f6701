// SPDX-License-Identifier: Apache-2.0

/// One thing that is wrong, or looks wrong, in a mapping file, and the place where it stands.
public struct MappingDiagnostic: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable {
        /// The mapping cannot be used.
        case error
        /// The mapping works, but probably not as its author thinks.
        case warning
    }

    /// What is wrong; the numbers never change their meaning.
    @nonexhaustive public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The file is not JSON.
        case notJSON = "M001"
        /// A key that the language does not have.
        case unknownKey = "M101"
        /// A key without which the object means nothing.
        case missingKey = "M102"
        /// A value of another JSON type than the key takes.
        case wrongType = "M103"
        /// A value of the right type that is not one of those allowed.
        case wrongValue = "M104"
        /// A text, list or object that must not be empty.
        case empty = "M105"
        /// The same entry twice in a list.
        case repeated = "M106"
        /// A selector that is not JSONPath (RFC 9535).
        case badSelector = "M201"
        /// A selector that may choose several nodes where one value is wanted.
        case notSingular = "M202"
        /// A predicate that is not a logical expression of RFC 9535.
        case badPredicate = "M203"
        /// A selector that starts with `@` where there is no current node.
        case noCurrentNode = "M204"
        /// A bare text that is no selector.
        case bareText = "M205"
        /// The id of a batch entry that is the same for all entries.
        case sharedBatchID = "M206"
        /// An object that is none of the operators.
        case unknownOperator = "M301"
        /// An object with the keys of two operators.
        case twoOperators = "M302"
        /// A kind that the common event does not have.
        case unknownKind = "M303"
        /// A target that the common event does not have.
        case unknownTarget = "M304"
        /// A phase that the common event does not have.
        case unknownPhase = "M305"
        /// An interval that the common event does not have.
        case unknownInterval = "M306"
        /// An operator or literal whose result the target cannot take.
        case wrongResult = "M307"
        /// A template whose braces do not pair or hold nothing.
        case badTemplate = "M308"
        /// A header name that HTTP does not allow.
        case badHeaderName = "M309"
        /// Two rules of the same id.
        case repeatedRule = "M401"
        /// A rule that no webhook can reach.
        case unreachableRule = "M402"
        /// An event type that is both mapped and ignored.
        case mappedAndIgnored = "M403"
        /// A profile that the file does not declare.
        case unknownProfile = "M404"
        /// A target that the kind cannot be without.
        case missingTarget = "M405"
        /// A group that `defs` does not have.
        case unknownGroup = "M406"
        /// A group that no rule uses.
        case unusedGroup = "M407"
        /// A currency that ISO 4217 does not list.
        case unknownCurrency = "M501"
        /// An exponent outside 0 to 6.
        case badExponent = "M502"
        /// An exception that states what ISO 4217 states.
        case redundantExponent = "M503"
        /// A test whose fixture does not exist.
        case missingFixture = "M601"
        /// A test that expects nothing yet, or two things.
        case badExpectation = "M602"
        /// A test that names a rule that does not exist.
        case unknownRule = "M603"
        /// A verification that cannot be carried out.
        case badVerification = "M701"
        /// An existence test on what is probably a Boolean.
        case existenceOfBoolean = "M801"
        /// A `!=` that also holds where the member is missing.
        case unequalToNothing = "M802"
        /// A descendant segment outside `at`.
        case descendantSegment = "M803"
        /// A selector that chooses nothing in any fixture.
        case matchesNothing = "M804"
        /// A rule that no fixture reaches.
        case withoutFixture = "M805"
        /// An expression that is valid and hardly meant, such as a pattern that can never match.
        case doubtfulExpression = "M806"
        /// Leads and sales take the merchant's user from different places.
        case differentUsers = "M807"

        /// The words behind the number, for example `unknown-key`.
        public var name: String { Spelling.dashed(String(describing: self)) }
    }

    /// How bad it is.
    public var severity: Severity

    /// What is wrong.
    public var code: Code

    /// The file as the caller named it.
    public var file: String

    /// Line, counted from 1.
    public var line: Int

    /// Column in characters, counted from 1.
    public var column: Int

    /// What is wrong here, in one sentence.
    public var message: String

    /// What to do about it, where that is not obvious from the message.
    public var hint: String?

    /// The line of the file, cut to what fits beside the caret.
    public var sourceLine: String

    /// Blanks before the caret.
    public var caretIndent: Int

    /// Characters under which the caret line runs, at least 1.
    public var caretLength: Int

    /// Byte in the file; sorts diagnostics.
    let byte: Int

    /// `stripe.json:3:7: error[M101 unknown-key]: there is no key "sourse" here`.
    public var headline: String {
        "\(file):\(line):\(column): \(severity.rawValue)[\(code.rawValue) \(code.name)]: \(message)"
    }
}

extension MappingDiagnostic: CustomStringConvertible {
    /// Headline, source line, caret line and hint.
    public var description: String { text(colour: false) }

    /// The diagnostic as people read it, over three or four lines.
    ///
    /// - Parameter colour: Whether to use ANSI colours, for a terminal.
    /// - Returns: The text, with a line feed at its end.
    public func text(colour: Bool) -> String {
        SourceExcerpt(
            line: line,
            column: column,
            sourceLine: sourceLine,
            caretIndent: caretIndent,
            caretLength: caretLength
        ).text(
            file: file,
            label: "\(severity.rawValue)[\(code.rawValue) \(code.name)]",
            isError: severity == .error,
            message: message,
            hint: hint,
            colour: colour
        )
    }
}
