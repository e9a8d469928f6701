// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Synchronization
import TributaryJSON
import TributaryModel

/// A headless browser under a test's control, through the DevTools protocol.
///
/// Every question is answered or fails within a time limit; the browser ends with the value.
public final class Browser: Sendable {
    /// What the browser told without being asked.
    struct Event: Sendable {
        var method: String
        var session: String?
        var parameters: JSONValue
    }

    private struct State {
        var next = 1
        var waiting:
            [Int: (continuation: CheckedContinuation<JSONValue, any Error>, deadline: ContinuousClock.Instant)] =
                [:]
        var events: [Event] = []
        var isOver = false
    }

    private let process: BrowserProcess
    private let state: Shared

    /// Outlives the browser by as long as its reader needs to notice.
    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    /// Starts a browser.
    public init() throws {
        process = try BrowserProcess()
        state = Shared()
        let reader = Thread { [state, output = process.output] in Self.read(output, into: state) }
        reader.start()
    }

    deinit {
        state.state.withLock { $0.isOver = true }
    }

    /// Opens a page in a context of its own, without cookies or storage of others.
    ///
    /// - Parameters:
    ///   - address: What to load.
    ///   - width: Of the window, in CSS pixels.
    ///   - height: Of the window, in CSS pixels.
    /// - Returns: The page, which may still be loading.
    /// - Throws: ``BrowserFailure`` where the address cannot be loaded.
    public func open(_ address: String, width: Int = 1440, height: Int = 900) async throws -> Page {
        let context = try await ask("Target.createBrowserContext")["browserContextId"] ?? .null
        let target = try await ask("Target.createTarget", ["url": "about:blank", "browserContextId": context])
        let attached = try await ask(
            "Target.attachToTarget",
            ["targetId": target["targetId"] ?? .null, "flatten": true]
        )
        guard let session = attached["sessionId"]?.string else { throw BrowserFailure("no session: \(attached.text)") }
        let page = Page(browser: self, session: session)
        for domain in ["Page", "Runtime", "Network", "Log"] { _ = try await ask("\(domain).enable", in: session) }
        try await page.resize(width: width, height: height)
        try await page.go(to: address)
        return page
    }

    /// Asks the browser, or one of its pages.
    func ask(
        _ method: String,
        _ parameters: JSONValue = .object([]),
        in session: String? = nil,
        within limit: Duration = .seconds(20)
    ) async throws -> JSONValue {
        try await withCheckedThrowingContinuation { continuation in
            let id = state.state.withLock { state in
                let id = state.next
                state.next += 1
                state.waiting[id] = (continuation, ContinuousClock.now + limit)
                return id
            }
            var message: [JSONValue.Member] = [
                .init("id", .integer(id)), .init("method", .string(method)), .init("params", parameters),
            ]
            if let session { message.append(.init("sessionId", .string(session))) }
            send(JSONValue.object(message).encoded() + [0])
        }
    }

    /// Everything told so far to one page.
    func events(of session: String) -> [Event] {
        state.state.withLock { $0.events.filter { $0.session == session } }
    }

    private func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(process.input, $0.baseAddress, $0.count) }
            // A browser that is gone answers nothing; the question fails by its time limit.
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
        }
    }

    /// Reads until the browser or its owner is gone, and lets questions fail whose time is over.
    private static func read(_ descriptor: Int32, into shared: Shared) {
        // The owner may close its end while this still reads.
        let descriptor = dup(descriptor)
        defer { close(descriptor) }
        var pending: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !shared.state.withLock({ $0.isOver }) {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if unsafe poll(&waiting, 1, 50) > 0 {
                let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
                guard count > 0 else { break }
                pending += buffer[..<count]
                while let end = pending.firstIndex(of: 0) {
                    handle(Array(pending[..<end]), shared)
                    pending.removeSubrange(...end)
                }
            }
            fail(shared, "the browser did not answer in time") { $0 < .now }
        }
        fail(shared, "the browser has ended") { _ in true }
    }

    private static func handle(_ bytes: [UInt8], _ shared: Shared) {
        // What is not JSON is no message; whoever waits for it fails by the time limit.
        guard let message = try? JSONValue(parsing: bytes) else { return }
        if let id = message["id"]?.int64 {
            let waiting = shared.state.withLock { $0.waiting.removeValue(forKey: Int(id)) }
            if let error = message["error"] {
                let isNavigation = error["message"]?.string == "Inspected target navigated or closed"
                waiting?.continuation.resume(throwing: BrowserFailure(error.text, isNavigation: isNavigation))
            } else {
                waiting?.continuation.resume(returning: message["result"] ?? .null)
            }
        } else if let method = message["method"]?.string {
            let event = Event(
                method: method,
                session: message["sessionId"]?.string,
                parameters: message["params"] ?? .null
            )
            shared.state.withLock { $0.events.append(event) }
        }
    }

    private static func fail(_ shared: Shared, _ reason: String, _ isOver: (ContinuousClock.Instant) -> Bool) {
        let late = shared.state.withLock { state in
            let late = state.waiting.filter { isOver($0.value.deadline) }
            for id in late.keys { state.waiting[id] = nil }
            return late.values.map(\.continuation)
        }
        for continuation in late { continuation.resume(throwing: BrowserFailure(reason)) }
    }
}
