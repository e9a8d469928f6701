// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

/// Who tells a platform of money: what a sink's `"mode"` says.
public enum MoneyTeller: String, CaseIterable, Sendable {
    /// The sink.
    case api
    /// The platform's own connection to the provider; a sale told by the sink too would count twice.
    case native

    /// The step for a kind of event that has no way to the platform.
    ///
    /// - Parameters:
    ///   - kind: The kind.
    ///   - platform: The platform's name.
    /// - Returns: not applicable, and why.
    public func noPlace(for kind: EventKind, at platform: String) -> Step {
        let tellsItself = self == .native && kind.movement != .none
        let reason =
            tellsItself
            ? "\(platform)'s own connection tells it of money (\"mode\": \"native\")"
            : "\(platform) has no place for \(kind.rawValue)"
        return .end(.init(.notApplicable, reason: reason))
    }
}
