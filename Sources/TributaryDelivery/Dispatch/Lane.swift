// SPDX-License-Identifier: Apache-2.0

public import Tributary

/// One sink as the dispatcher drives it.
public struct Lane: Sendable {
    /// The sink's name in the configuration.
    public var name: String

    /// The platform.
    public var sink: any Sink

    /// At most so many deliveries under way at a time.
    public var concurrencyMax: Int

    /// Creates a lane.
    public init(name: String, sink: any Sink, concurrencyMax: Int = 32) {
        self.name = name
        self.sink = sink
        self.concurrencyMax = concurrencyMax
    }
}
