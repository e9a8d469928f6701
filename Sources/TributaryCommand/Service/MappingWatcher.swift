// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization
import Tributary
import TributaryLedger
import TributaryModel

/// Watches the folder of mappings and offers what changes there to the engine.
final class MappingWatcher: Sendable {
    /// How often the folder is looked at; a change is taken after two looks that show the same.
    static let interval = Duration.seconds(1)

    private let folder: MappingFolder
    private let names: [String]
    private let engine: Engine
    private let observe: @Sendable (MappingReload) -> Void
    private let watch: Mutex<MappingWatch>
    private let isForced = Atomic(false)

    /// Disk, compiler and tests take their time; none of it on a thread that serves.
    private let queue = DispatchQueue(label: "tributary.mappings", qos: .utility)

    /// Prepares watching.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - engine: Takes what is good.
    ///   - sights: What the folder looked like before the engine read it.
    ///   - observe: Told what became of each mapping that was offered, on a queue of the watcher's.
    init(
        _ folder: MappingFolder,
        engine: Engine,
        since sights: [String: MappingWatch.Sight],
        observe: @escaping @Sendable (MappingReload) -> Void
    ) {
        self.folder = folder
        self.engine = engine
        self.observe = observe
        names = engine.mappings
        watch = Mutex(MappingWatch(sights))
    }

    /// Watches until the task is cancelled.
    ///
    /// - Parameter requests: Each makes the watcher look at everything at once.
    func run(requests: AsyncStream<Void>) async {
        // One look at a time; what asks for another one meanwhile asks for the same.
        let (looks, asked) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Cancellation is what ends the sleep, and the loop.
                while (try? await Task.sleep(for: Self.interval)) != nil { asked.yield() }
            }
            group.addTask {
                for await _ in requests {
                    self.isForced.store(true, ordering: .releasing)
                    asked.yield()
                }
            }
            group.addTask { for await _ in looks { await self.look() } }
            await group.waitForAll()
        }
    }

    /// Looks once.
    func look() async {
        let isForced = isForced.exchange(false, ordering: .acquiring)
        await withCheckedContinuation { done in
            queue.async { [self] in
                look(isForced: isForced)
                done.resume()
            }
        }
    }

    private func look(isForced: Bool) {
        let sights = folder.look(at: names)
        for name in watch.withLock({ $0.look(sights, isForced: isForced) }) {
            guard let sight = sights[name] else { continue }
            let reading = folder.read(name, sight)
            guard folder.look(at: [name])[name] == sight else { continue }
            watch.withLock { $0.settle(name, as: sight) }
            switch reading {
            case .success(let content): observe(engine.reload(content))
            case .failure(let only): observe(engine.refusal(of: name, file: folder.path, only.reason))
            }
        }
    }
}
