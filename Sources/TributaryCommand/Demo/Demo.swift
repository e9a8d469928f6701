// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryDelivery
import TributaryLedger
import TributaryMapping
import TributaryModel
import TributarySQLite
import TributaryServer
import TributaryTesting

/// A demonstration: doubles of the platforms, the daemon, and signed samples posted to it as the providers would.
struct Demo {
    /// One posted sample and everything that came of it.
    struct Shown {
        var provider: String
        var sample: MappingSample
        var status: Int
        /// Whether it was posted for the second time.
        var isAgain: Bool
        /// Whether the daemon says that it knew it.
        var isRepeat: Bool
        var webhook: WebhookRecord?
        var deliveries: [DeliveryRecord]
        /// What is not as it should be, in words; empty is good.
        var surprises: [String]
    }

    /// A sample that was posted.
    private struct Sent {
        var provider: String
        var sample: MappingSample
        var key: String
        var posted: Posted
        var isAgain: Bool
    }

    let folder: DemoFolder
    let mappings: [(name: String, mapping: Mapping)]

    /// Prepares the mappings that ship.
    init(folder: DemoFolder) throws {
        self.folder = folder
        mappings = try ShippedMappings.names.map { ($0, try MappingSource($0).mapping()) }
    }

    /// Runs the demonstration.
    ///
    /// - Parameters:
    ///   - listen: Address and port of the daemon.
    ///   - show: Told what came of the samples, and the daemon's address.
    ///   - stop: Returns when it shall end.
    ///   - shown: Told when everything was shown, or could not be.
    /// - Throws: what keeps the daemon or a double from running.
    func run(
        listen: String,
        show: @escaping @Sendable ([Shown], String) -> Void,
        until stop: @escaping @Sendable () async -> Void,
        shown: @escaping @Sendable () -> Void
    ) async throws {
        var seed = DoubleSeed.sample
        seed.takesAnyClick = true
        let servers = try PlatformDoubles.demonstrated.compactMap { name in
            try PlatformDoubles.named(name).map { double in
                (name, try DoubleServer(DoubleFront(double, seed: seed, now: { .now })))
            }
        }
        let platforms = try servers.map { (name: $0.0, url: try $0.1.start()) }
        try folder.write(listen: listen, mappings: mappings, platforms: platforms)
        let configuration = try ConfigurationFile.read(folder.configurationPath)
        let log = try LogFile.append(folder.logPath)
        let service = try Service(configuration, log: log)
        let (addresses, continuation) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingOldest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (_, server) in servers { group.addTask { await server.run() } }
            group.addTask {
                try await service.run {
                    for await address in addresses {
                        do {
                            show(try await sendAll(to: "http://\(address)", service, configuration), address)
                        } catch {
                            Terminal.complain("tributary demo: \(error)")
                        }
                        shown()
                        break
                    }
                    await stop()
                } ready: { address in
                    continuation.yield(address.description)
                }
                for (_, server) in servers { await server.stop() }
            }
            // Not waitForAll, which would wait for the doubles after the daemon has failed.
            while try await group.next() != nil {}
        }
    }

    private func sendAll(
        to base: String,
        _ service: Service,
        _ configuration: Configuration
    ) async throws -> [Shown] {
        let client = try HTTPClient()
        var sent: [Sent] = []
        for (name, mapping) in mappings {
            guard let instance = configuration.providers.first(where: { $0.name == name }) else { continue }
            let sender = try DemoSender(instance, mapping, secret: folder.signingSecret(name))
            let address = base + sender.path
            let samples = mapping.file.samples { ShippedMappings.file(name, $0) }
            // The first one again at the end: providers repeat themselves, and nothing may come of it.
            for sample in samples + samples.prefix(1) {
                let key = try mapping.results(from: sample.body, headers: sample.headers).first?.facts.id ?? ""
                let headers = try sender.headers(for: sample, id: key)
                let posted = try await Posted(sample.body, headers, to: address, with: client)
                let isAgain = sent.contains { $0.provider == name && $0.sample.path == sample.path }
                sent.append(Sent(provider: name, sample: sample, key: key, posted: posted, isAgain: isAgain))
            }
        }
        await client.close()
        let deliveries = try await settledDeliveries(service)
        var shown: [Shown] = []
        for item in sent {
            let query = WebhookQuery(source: item.provider, key: item.key, limit: 1)
            let webhook = try await service.store.webhooks(query).first
            let own = item.isAgain ? [] : deliveries.filter { $0.webhook == webhook?.number }
            var one = Shown(
                provider: item.provider,
                sample: item.sample,
                status: item.posted.status,
                isAgain: item.isAgain,
                isRepeat: item.posted.isRepeat,
                webhook: webhook,
                deliveries: configuration.sinks.flatMap { sink in own.filter { $0.sink == sink.name } },
                surprises: item.isAgain && !item.posted.isRepeat ? ["was not recognised as repeated"] : []
            )
            guard !item.isAgain else {
                shown.append(one)
                continue
            }
            one.surprises += one.surprises(under: service.engine.policy)
            shown.append(one)
        }
        return shown
    }

    /// The deliveries, once none is pending any more, or after 20 seconds.
    private func settledDeliveries(_ service: Service) async throws -> [DeliveryRecord] {
        for _ in 0..<400 {
            if try await service.store.deliveries(DeliveryQuery(state: .pending, limit: 1)).isEmpty,
                try await service.store.deliveries(DeliveryQuery(state: .leased, limit: 1)).isEmpty
            {
                break
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        return try await service.store.deliveries(DeliveryQuery(limit: 10_000))
    }
}

extension Demo.Shown {
    /// Compares what came with what the sample's test promises.
    fileprivate func surprises(under policy: LedgerPolicy) -> [String] {
        var found: [String] = []
        if status != 200 { found.append("answered \(status)") }
        guard let webhook else { return found + ["not stored"] }
        let outcome = webhook.submission.outcome
        let events = webhook.submission.events
        switch sample.expected {
        case .nothing(let name):
            if outcome.kind.rawValue != name { found.append("expected \(name), was \(outcome.kind.rawValue)") }
        case .events(let expected):
            let promised = expected.map { Self.essence($0) }
            let came = events.map { Self.essence($0.cloudEvent) }
            if promised != came { found.append("expected \(promised), came \(came)") }
        }
        for event in events {
            for sink in policy.sinks where sink.kinds.contains(event.kind) {
                let delivery = deliveries.first { $0.sink == sink.name && $0.event.kind == event.kind }
                // A customer whose sale came first is there already; a sale never is.
                let isThere = event.kind == .customerCreated && delivery?.state == .ended(.duplicate)
                if delivery?.state != .ended(.delivered), !isThere {
                    found.append(
                        "\(sink.name): \(delivery?.stateText(at: .now) ?? "no delivery") \(delivery?.reason ?? "")"
                    )
                }
            }
        }
        return found
    }

    /// Kind, key and amount: what a person checks first.
    private static func essence(_ event: JSONValue) -> String {
        let total = event["data"]?["total"]
        return [event["type"], event["subject"], total?["amount"], total?["currency"]]
            .compactMap { $0?.string }.joined(separator: " ")
    }
}
