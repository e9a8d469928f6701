// SPDX-License-Identifier: Apache-2.0

import TributaryMapping
import TributaryModel

/// Everything that is wrong with a configuration, found in one run.
public struct ConfigurationProblems: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong; the numbers never change their meaning.
    @nonexhaustive public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The file is not JSON.
        case notJSON = "C001"
        /// A setting that does not exist at this place.
        case unknownSetting = "C101"
        /// A setting that cannot be left out.
        case missingSetting = "C102"
        /// A value that the setting does not take.
        case wrongValue = "C103"
        /// A name that cannot stand in an address, a table or a metric.
        case badName = "C104"
        /// A secret that is not where the configuration says, or is empty.
        case missingSecret = "C201"
        /// A secret that stands in the file itself.
        case secretInFile = "C202"
        /// A secret that the provider's scheme cannot use.
        case unusableSecret = "C203"
        /// A mapping that verifies nothing, without permission to do so.
        case unauthenticated = "C204"
        /// No unguessable path, where no signature covers the body.
        case missingPath = "C205"
        /// A path that can be guessed, or cannot stand in an address.
        case unusablePath = "C206"
        /// A token that can be guessed, or that two names share.
        case unusableToken = "C207"
        /// A sink that this program does not have.
        case unknownSink = "C301"
        /// A mapping that does not exist.
        case unknownMapping = "C302"
        /// A mapping that cannot be used.
        case faultyMapping = "C303"
        /// A kind of event that does not exist, or that the sink has no place for.
        case unknownKind = "C304"
        /// A verifier that this program does not have.
        case unknownVerifier = "C305"
        /// A scope that does not exist.
        case unknownScope = "C306"
        /// A table of exchange rates that is not there.
        case unknownTable = "C309"
        /// Providers without any sink: everything is stored and goes nowhere.
        case withoutSinks = "C801"
        /// Sinks without any provider: nothing ever comes in.
        case withoutProviders = "C802"
        /// A platform's address over plain HTTP that leaves this machine.
        case plaintext = "C803"

        /// The words behind the number, for example `unknown-setting`.
        public var name: String { Spelling.dashed(String(describing: self)) }

        /// Whether the configuration works, but probably not as its author thinks.
        public var isWarning: Bool { rawValue.hasPrefix("C8") }
    }

    /// One thing that is wrong.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// What is wrong.
        public var code: Code
        /// RFC 6901 pointer to the place, for example `/sinks/affonso/key`; it may not exist, where something is missing.
        public var place: String
        /// What is wrong, in one sentence; never a secret's value.
        public var message: String
        /// What to do about it, where that is not obvious from the message.
        public var hint: String?

        /// Creates a problem.
        public init(_ place: String, _ message: String, code: Code = .wrongValue, hint: String? = nil) {
            self.place = place
            self.message = message
            self.code = code
            self.hint = hint
        }

        /// `/sinks/affonso/key: …`.
        public var description: String {
            "\(place.isEmpty ? "/" : place): \(message)" + (hint.map { "; \($0)" } ?? "")
        }
    }

    /// The problems, in the order of the file.
    public var problems: [Problem]

    /// Creates a list of problems.
    public init(_ problems: [Problem]) { self.problems = problems }

    /// One line for each problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension ConfigurationProblems.Problem {
    /// Appends a member's name to a pointer, escaped as RFC 6901 section 3 says.
    static func place(_ parent: String, _ name: String) -> String {
        parent + "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
