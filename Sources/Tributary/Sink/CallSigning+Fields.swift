// SPDX-License-Identifier: Apache-2.0

public import TributaryModel
import TributarySigning

extension CallSigning {
    /// The header fields that sign one attempt of a call.
    ///
    /// - Parameters:
    ///   - call: The call, with its address and its body exactly as they will be sent.
    ///   - now: The moment of the attempt.
    /// - Returns: the fields; `nil` where the secret cannot be used.
    func fields(for call: Call, at now: Timestamp) -> HeaderFields? {
        let form: RequestSigning.Form =
            switch form {
            case .timestampBody: .timestampBody
            case .timestampPathBody: .timestampPathBody
            }
        // What cannot be used was refused when the configuration was read; here nothing is sent unsigned.
        let rule = try? RequestSigning(
            timestampHeader: timestampHeader,
            signatureHeader: signatureHeader,
            form: form,
            secret: secret
        )
        return rule?.fields(body: call.body ?? [], path: Self.path(of: call.url), now: now)
    }

    /// What is wrong with a secret, in words; `nil` for nothing.
    public static func problem(with secret: Secret) -> String? { SecretProblem.inText(secret)?.remedy }

    /// The path of an absolute URL, without its query.
    private static func path(of url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return "/" }
        let rest = url[scheme.upperBound...]
        guard let slash = rest.firstIndex(of: "/") else { return "/" }
        return String(rest[slash...].prefix { $0 != "?" && $0 != "#" })
    }
}
