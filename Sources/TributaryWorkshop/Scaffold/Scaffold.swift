// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
public import TributaryModel

/// A first mapping for a provider, drafted from bodies that it sent: a folder that compiles and passes its own tests.
///
/// Deterministic: the same samples in the same order give the same files. Nothing in it came from elsewhere than the samples,
/// and every choice is a guess with its reason, for a person to confirm or to correct.
public struct Scaffold: Sendable {
    /// A file of the folder.
    public struct File: Sendable, Hashable {
        /// Its path within the folder, for example `fixtures/sale.json`.
        public var path: String
        /// Its content.
        public var text: String
    }

    /// Something in the samples that no rule reads.
    public struct Leftover: Sendable, Hashable {
        /// Its selector; `[*]` stands for every element of a list.
        public var path: String
        /// Whether its name is that of an amount of money.
        public var isMoney: Bool
        /// A value that stands there, as JSON text.
        public var sample: String
    }

    /// What became of a sample.
    public struct Outcome: Sendable, Hashable {
        /// The path of its fixture.
        public var fixture: String
        /// The outcome in one sentence.
        public var words: String
    }

    /// The provider's name, which is the folder's.
    public let name: String

    /// Everything to write.
    public let files: [File]

    /// Every choice, those for the mapping as a whole first, then rule by rule.
    public let guesses: [Guess]

    /// What no rule reads, money first.
    public let unmapped: [Leftover]

    /// Types that are left out until somebody decides, each with what is known.
    public let undecided: [(type: String, why: String)]

    /// Where samples say two things, or two say the same.
    public let contradictions: [String]

    /// What becomes of each sample.
    public let outcomes: [Outcome]

    /// What was replaced in the samples by invented values, and how often.
    public let redactions: [(what: String, count: Int)]

    /// Whether nothing is known of how the provider proves its webhooks, so that every one is refused.
    public let isProofUndecided: Bool

    /// Drafts a mapping.
    ///
    /// - Parameters:
    ///   - name: Name of the provider: lower-case letters, digits and hyphens.
    ///   - samples: Bodies that it sent.
    ///   - headers: Header fields of one of its requests, where they are known.
    /// - Throws: ``ScaffoldError``.
    public init(name: String, samples: [ScaffoldSample], headers: HeaderFields = [:]) throws(ScaffoldError) {
        try Self.check(name)
        var redaction = Redaction()
        var bodies = try SampleReader.bodies(samples)
        for index in bodies.indices { bodies[index].value = redaction.redacted(bodies[index].value) }
        let draft = try MappingDraft(name: name, bodies: bodies, headers: headers)
        self.name = name
        guesses = [draft.verify.guess] + draft.envelope.guesses + draft.rules.flatMap(\.guesses)
        unmapped = draft.unmapped.map { Leftover(path: $0.place.selector, isMoney: $0.isMoney, sample: $0.sample) }
        undecided = draft.ignores
        contradictions = draft.contradictions + draft.doubles
        outcomes = zip(bodies.indices, draft.outcomes).map {
            Outcome(fixture: draft.fixturePath($0), words: $1.description)
        }
        redactions = redaction.counts
        isProofUndecided = draft.verify.isPlaceholder
        var files = [File(path: name + ".json", text: draft.file)]
        files += bodies.indices.map { File(path: draft.fixturePath($0), text: draft.fixture($0)) }
        self.files = files
    }

    /// The fixture or file of a path, as tests ask for it.
    public func file(_ path: String) -> String? {
        path == "notes.md" ? notes : files.first { $0.path == path }?.text
    }

    private static func check(_ name: String) throws(ScaffoldError) {
        let isName =
            !name.isEmpty && name.utf8.count <= 64 && name.utf8.first != UInt8(ascii: "-")
            && name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
            }
        guard isName else {
            throw ScaffoldError(
                .badName,
                "\"\(name.prefix(80))\" is no name for a provider: lower-case letters, digits and hyphens, as in acme-pay"
            )
        }
    }
}
