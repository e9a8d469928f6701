// SPDX-License-Identifier: Apache-2.0

import Tributary
import TributaryMapping
import TributaryModel

typealias RefundSupport = SinkCapabilities.RefundSupport
typealias Identifier = SinkCapabilities.Identifier

/// What is done with events of some kinds.
struct PostbackRequest: Sendable {
    let id: String
    let kinds: Set<EventKind>
    let condition: CompiledCondition?
    /// Ends without a call, tried in order.
    let before: [PostbackEnding]
    /// A look-up that goes before the call.
    var find: PostbackFind?
    /// `nil` where the kind always ends without a call.
    let call: CallTemplate?
}

/// An end without a call.
struct PostbackEnding: Sendable {
    /// `nil` for always.
    let condition: CompiledCondition?
    let end: DeliveryEnd
    let reason: CompiledTemplate
}

/// A look-up, and which part of its answer is what was looked for.
struct PostbackFind: Sendable {
    let call: CallTemplate
    let choose: CompiledSelection
    /// Ends without the call that it is for, tried in order where something was found.
    let before: [PostbackEnding]
}

/// A call with its values still to come.
struct CallTemplate: Sendable {
    /// Where it goes, where not to the description's own address.
    var address: PostbackAddress?
    let method: String
    let path: CompiledTemplate
    let query: [PostbackField]
    let headers: [PostbackField]
    let body: PostbackBody
    var signing: PostbackSigning?
    /// Looked at before the description's own.
    let answers: [AnswerRule]
}

/// A signature: HMAC-SHA256 in lower-case hex.
struct PostbackSigning: Sendable {
    /// What is signed.
    enum Message: String, Sendable, CaseIterable {
        /// The body, byte for byte.
        case body
        /// The query as it is sent, without the signature.
        case query
        /// The same with its parameters in the order of their names.
        case sortedQuery = "sorted_query"
        /// The time of the attempt, a full stop, the body.
        case timestampBody = "timestamp.body"
        /// The time, a full stop, the path, a full stop, the body.
        case timestampPathBody = "timestamp.path.body"

        /// The form of a signature that is made anew for each attempt; `nil` for one that stays.
        var timed: CallSigning.Form? {
            switch self {
            case .timestampBody: .timestampBody
            case .timestampPathBody: .timestampPathBody
            case .body, .query, .sortedQuery: nil
            }
        }
    }

    /// Where the signature stands.
    enum Place: Sendable, Hashable {
        case header(String)
        case parameter(String)
    }

    let message: Message
    /// The setting that holds the key.
    let secret: String
    let place: Place
    let prefix: String
    /// The header field for the time of the attempt.
    let timestampHeader: String
}

/// A parameter, header field or field of a form.
struct PostbackField: Sendable {
    let name: String
    let value: Value
    /// Whether it is sent empty where its value is missing.
    var isAlwaysSent = false

    enum Value: Sendable {
        case expression(CompiledExpression)
        case setting(String, prefix: String)
        /// HTTP Basic out of two settings.
        case basic(user: String, password: String)
    }
}

/// The body of a call.
enum PostbackBody: Sendable {
    case none
    case form([PostbackField])
    case json(JSONTemplate)
}

/// JSON with its values still to come; what is missing is left out.
indirect enum JSONTemplate: Sendable {
    case expression(CompiledExpression)
    /// A text or number as a number, digit for digit.
    case number(CompiledExpression)
    /// A text, number or truth value as a text.
    case string(CompiledExpression)
    case setting(String)
    case object([Member])
    case list([JSONTemplate])
    case each(CompiledSelection, JSONTemplate)

    struct Member: Sendable {
        let name: String
        let value: JSONTemplate
    }
}

/// What an answer means that meets all of its conditions.
struct AnswerRule: Sendable {
    /// `nil` for every status.
    let statuses: [ClosedRange<Int>]?
    let conditions: [CompiledCondition]
    /// The rule holds for so many attempts only.
    let attempts: Int?
    let meaning: Meaning
    let reason: CompiledTemplate
    /// The platform's own words, shown behind the reason.
    let words: CompiledExpression?
    let receipt: [ReceiptField]

    /// What the platform did.
    enum Meaning: Sendable, Hashable {
        case end(DeliveryEnd)
        /// Nothing yet; the same call may succeed later.
        case retryable(after: Duration?)
        /// It refuses the key, so that no call can succeed.
        case keyRefused

        var isRetryable: Bool {
            switch self {
            case .retryable: true
            case .end, .keyRefused: false
            }
        }
    }

    struct ReceiptField: Sendable {
        let name: String
        let value: CompiledExpression
    }

    /// The words of `"end"` in a file.
    static let words: [String] = DeliveryEnd.allCases.map(\.rawValue) + ["retryable", "keyRefused"]
}

/// A setting that a description names and a configuration fills.
struct PostbackSetting: Sendable {
    let name: String
    let kind: Kind
    let isRequired: Bool
    let fallback: String?

    enum Kind: Sendable, Hashable {
        case text
        /// Part of a host's name.
        case host
        case currency
        case secret
        case choice([String])
    }

    /// What is wrong with a text for this setting; `nil` for nothing.
    func problem(with text: String) -> String? {
        switch kind {
        case .text: text.isEmpty ? "must not be empty" : nil
        case .host:
            PostbackAddress.isHost(text) ? nil : "expected the name of a host, without https:// and without a path"
        case .currency: Currency(text) == nil ? "\"\(text)\" is not a currency of ISO 4217" : nil
        case .secret: "a secret never stands in the file; name it as \"env:NAME\" or \"file:PATH\""
        case .choice(let choices):
            choices.contains(text) ? nil : "expected one of \(choices.map { "\"\($0)\"" }.joined(separator: ", "))"
        }
    }
}

/// Scheme, host and the first part of the path: fixed by the file and the settings, never by an event.
struct PostbackAddress: Sendable {
    enum Part: Sendable, Hashable {
        case text(String)
        case setting(String)
    }

    let parts: [Part]

    /// The address with its settings in place; `nil` where one is missing.
    func text(_ settings: SettingValues) -> String? {
        var text = ""
        for part in parts {
            switch part {
            case .text(let piece): text += piece
            case .setting(let name):
                guard let value = settings.texts[name] else { return nil }
                text += value
            }
        }
        return text
    }

    static func isHost(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix(".") && !text.hasPrefix("-") && !text.contains("..")
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: ".")
                    || byte == UInt8(ascii: "-")
            }
    }
}

/// The settings as a configuration fills them.
struct SettingValues: Sendable {
    var texts: [String: String] = [:]
    var secrets: [String: Secret] = [:]
}
