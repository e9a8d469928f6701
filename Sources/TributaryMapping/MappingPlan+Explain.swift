// SPDX-License-Identifier: Apache-2.0

public import TributaryJSON
public import TributaryModel
import TributarySigning

extension MappingPlan {
    /// Maps a webhook again and notes why it becomes what it becomes.
    ///
    /// - Parameters:
    ///   - document: The body, from ``document(from:)``.
    ///   - headers: The request's header fields.
    ///   - source: Name of the provider instance.
    ///   - received: When the webhook arrived, for mappings that ask.
    ///   - digest: Hex SHA-256 of the raw body; asked only where the provider gives no id.
    /// - Returns: The results that ``map(_:headers:source:digest:)`` gives, each with its reasons.
    public func explain(
        _ document: JSONDocument,
        headers: HeaderFields = [:],
        source: String,
        received: Timestamp? = nil,
        digest: () -> String
    ) -> Explanation {
        let trace = Trace()
        let walk = PlanWalk(
            plan: compiled,
            document: document,
            headers: headers,
            source: source,
            received: received,
            trace: trace
        )
        _ = walk.results(digest: digest)
        return Explanation(mapping: provider, version: version, profile: profile, entries: trace.entries)
    }

    /// Maps a webhook, whose body is the document's own text, again and notes why it becomes what it becomes.
    ///
    /// - Parameters:
    ///   - document: The body.
    ///   - headers: The request's header fields.
    ///   - source: Name of the provider instance.
    ///   - received: When the webhook arrived, for mappings that ask.
    /// - Returns: The results that ``map(_:headers:source:)`` gives, each with its reasons.
    public func explain(
        _ document: JSONDocument,
        headers: HeaderFields = [:],
        source: String,
        received: Timestamp? = nil
    ) -> Explanation {
        explain(document, headers: headers, source: source, received: received) {
            HashAlgorithm.sha256.digest(of: document.bytes).hexText
        }
    }
}

extension Explanation.Field {
    /// The field with the value that it has in an event's JSON form.
    func valued(in event: JSONValue) -> Explanation.Field {
        var field = self
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        switch name {
        case "key": field.value = event["subject"]
        case "time", "event.time": field.value = event["time"]
        case "event.id": field.value = event["data"]?["provider"]?["event"]
        case "event.live": field.value = event["data"]?["live"]
        case "event.type", "event.api": field.value = event["data"]?["provider"]?[parts[1]]
        case "aliases": break
        default:
            guard let data = event["data"], let first = parts.first else { break }
            field.value = parts.count == 2 ? data[first]?[parts[1]] : data[first]
        }
        return field
    }
}
