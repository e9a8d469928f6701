// SPDX-License-Identifier: Apache-2.0

public import TributaryMapping
public import TributaryModel

/// What the page shows of a mapping and a sample.
public struct PreviewResult: Sendable, Hashable {
    /// A diagnostic and where it stands in the editor.
    public struct Diagnostic: Sendable, Hashable {
        /// What is wrong.
        public var item: MappingDiagnostic

        /// Where.
        public var place: PreviewPlace
    }

    /// A test of the mapping.
    public struct Test: Sendable, Hashable {
        /// Its name.
        public var name: String

        /// The path of its fixture; `nil` where the event stands in the test.
        public var path: String?

        /// Its profile; `nil` for the default one.
        public var profile: String?

        /// What is wrong; `nil` where it passed, or could not be run yet.
        public var failure: String?

        /// Where it stands in the editor.
        public var place: PreviewPlace
    }

    /// A rule or ignore entry that was looked at, and where it stands.
    public struct Trial: Sendable, Hashable {
        /// What was found.
        public var trial: Explanation.Trial

        /// Where the rule, or the clause that was false, stands in the editor.
        public var place: PreviewPlace?

        /// Where the values of the false clause stand in the sample, in their order.
        public var sources: [PreviewPlace?]
    }

    /// A field of an event.
    public struct Field: Sendable, Hashable {
        /// The target, its value and the normalized paths that it came from.
        public var field: Explanation.Field

        /// Where the mapping fills it.
        public var place: PreviewPlace?

        /// Where each of the paths leads in the sample.
        public var sources: [PreviewPlace?]
    }

    /// An event as it would come out.
    public struct Emitted: Sendable, Hashable {
        /// The event.
        public var event: Event

        /// Its fields in the order in which they were filled.
        public var fields: [Field]
    }

    /// What became of the sample, or of one entry of a batch.
    public struct Webhook: Sendable, Hashable {
        /// The outcome and what the webhook says of itself.
        public var result: MappingResult

        /// Where the rule that decided stands in the editor.
        public var place: PreviewPlace?

        /// Rules and ignore entries that were tried, in order.
        public var trials: [Trial]

        /// The events.
        public var events: [Emitted]

        /// Nodes visited.
        public var nodes: Int
    }

    /// Everything that is wrong with the mapping, errors and warnings, in the order of the file.
    public var diagnostics: [Diagnostic] = []

    /// Whether the mapping can be used; otherwise only ``diagnostics`` and ``tests`` say anything.
    public var isSound = false

    /// Names of the profiles, the default first.
    public var profiles: [String] = []

    /// The profile in use.
    public var profile: String?

    /// The tests of the mapping, in the order of the file; also of one with errors, as far as they can be read.
    public var tests: [Test] = []

    /// Why the sample cannot be read; `nil` where it can, or there is none.
    public var sampleFault: String?

    /// The JSON that the sample was read as, where it is no JSON itself; places in the sample are then places in this.
    public var reading: String?

    /// What became of the sample; several for a batch, none where there is no sample.
    public var webhooks: [Webhook] = []
}
