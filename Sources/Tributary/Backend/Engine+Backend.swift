// SPDX-License-Identifier: Apache-2.0

import TributaryLedger
public import TributaryModel

extension Engine {
    /// Records events that the program itself tells of, and answers after they are durable.
    ///
    /// An event is known by its source, its id, and whether it is live: telling it again changes nothing. The source is
    /// yours to choose, but must not be the name of a provider instance.
    ///
    /// - Returns: one item for each event, in order.
    /// - Throws: ``StoreError`` with the code `failed` or `closed`: the process must end. Everything else is a receipt.
    public func record(_ events: [Event]) async throws(StoreError) -> RecordReceipt {
        let arrival = now()
        let items = events.enumerated().map { index, event in
            let intake = BackendIntake(source: event.source, attributionKeys: attributionKeys, now: arrival)
            var item = intake.item(event, event.cloudEvent.encoded(), [:], at: .events, place: "/\(index)")
            if providers.contains(event.source) {
                let remedy = "choose a name of your own, for example \"backend\""
                item.problem = EventProblem("/\(index)/source", "a provider instance has that name", remedy: remedy)
            }
            return item
        }
        return try await settle(items)
    }

    /// Records a sign-up that the program itself tells of, and answers after it is durable.
    ///
    /// - Parameters:
    ///   - lead: The sign-up.
    ///   - source: Whose id it has; must not be the name of a provider instance.
    /// - Returns: one item.
    /// - Throws: ``StoreError`` with the code `failed` or `closed`: the process must end. Everything else is a receipt.
    public func lead(_ lead: Lead, source: String = "backend") async throws(StoreError) -> RecordReceipt {
        try await record([lead.event(from: source, at: now())])
    }

    /// Records what came to `POST /v1/events`: one common event as CloudEvents JSON, or an array of them.
    ///
    /// - Parameters:
    ///   - body: The request's body.
    ///   - token: Name of the token that its bearer showed.
    ///   - headers: The request's header fields.
    /// - Returns: what became of it.
    /// - Throws: ``StoreError`` with the code `failed` or `closed`: the process must end. Everything else is a receipt.
    public func recordEvents(
        _ body: [UInt8],
        from token: String,
        headers: HeaderFields = [:]
    ) async throws(StoreError) -> RecordReceipt {
        try await record(body, from: token, headers, at: .events)
    }

    /// Records what came to `POST /v1/leads`: one sign-up, or an array of them.
    ///
    /// - Parameters:
    ///   - body: The request's body.
    ///   - token: Name of the token that its bearer showed.
    ///   - headers: The request's header fields.
    /// - Returns: what became of it.
    /// - Throws: ``StoreError`` with the code `failed` or `closed`: the process must end. Everything else is a receipt.
    public func recordLeads(
        _ body: [UInt8],
        from token: String,
        headers: HeaderFields = [:]
    ) async throws(StoreError) -> RecordReceipt {
        try await record(body, from: token, headers, at: .leads)
    }

    private func record(
        _ body: [UInt8],
        from token: String,
        _ headers: HeaderFields,
        at door: BackendIntake.Door
    ) async throws(StoreError) -> RecordReceipt {
        let intake = BackendIntake(source: token, attributionKeys: attributionKeys, now: now())
        let items: [BackendIntake.Item]
        do throws(BackendIntake.Unusable) {
            items = try intake.items(body, headers, at: door)
        } catch {
            return RecordReceipt(error.result)
        }
        return try await settle(items)
    }

    /// Settles items in their order; those that do not depend on each other share a commit.
    func settle(_ items: [BackendIntake.Item]) async throws(StoreError) -> RecordReceipt {
        var results: [RecordReceipt.Item] = []
        for window in Self.windows(of: items) {
            let settled = await withTaskGroup(of: (Int, Result<Settlement, StoreError>).self) { group in
                for (index, item) in window.enumerated() {
                    group.addTask { [store, policy] in
                        do throws(StoreError) {
                            return (index, .success(try await store.settle(item.submission, under: policy)))
                        } catch {
                            return (index, .failure(error))
                        }
                    }
                }
                var settled = [Result<Settlement, StoreError>?](repeating: nil, count: window.count)
                for await (index, result) in group { settled[index] = result }
                return settled.compactMap(\.self)
            }
            for (item, result) in zip(window, settled) {
                switch result {
                case .success(let settlement):
                    let result = item.problem.map(RecordReceipt.Item.Result.invalid) ?? .settled(settlement)
                    results.append(.init(id: item.id, result, event: item.submission.events.first))
                case .failure(let error):
                    switch error.code {
                    case .busy, .full: return RecordReceipt(.notStored(error.code))
                    case .inUse, .newerSchema, .unusable, .failed, .closed: throw error
                    }
                }
            }
        }
        return RecordReceipt(.items(results))
    }

    /// Runs of items with different ids, of bounded length: of two with the same id the first in order must count.
    private static func windows(of items: [BackendIntake.Item]) -> [ArraySlice<BackendIntake.Item>] {
        var windows: [ArraySlice<BackendIntake.Item>] = []
        var start = items.startIndex
        var keys: Set<String> = []
        for index in items.indices {
            let key = items[index].submission.webhookKey
            if keys.contains(key) || keys.count == 64 {
                windows.append(items[start..<index])
                start = index
                keys = []
            }
            keys.insert(key)
        }
        if start < items.endIndex { windows.append(items[start...]) }
        return windows
    }
}
