// SPDX-License-Identifier: Apache-2.0

public import Tributary

extension PlatformTransport: VerifierTransport {
    /// Makes the call of a verifier: no redirects, `https` to addresses of the Internet, this machine only where permitted.
    public func perform(_ call: VerifierCall, within time: Duration, bytes: Int) async -> Exchange.Result {
        let wait = min(.seconds(1), time / 4)
        let limits = ClientLimits(
            wait: wait,
            connect: min(.seconds(2), time / 2),
            total: time - wait,
            slow: .seconds(max(1, time.components.seconds)),
            bodyBytesMax: bytes,
            headerBytesMax: 16 * 1024
        )
        // Plain HTTP never leaves this machine, and without permission it does not even begin: see `publicOnly`.
        return await perform(
            call.call,
            limits: limits,
            addresses: call.mayReachLoopback ? .loopbackAllowed : .publicOnly,
            allowsPlaintext: false
        )
    }
}
