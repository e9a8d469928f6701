// SPDX-License-Identifier: Apache-2.0

import TributaryJSON
import TributaryLedger
import TributaryModel
import TributarySigning

/// The pure part of what the merchant's own backend tells: bytes to submissions, without store, network or clock.
struct BackendIntake: Sendable {
    /// One event of what was told, before it is stored.
    struct Item: Sendable {
        var id: String?
        var submission: Submission
        /// What is wrong with it; its submission then only keeps the bytes.
        var problem: EventProblem?
    }

    /// What is told, by its words in the journal.
    enum Door: String, Sendable {
        /// `POST /v1/events`.
        case events
        /// `POST /v1/leads`.
        case leads
        /// `POST /v1/clicks` and `POST /c`.
        case clicks
    }

    /// The most items that come at once.
    static let itemsMax = 500

    /// The scope of what is told: a token's name.
    let source: String
    let attributionKeys: AttributionKeys
    let now: Timestamp

    /// Reads one event or lead, or an array of them.
    ///
    /// - Throws: the reason why nothing of it can be used.
    func items(_ body: [UInt8], _ headers: HeaderFields, at door: Door) throws(Unusable) -> [Item] {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: body, limits: Self.limits)
        } catch {
            throw Unusable(.unreadable(reason: "\(error)"))
        }
        let root = document.root
        guard document.kind(root) == .array else {
            return [item(document, root, headers, at: door, place: "")]
        }
        guard document.count(root) <= Self.itemsMax else { throw Unusable(.tooMany(most: Self.itemsMax)) }
        var items: [Item] = []
        var next = document.firstChild(root)
        while let node = next {
            items.append(item(document, node, headers, at: door, place: "/\(items.count)"))
            next = document.nextSibling(node)
        }
        return items
    }

    /// As large as the server lets it be; that limit is the operator's.
    private static let limits = JSONLimits(bytesMax: 64 << 20, depthMax: 64, nodesMax: 1_000_000)

    struct Unusable: Error {
        let result: RecordReceipt.Result
        init(_ result: RecordReceipt.Result) { self.result = result }
    }

    private func item(
        _ document: JSONDocument,
        _ node: JSONNode,
        _ headers: HeaderFields,
        at door: Door,
        place: String
    ) -> Item {
        let bytes = Array(document.bytes[document.byteRange(node)])
        let value = document.value(node)
        let event: Event
        do throws(EventProblem) {
            switch door {
            case .events: event = try self.event(value)
            case .leads: event = try Lead(value).event(from: source, at: now)
            case .clicks: throw EventProblem("", "clicks are told one by one", remedy: "POST each to /v1/clicks")
            }
        } catch {
            let problem = error.inside(place)
            return Item(
                id: value["id"]?.string,
                submission: submission(of: problem, bytes, headers, door),
                problem: problem
            )
        }
        return item(event, bytes, headers, at: door, place: place)
    }

    /// An event that was made by the program itself, or has been read.
    func item(_ told: Event, _ bytes: [UInt8], _ headers: HeaderFields, at door: Door, place: String) -> Item {
        var event = told
        if event.live == nil { event.live = true }
        attributionKeys.apply(to: &event)
        if let problem = (event.problem ?? problemOfClick(event))?.inside(place) {
            return Item(id: event.id, submission: submission(of: problem, bytes, headers, door), problem: problem)
        }
        let submission = Submission(
            source: event.source,
            webhookKey: event.id,
            type: event.kind.rawValue,
            live: event.live,
            receivedAt: now,
            headers: headers.kept,
            body: bytes,
            mapping: Self.stamp(door),
            outcome: JournalOutcome(.emitted),
            events: [event]
        )
        return Item(id: event.id, submission: submission)
    }

    /// Keeps the bytes of what cannot be entered, under their digest: the caller's id stays free for the mended event.
    private func submission(
        of problem: EventProblem,
        _ bytes: [UInt8],
        _ headers: HeaderFields,
        _ door: Door
    ) -> Submission {
        Submission(
            source: source,
            webhookKey: "invalid:" + HashAlgorithm.sha256.digest(of: bytes).hexText,
            type: door.rawValue,
            live: true,
            receivedAt: now,
            headers: headers.kept,
            body: bytes,
            mapping: Self.stamp(door),
            outcome: JournalOutcome(.invalid, why: "\(problem)"),
            events: []
        )
    }

    /// A click is known by an id that only we make.
    private func problemOfClick(_ event: Event) -> EventProblem? {
        guard event.kind == .clickRecorded, event.attribution.landing == nil else { return nil }
        return EventProblem("/type", "a click has an id that Tributary makes", remedy: "POST it to /v1/clicks")
    }

    /// Stands where a mapping's stamp stands.
    private static func stamp(_ door: Door) -> MappingStamp {
        MappingStamp(name: "v1/" + door.rawValue, version: "1", contentHash: "")
    }
}

extension BackendIntake {
    /// Reads a common event, in which a backend may leave out what it has nothing to say about.
    private func event(_ value: JSONValue) throws(EventProblem) -> Event {
        guard var members = value.members else {
            throw EventProblem("", "expected an event", remedy: "send an object, or an array of objects")
        }
        guard let id = value["id"]?.string, !id.isEmpty else {
            throw EventProblem(
                "/id",
                "an event needs an id",
                remedy: "send your own, the same whenever you send it again"
            )
        }
        func fill(_ name: String, _ text: String) {
            if value[name] == nil { members.append(.init(name, .string(text))) }
        }
        fill("specversion", "1.0")
        fill("source", source)
        fill("subject", "event:" + id)
        fill("time", now.description)
        let facts: [JSONValue.Member] = [
            .init("name", .string(source)), .init("event", .string(id)), .init("type", value["type"] ?? ""),
        ]
        if let index = members.firstIndex(where: { $0.name == "data" }) {
            if let data = members[index].value.members, !data.contains(where: { $0.name == "provider" }) {
                members[index].value = .object(data + [.init("provider", .object(facts))])
            }
        } else {
            members.append(.init("data", ["provider": .object(facts)]))
        }
        let event: Event
        do throws(EventFormatError) {
            event = try Event(cloudEvent: .object(members))
        } catch {
            throw EventProblem(error)
        }
        guard event.source == source || event.source.hasPrefix(source + "/") else {
            let remedy = "leave it out, or put \"\(source)\" or \"\(source)/…\" there"
            throw EventProblem("/source", "it is not this token's", remedy: remedy)
        }
        return event
    }
}
