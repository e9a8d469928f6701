// SPDX-License-Identifier: Apache-2.0

/// What holds for all calls of one client.
public struct ClientSettings: Sendable, Hashable {
    /// Most calls that run at the same time.
    public var callsMax: Int

    /// Most calls that run at the same time against one origin, which is also its number of connections.
    ///
    /// Below ``callsMax``, so that a slow platform cannot take every place from the others.
    public var callsPerOriginMax: Int

    /// Most calls that wait for a place.
    public var waitingMax: Int

    /// Most calls that wait for a place at one origin.
    public var waitingPerOriginMax: Int

    /// How long an idle connection is used again, in whole seconds.
    ///
    /// Many servers close an idle connection after 5 seconds (the default of Node's `http` module) or more. A request
    /// written at that very moment is lost in a way that leaves open whether it arrived; a shorter life avoids that.
    public var idleLifetime: Duration

    /// The proxy for all calls, for example `http://proxy.internal:3128`; `nil` for none.
    ///
    /// Never taken from the environment. The address policy then applies to no connection, because the proxy makes them.
    public var proxy: String?

    /// PEM file of the authorities to trust in place of the system's.
    public var authoritiesPath: String?

    /// Value of the field `User-Agent` where a request has none of its own.
    public var userAgent: String

    /// Creates settings.
    public init(
        callsMax: Int = 256,
        callsPerOriginMax: Int = 64,
        waitingMax: Int = 4096,
        waitingPerOriginMax: Int = 1024,
        idleLifetime: Duration = .seconds(4),
        proxy: String? = nil,
        authoritiesPath: String? = nil,
        userAgent: String = "Tributary"
    ) {
        self.callsMax = callsMax
        self.callsPerOriginMax = callsPerOriginMax
        self.waitingMax = waitingMax
        self.waitingPerOriginMax = waitingPerOriginMax
        self.idleLifetime = idleLifetime
        self.proxy = proxy
        self.authoritiesPath = authoritiesPath
        self.userAgent = userAgent
    }
}
