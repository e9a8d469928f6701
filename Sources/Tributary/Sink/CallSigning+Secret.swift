// SPDX-License-Identifier: Apache-2.0

public import TributaryModel
import TributarySigning

extension CallSigning {
    /// What is wrong with a secret, in words; `nil` for nothing.
    public static func problem(with secret: Secret) -> String? { SecretProblem.inText(secret)?.remedy }
}
