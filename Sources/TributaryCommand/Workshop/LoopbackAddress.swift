// SPDX-License-Identifier: Apache-2.0

import TributaryServer

extension SocketAddress {
    /// Reads the value of `--listen` for something that only this machine may reach.
    ///
    /// - Parameter text: `127.0.0.1:9000`, `[::1]:9000`, or a port alone, which means 127.0.0.1.
    /// - Throws: ``UsageError`` where it is no address, or one that others reach.
    init(loopback text: String) throws(UsageError) {
        let isPort = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let address: SocketAddress
        do throws(ServerError) {
            address = try SocketAddress(isPort ? "127.0.0.1:\(text)" : text)
        } catch {
            throw UsageError("--listen wants 127.0.0.1:PORT or [::1]:PORT, not '\(text)'")
        }
        guard address.host == "::1" || !address.isIPv6 && address.host.hasPrefix("127.") else {
            throw UsageError(
                "the workshop reads and writes files, so it listens on this machine only: --listen 127.0.0.1:PORT"
            )
        }
        self = address
    }
}
