// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Tributary
import TributaryDelivery
import TributaryMapping
import TributaryModel
import TributaryTesting

@testable import TributaryCommand

/// Every provider that ships, from its signed samples to the books of three platforms.
@Suite(.timeLimit(.minutes(3))) struct ProvidersTests {
    /// Sales and refunds of one currency, in its smallest units.
    private struct Sum: Hashable {
        var sales = 0
        var sold: Int64 = 0
        var refunded: Int64 = 0
    }

    /// What the samples of a provider promise to be booked, by currency.
    private static func promised(by samples: [MappingSample]) throws -> [String: Sum] {
        var sums: [String: Sum] = [:]
        for sample in samples {
            guard case .events(let events) = sample.expected else { continue }
            for event in events {
                let (data, type) = (event["data"], event["type"]?.string)
                guard type == "payment.succeeded" || type == "refund.succeeded" else { continue }
                let told = try #require(data?["total"] ?? data?["refunded_total"])
                let currency = try #require(told["currency"]?.string.flatMap { Currency($0) })
                let text = try #require(told["amount"]?.string)
                let minor = try Money(decimal: text, shiftedBy: Int(currency.exponent), currency).minor
                if type == "payment.succeeded" {
                    sums[currency.code, default: Sum()].sales += 1
                    sums[currency.code, default: Sum()].sold += minor
                } else {
                    sums[currency.code, default: Sum()].refunded += minor
                }
            }
        }
        return sums
    }

    /// What a platform has on its books, by currency.
    private static func booked(_ bookings: [Booking]) -> [String: Sum] {
        var sums: [String: Sum] = [:]
        for booking in bookings {
            let currency = booking.sale.currency.code
            sums[currency, default: Sum()].sales += 1
            sums[currency, default: Sum()].sold += booking.sale.minor
            sums[currency, default: Sum()].refunded += booking.sale.minor - booking.remaining.minor
        }
        return sums
    }

    @Test func `the samples of every provider are booked exactly, once at each platform`() async throws {
        let mappings = try ShippedMappings.names.map { ($0, try Mapping.shipped($0)) }
        #expect(mappings.count >= 13)
        for (name, mapping) in mappings {
            try await DaemonFolder.with { folder in try await Self.prove(name, mapping, in: folder) }
        }
    }

    private static func prove(_ name: String, _ mapping: Mapping, in folder: DaemonFolder) async throws {
        let samples = mapping.file.samples { ShippedMappings.file(name, $0) }
        #expect(!samples.isEmpty, "\(name) has no samples")
        let platforms = Platforms()
        for front in platforms.fronts { front.double.seed(.sample) }
        try await platforms.serving { addresses in
            let demo = try DemoFolder(path: folder.path)
            let sinks = addresses.sorted { $0.key < $1.key }.map { (name: $0.key, url: $0.value) }
            try demo.write(listen: "127.0.0.1:0", mappings: [(name, mapping)], platforms: sinks)
            let daemon = try DaemonProcess(folder)
            let provider = try Provider(try await daemon.listening())
            let configuration = try ConfigurationFile.read(folder.configurationPath)
            let instance = try #require(configuration.providers.first)
            let sender = try DemoSender(instance, mapping, secret: demo.signingSecret(name))
            for (index, sample) in (samples + samples).enumerated() {
                let headers = try sender.headers(for: sample, id: "msg_\(index % samples.count)")
                let answer = try await provider.call(.post, sender.path, headers: headers, body: sample.body)
                #expect(answer.status == 200, "\(name) \(sample.path)")
                // What nobody has signed is nobody's word.
                let bare = try await provider.call(
                    .post,
                    "/webhooks/\(name)",
                    headers: sample.headers,
                    body: sample.body
                )
                #expect([400, 401, 404].contains(bare.status), "\(name) \(sample.path) unsigned: \(bare.status)")
            }
            let metrics = try await provider.settled(Platforms.names, within: .seconds(20))
            for sink in Platforms.names { #expect(metrics.imbalance(sink) == 0, "\(name) \(sink)") }
            await provider.close()
            #expect(try await daemon.stop() == .code(0))
            #expect(daemon.logFaults.isEmpty, "\(name): \(daemon.logFaults)")
        }
        let promised = try promised(by: samples)
        for (platform, front) in zip(Platforms.names, platforms.fronts) {
            let booked = booked(front.double.bookings)
            #expect(booked == promised, "\(name) at \(platform)")
        }
    }
}
