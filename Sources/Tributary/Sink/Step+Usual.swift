// SPDX-License-Identifier: Apache-2.0

extension Step {
    /// The step after a result whose meaning is the same at every platform; `nil` where only the sink can tell.
    ///
    /// No answer, 408, 425, 429 and 5xx: try again, as late as the platform asks. 401 and 403: the credentials are
    /// refused, which pauses the sink. A sink whose platform means something else by one of these looks at it first.
    ///
    /// Source: `reference/platforms.md` section 2.1.
    public static func usual(_ result: Exchange.Result) -> Step? {
        switch result {
        case .failure(let failure): .retry(Retry(reason: "no answer: \(failure.code)"))
        case .answer(let answer):
            switch answer.status {
            case 401, 403: .retry(Retry(reason: "the platform refuses the key (\(answer.status))", scope: .credentials))
            case 408, 425, 429: .retry(Retry(reason: "status \(answer.status)", after: answer.retryAfter))
            case 500...: .retry(Retry(reason: "status \(answer.status)", after: answer.retryAfter))
            default: nil
            }
        }
    }
}
