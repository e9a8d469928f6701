// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Something that was seen in operation and that a person should know of: when first and last, and how often.
///
/// Those with the same ``Key`` are one. No value of a webhook is in it, except names of the provider's.
public struct Observation: Sendable, Hashable {
    /// What was seen; the raw values are columns and labels.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// An event type that the mapping neither maps nor ignores; `text` is the type.
        case type
        /// A value that a table of the mapping does not list; `place` is rule and target, `text` the value.
        case value
        /// A field that neither a fixture nor an earlier webhook had; `place` is its path.
        case field
        /// An API version that the mapping was not tested on; `text` is the version.
        case version
        /// A changed mapping that serves now; `source` is the mapping.
        case reloadTaken = "reload_taken"
        /// A changed mapping that was refused; `source` is the mapping, `sample` says why.
        case reloadRefused = "reload_refused"
        /// A person was erased; `text` is the number of the request, `sample` says how much was erased and where.
        case forgotten

        /// Those that are seen in webhooks.
        public static let drift: [Kind] = [.type, .value, .field, .version]
    }

    /// What makes two observations the same.
    public struct Key: Sendable, Hashable {
        /// What was seen.
        public var kind: Kind
        /// The provider instance, or the mapping.
        public var source: String
        /// The provider's event type; empty where that does not matter.
        public var type: String
        /// Where in the webhook or in the mapping; empty where that does not matter.
        public var place: String
        /// The type, value or version, where it looks like a name, else its shape.
        public var text: String

        /// Creates a key.
        public init(_ kind: Kind, source: String, type: String = "", place: String = "", text: String = "") {
            self.kind = kind
            self.source = source
            self.type = type
            self.place = place
            self.text = text
        }

        /// What stands for all others where there are too many of one kind to be kept one by one.
        public var others: Key { Key(kind, source: source, text: Self.othersText) }

        /// The text of ``others``; nothing that is shown of a webhook has a blank at its start.
        public static let othersText = " others"
    }

    /// What was seen.
    public var key: Key

    /// An example of it, as a shape; the newest.
    public var sample: String

    /// Content hash of the mapping with which it was last seen.
    public var mapping: String

    /// When it was first seen.
    public var first: Timestamp

    /// When it was last seen.
    public var last: Timestamp

    /// How often it was seen; fields are looked for in some webhooks only.
    public var count: Int64

    /// Creates an observation.
    public init(
        _ key: Key,
        sample: String = "",
        mapping: String,
        first: Timestamp,
        last: Timestamp? = nil,
        count: Int64 = 1
    ) {
        self.key = key
        self.sample = sample
        self.mapping = mapping
        self.first = first
        self.last = last ?? first
        self.count = count
    }

    /// Adds what was seen of the same, earlier or later.
    public mutating func add(_ other: Observation) {
        if other.last >= last {
            if !other.sample.isEmpty { sample = other.sample }
            mapping = other.mapping
        } else if sample.isEmpty {
            sample = other.sample
        }
        first = min(first, other.first)
        last = max(last, other.last)
        let (sum, overflows) = count.addingReportingOverflow(other.count)
        count = overflows ? .max : sum
    }
}
