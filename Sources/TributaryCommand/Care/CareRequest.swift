// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryLedger
import TributaryModel

/// Work on the whole store that is asked for by hand and done by whoever has the store open.
enum CareRequest: Sendable, Hashable {
    /// Journaled webhooks go through the present mapping again.
    case replay(Replaying)
    /// A person is erased.
    case forget(Forgetting)
    /// Deliveries that ended without being stored are sent again.
    case retry(Retrying)

    /// Which webhooks are replayed.
    struct Replaying: Sendable, Hashable {
        var source: String?
        var number: Int64?
        var type: String?
        var since: Timestamp?
        var outcomes: Set<JournalOutcome.Kind>?
        var isDryRun: Bool

        /// A page of the walk through the journal.
        func query(after number: Int64, limit: Int) -> JournalQuery {
            JournalQuery(
                source: source,
                number: self.number,
                type: type,
                since: since,
                outcomes: outcomes,
                after: number,
                limit: limit
            )
        }
    }

    /// Who is erased: the person that any of these names.
    struct Forgetting: Sendable, Hashable {
        var customers: [String] = []
        var users: [String] = []
        var emails: [String] = []
        var clicks: [String] = []
        /// Only in this provider instance; ids of customers may be the same at two providers.
        var source: String?
        var isDryRun = false
        /// Whether to erase here although a platform could not be reached.
        var ignoresFailures = false

        var isEmpty: Bool { (customers + users + emails + clicks).isEmpty }
    }

    /// Which deliveries are sent again.
    struct Retrying: Sendable, Hashable {
        /// These; where there are any, nothing else counts.
        var deliveries: [Int64] = []
        var sink: String?
        var webhook: Int64?
        /// How they ended.
        var ends: Set<DeliveryEnd> = [.permanent]
        var isDryRun = false
    }

    // MARK: As JSON, in the file by which a running daemon is asked

    var json: JSONValue {
        func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        switch self {
        case .replay(let replaying):
            return .object([
                .init("work", "replay"), .init("source", text(replaying.source)),
                .init("number", replaying.number.map { .integer($0) } ?? .null), .init("type", text(replaying.type)),
                .init("since", replaying.since.map { .integer($0.unixMilliseconds) } ?? .null),
                .init("outcomes", replaying.outcomes.map { texts($0.map(\.rawValue).sorted()) } ?? .null),
                .init("dry_run", .bool(replaying.isDryRun)),
            ])
        case .forget(let forgetting):
            return .object([
                .init("work", "forget"), .init("customers", texts(forgetting.customers)),
                .init("users", texts(forgetting.users)), .init("emails", texts(forgetting.emails)),
                .init("clicks", texts(forgetting.clicks)), .init("source", text(forgetting.source)),
                .init("dry_run", .bool(forgetting.isDryRun)),
                .init("ignores_failures", .bool(forgetting.ignoresFailures)),
            ])
        case .retry(let retrying):
            return .object([
                .init("work", "retry"), .init("deliveries", .array(retrying.deliveries.map { .integer($0) })),
                .init("sink", text(retrying.sink)), .init("webhook", retrying.webhook.map { .integer($0) } ?? .null),
                .init("ends", texts(retrying.ends.map(\.rawValue).sorted())),
                .init("dry_run", .bool(retrying.isDryRun)),
            ])
        }
    }

    /// Reads ``json`` back; `nil` where it is something else.
    init?(_ json: JSONValue) {
        func texts(_ name: String) -> [String] { (json[name]?.elements ?? []).compactMap(\.string) }
        guard let isDryRun = json["dry_run"]?.bool else { return nil }
        switch json["work"]?.string {
        case "replay":
            let kinds = json["outcomes"]?.elements.map {
                $0.compactMap { $0.string }.compactMap(JournalOutcome.Kind.init)
            }
            self = .replay(
                Replaying(
                    source: json["source"]?.string,
                    number: json["number"]?.int64,
                    type: json["type"]?.string,
                    since: (json["since"]?.int64).map { Timestamp(unixMilliseconds: $0) },
                    outcomes: kinds.map { Set($0) },
                    isDryRun: isDryRun
                )
            )
        case "forget":
            let forgetting = Forgetting(
                customers: texts("customers"),
                users: texts("users"),
                emails: texts("emails"),
                clicks: texts("clicks"),
                source: json["source"]?.string,
                isDryRun: isDryRun,
                ignoresFailures: json["ignores_failures"]?.bool ?? false
            )
            guard !forgetting.isEmpty else { return nil }
            self = .forget(forgetting)
        case "retry":
            self = .retry(
                Retrying(
                    deliveries: (json["deliveries"]?.elements ?? []).compactMap(\.int64),
                    sink: json["sink"]?.string,
                    webhook: json["webhook"]?.int64,
                    ends: Set(texts("ends").compactMap(DeliveryEnd.init)),
                    isDryRun: isDryRun
                )
            )
        default: return nil
        }
    }
}

/// One line of what such work answers while it goes on.
enum CareLine: Sendable, Hashable {
    /// How far it has come, in any unit.
    case progress(done: Int, whole: Int)
    /// One thing that it found or did; the members are the work's own.
    case row(JSONValue)
    /// It is over.
    case end(isFine: Bool, text: String)

    var json: JSONValue {
        switch self {
        case .progress(let done, let whole):
            .object([.init("line", "progress"), .init("done", .integer(done)), .init("whole", .integer(whole))])
        case .row(let row): .object([.init("line", "row"), .init("row", row)])
        case .end(let isFine, let text):
            .object([.init("line", "end"), .init("fine", .bool(isFine)), .init("text", .string(text))])
        }
    }

    init?(_ json: JSONValue) {
        switch json["line"]?.string {
        case "progress":
            guard let done = json["done"]?.int64, let whole = json["whole"]?.int64 else { return nil }
            self = .progress(done: Int(done), whole: Int(whole))
        case "row":
            guard let row = json["row"] else { return nil }
            self = .row(row)
        case "end":
            guard let isFine = json["fine"]?.bool, let text = json["text"]?.string else { return nil }
            self = .end(isFine: isFine, text: text)
        default: return nil
        }
    }
}
