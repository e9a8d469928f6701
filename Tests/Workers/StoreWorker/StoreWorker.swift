// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import Tributary
import TributaryLedger
import TributaryModel
import TributarySQLite
import TributaryTesting

/// A process to be killed: works on a store without end and tells on standard output what was acknowledged.
///
/// `StoreWorker PATH RUN [--file-size BYTES]`. Lines: `settled KEY NUMBER`, `ended DELIVERY`, `refused CODE`. With a limit
/// of the file size it stands for a disk that fails: it goes on until the store has failed, and leaves with status 3.
@main
enum StoreWorker {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else { exit(2) }
        if arguments.count > 4, arguments[3] == "--file-size", let bytes = UInt(arguments[4]) {
            // Without this the first write too far would kill the process instead of failing.
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
            guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { exit(2) }
        }
        let fatal = Atomic(0)
        let store: SQLiteStore
        do {
            store = try SQLiteStore(path: arguments[1]) { _ in fatal.add(1, ordering: .relaxed) }
        } catch {
            say("refused \(error.code.rawValue)")
            exit(3)
        }
        say("open")
        let run = arguments[2]
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 { group.addTask { await settle(store, "\(run)-\(worker)") } }
            for _ in 0..<2 { group.addTask { await deliver(store) } }
        }
        // Only a failed store gets here; it must refuse everything in the same way and have said so once.
        let again = await settleOnce(store, "\(run)-after")
        let ready = await store.isReady()
        exit(again == .failed && !ready && fatal.load(ordering: .relaxed) == 1 ? 3 : 4)
    }

    private static func settle(_ store: SQLiteStore, _ name: String) async {
        var index = 0
        while await settleOnce(store, "\(name)-\(index)") == nil { index += 1 }
    }

    /// One webhook.
    ///
    /// - Returns: the code with which it was refused.
    private static func settleOnce(_ store: SQLiteStore, _ key: String) async -> StoreError.Code? {
        let payment = SampleEvents.payment("in_\(key)", customer: "cus_\(key)", referral: "r")
        let refund = SampleEvents.refund("re_\(key)", of: Reference("invoice", "in_\(key)"), 500)
        let submission = Submission(
            source: "stripe",
            webhookKey: key,
            type: "invoice.paid",
            live: true,
            receivedAt: now,
            headers: [:],
            body: [UInt8](repeating: UInt8(ascii: "x"), count: 1500),
            mapping: MappingStamp(name: "stripe", version: "1.0.0", contentHash: "c0ffee"),
            outcome: JournalOutcome(.emitted),
            events: [payment, refund]
        )
        do throws(StoreError) {
            let settlement = try await store.settle(submission, under: StoreConformance.policy)
            say("settled \(key) \(settlement.number)")
            return nil
        } catch {
            say("refused \(error.code.rawValue)")
            return error.code
        }
    }

    private static func deliver(_ store: SQLiteStore) async {
        let end = AttemptResult(.end(.init(.delivered, reason: "stored", receipt: Receipt([.init("id", "com_1")]))))
        while true {
            do throws(StoreError) {
                let until = now.advanced(by: .seconds(10))
                let request = LeaseRequest(sink: "river", limit: 16, now: now, until: until)
                for leased in try await store.lease(request) {
                    let policy = StoreConformance.policy
                    let receipt = try await store.finish(leased.token, end, at: now, under: policy)
                    if receipt.held { say("ended \(leased.delivery.id)") }
                }
            } catch {
                return
            }
        }
    }

    private static let now = Timestamp(unixSeconds: 1_790_000_000)

    /// One line in one write, so that a kill leaves no half of it behind another.
    private static func say(_ line: String) {
        var text = line + "\n"
        text.withUTF8 { bytes in _ = unsafe write(1, bytes.baseAddress, bytes.count) }
    }
}
