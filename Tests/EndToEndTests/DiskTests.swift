// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing
import TributaryDelivery
import TributaryModel
import TributaryTesting

/// What a daemon does when its disk lets it down.
@Suite struct DiskTests {
    /// A file system of 16 MB in memory that the daemon alone sees, with a file on it that takes most of the room.
    ///
    /// Root may mount; any other user may in a user namespace of its own, where the kernel allows those.
    private static func smallDisk(at mount: String) -> [String] {
        let unshare = geteuid() == 0 ? ["unshare", "--mount"] : ["unshare", "--map-root-user", "--mount"]
        let script = """
            mount -t tmpfs -o size=16m,mode=0700 tmpfs "$0" && head -c 15500000 /dev/zero > "$0/ballast" && exec "$@"
            """
        return unshare + ["/bin/sh", "-c", script, mount]
    }

    @Test(.timeLimit(.minutes(1)))
    func `a full disk is answered with 503, ends nothing, and everything works again when there is room`() async throws
    {
        let platforms = Platforms()
        let story = StripeStory(seed: 11, webhooks: 600, prefix: "Z")
        try await DaemonFolder.with { folder in
            try await platforms.serving { urls in
                let mount = folder.path + "/disk"
                try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: false)
                try folder.write(platforms: urls, store: mount + "/tributary.db")
                let daemon = try DaemonProcess(folder, wrapper: Self.smallDisk(at: mount))
                let address: String
                do {
                    address = try await daemon.listening()
                } catch {
                    let hint = "this test needs a mount: run it as root, or allow user namespaces"
                    throw DaemonProcess.Failure(description: "\(hint) (\(daemon.logText))")
                }
                let provider = try Provider(address)
                let posting = Task(name: "provider") {
                    try await provider.postAll(story.webhooks, inFlight: 16, within: .seconds(40))
                }
                var refusal: ClientAnswer?
                let clock = ContinuousClock()
                let deadline = clock.now + .seconds(15)
                var probes = 0
                while refusal == nil, clock.now < deadline {
                    // New ones, for a repeat of what is stored needs no room and is answered with 200.
                    probes += 1
                    let probe = try #require(StripeStory(saleOf: 100, id: "P\(probes)").webhooks.first)
                    let answer = try await provider.post(probe)
                    if answer.status != 200 { refusal = answer }
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(refusal?.status == 503)
                #expect(refusal?.headers["Retry-After"] == "5")
                // Long enough for deliveries, leases and ticks to meet the full disk too.
                try await Task.sleep(for: .seconds(3))
                #expect(daemon.ended() == nil)
                #expect(try await provider.call(.get, "/healthz").status == 200)
                let full = provider.acknowledgedCount
                #expect(full < story.webhooks.count)
                // The daemon's own view of the file system, from outside of its namespace.
                let ballast = "/proc/\(daemon.id)/root\(mount)/ballast"
                try FileManager.default.removeItem(atPath: ballast)
                let tally = try await posting.value
                #expect(tally.stored.count == story.webhooks.count, "\(tally.statuses)")
                #expect((tally.statuses[503] ?? 0) > 0, "\(tally.statuses)")
                let metrics = try await provider.settled(Platforms.names, within: .seconds(20))
                for sink in Platforms.names {
                    #expect(metrics.imbalance(sink) == 0)
                    #expect(metrics.events(sink, "pending") == 0)
                }
                #expect(try await provider.call(.get, "/readyz").status == 200)
                await provider.close()
                #expect(try await daemon.stop() == .code(0))
                #expect(daemon.logFaults == [])
                #expect(platforms.differences(from: story).filter { !$0.contains("P") }.prefix(20) == [])
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `an I/O error of the store ends the process, and nothing acknowledged is lost`() async throws {
        try await DaemonFolder.with { folder in
            try folder.write()
            // A write beyond the limit fails with EFBIG, which is no full disk; in units of 512 bytes.
            let limit = ["/bin/sh", "-c", "trap '' XFSZ; ulimit -f 1200; exec \"$@\"", "sh"]
            let daemon = try DaemonProcess(folder, wrapper: limit)
            let provider = try Provider(try await daemon.listening())
            let story = StripeStory(seed: 13, webhooks: 1500, prefix: "I")
            let posting = Task(name: "provider") {
                try await provider.postAll(story.webhooks, inFlight: 16, within: .seconds(40))
            }
            #expect(try await daemon.end() == .code(1))
            #expect(
                daemon.log.contains {
                    $0["level"]?.string == "error" && $0["message"]?.string == "Stopped by a failure"
                }
            )
            #expect(provider.acknowledgedCount > 0)
            let second = try DaemonProcess(folder)
            provider.turn(to: try await second.listening())
            let tally = try await posting.value
            #expect(tally.stored.count == story.webhooks.count)
            #expect(try await second.stop() == .code(0))
            await provider.close()
            #expect(try await CrashTests.missing(tally.stored, in: folder) == [])
        }
    }
}
