// SPDX-License-Identifier: Apache-2.0

/// How many calls a platform takes: at most so many within any of its windows of time.
///
/// A sink states it in its ``SinkCapabilities/rate``; whoever makes the calls keeps to it, so that nothing is refused first.
public struct CallRate: Sendable, Hashable {
    /// A window and what fits into it.
    public struct Limit: Sendable, Hashable {
        /// At most so many calls; at least one.
        public var calls: Int
        /// Within any time of this length.
        public var window: Duration

        /// Creates a limit.
        public init(_ calls: Int, within window: Duration) {
            self.calls = max(1, calls)
            self.window = window
        }
    }

    /// All of them hold.
    public var limits: [Limit]

    /// Creates a rate.
    public init(_ limits: [Limit]) { self.limits = limits }

    /// So many calls a minute, and of these at most so many within a second.
    ///
    /// - Parameters:
    ///   - calls: Calls within a minute.
    ///   - burst: Calls within a second.
    /// - Returns: the rate.
    public static func perMinute(_ calls: Int, burst: Int) -> Self {
        CallRate([.init(burst, within: .seconds(1)), .init(calls, within: .seconds(60))])
    }

    /// The longest window; zero where nothing is limited.
    public var longestWindow: Duration { limits.map(\.window).max() ?? .zero }
}
