// SPDX-License-Identifier: Apache-2.0

/// The reason why an expression comes to nothing that can be used.
public struct EvaluationFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Normalized path of the value that is to blame; empty where there is no single one.
    public let path: String

    /// What is wrong with it, in words; never what it says.
    public let reason: String

    /// `$['event']['data']['total']: a text is wanted, found an object`.
    public var description: String { path.isEmpty ? reason : "\(path): \(reason)" }

    static func translated<Result>(_ work: () throws(Fault) -> Result) throws(EvaluationFault) -> Result {
        do throws(Fault) {
            return try work()
        } catch {
            switch error {
            case .invalid(let within, let path, let reason):
                throw EvaluationFault(path: path, reason: within.isEmpty ? reason : "\(within): \(reason)")
            case .budget: throw EvaluationFault(path: "", reason: "it visits more values than allowed")
            }
        }
    }
}
