// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// The reason why a server could not be started.
public struct ServerError: Error, Sendable, Hashable {
    /// What went wrong; stable, for tests and exit messages.
    @nonexhaustive public enum Code: String, Sendable, Hashable {
        /// The text is not `127.0.0.1:8787` or `[::1]:8787`.
        case invalidAddress
        /// Another program listens there.
        case addressInUse
        /// No interface of this machine has that address.
        case addressNotAvailable
        /// The port needs a permission that this process lacks (below 1024).
        case permissionDenied
        /// The system refused for another reason, see ``ServerError/errorNumber``.
        case systemRefused
        /// A limit of the configuration is not positive or too small to work with.
        case invalidLimit
        /// It was started before; one server starts once.
        case alreadyStarted
    }

    /// What went wrong.
    public var code: Code

    /// The address or the name of the setting that is at fault.
    public var place: String

    /// The system's error number, 0 where there was none.
    public var errorNumber: Int32

    /// Where in our source the error was first thrown.
    public var location: SourceLocation

    package init(_ code: Code, at place: String, errorNumber: Int32 = 0, location: SourceLocation = .here()) {
        self.code = code
        self.place = place
        self.errorNumber = errorNumber
        self.location = location
    }
}

extension ServerError: CustomStringConvertible {
    /// One sentence with the place and the remedy.
    public var description: String {
        switch code {
        case .invalidAddress:
            "\"\(place)\" is not an address to listen on; write an IP address and a port, "
                + "such as 127.0.0.1:8787 or [::1]:8787"
        case .addressInUse: "\(place) is taken by another program; stop it or choose another port"
        case .addressNotAvailable: "no interface of this machine has the address \(place)"
        case .permissionDenied: "this process may not listen on \(place); choose a port above 1023"
        case .systemRefused: "the system refused to listen on \(place), error number \(errorNumber)"
        case .invalidLimit: "the limit \(place) is too small to serve anything"
        case .alreadyStarted: "the server on \(place) was started before; create a new one"
        }
    }
}
