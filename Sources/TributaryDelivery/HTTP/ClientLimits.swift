// SPDX-License-Identifier: Apache-2.0

/// What one call may cost: time, and memory for its answer.
public struct ClientLimits: Sendable, Hashable {
    /// Longest wait for a free place in the client before the call begins.
    public var wait: Duration

    /// Longest time until a connection stands: name, TCP and TLS.
    public var connect: Duration

    /// Longest time from the beginning of the call to the last byte of the answer; the wait does not count.
    public var total: Duration

    /// Longest time during which fewer than ``slowBytesPerSecondMin`` arrive, the wait for the first byte included.
    ///
    /// Whole seconds, at least one: libcurl counts so.
    public var slow: Duration

    /// Lowest speed that does not count as slow.
    public var slowBytesPerSecondMin: Int

    /// Longest body of an answer that is kept, in bytes.
    public var bodyBytesMax: Int

    /// Longest head of an answer, interim answers and trailers included, in bytes.
    ///
    /// libcurl itself refuses a single field of more than 100 KiB and a head of more than 300 KiB.
    public var headerBytesMax: Int

    /// Creates limits.
    public init(
        wait: Duration = .seconds(30),
        connect: Duration = .seconds(10),
        total: Duration = .seconds(30),
        slow: Duration = .seconds(20),
        slowBytesPerSecondMin: Int = 16,
        bodyBytesMax: Int = 256 * 1024,
        headerBytesMax: Int = 64 * 1024
    ) {
        self.wait = wait
        self.connect = connect
        self.total = total
        self.slow = slow
        self.slowBytesPerSecondMin = slowBytesPerSecondMin
        self.bodyBytesMax = bodyBytesMax
        self.headerBytesMax = headerBytesMax
    }
}
