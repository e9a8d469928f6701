// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

extension ClientAnswer {
    /// How many more calls the platform grants in this period, where it says so.
    ///
    /// Affonso writes `X-RateLimit-Remaining`, Tapfiliate `X-Ratelimit-Remaining`; names compare without case.
    public var rateLimitRemaining: Int? {
        Self.prefixes.lazy.compactMap { headers[$0 + "-Remaining"].flatMap { Int(Self.trimmed($0)) } }.first
    }

    /// Whether the platform refused because of too many calls: status 429, or an error with no calls remaining.
    ///
    /// Tapfiliate does not publish with which status it refuses, so an unexpected 4xx counts when nothing remains.
    public var isRateLimited: Bool { status == 429 || (status >= 400 && rateLimitRemaining == 0) }

    /// How long the platform asks us to wait before the next call; `nil` when it does not ask.
    ///
    /// First `Retry-After` (seconds, or one of the three forms of an HTTP date), then `X-RateLimit-Reset` (Unix seconds;
    /// small numbers are seconds from now, very large ones milliseconds), which counts only when no calls remain or the
    /// status is 429: Affonso writes it on every answer. What cannot be read counts as not there.
    ///
    /// - Parameters:
    ///   - now: Our clock, used when the answer has no `Date`; with it, the platform's own clock measures its own times.
    ///   - longest: Upper bound of the result; a platform that says ten years is not believed.
    /// - Returns: Zero to `longest`, or `nil` when the platform does not ask.
    public func retryAfter(now: Timestamp, longest: Duration = .seconds(3600)) -> Duration? {
        let now = headers["Date"].flatMap { HTTPDate.read($0) } ?? now
        guard let wait = statedWait(now: now) ?? resetWait(now: now) else { return nil }
        return max(.zero, min(wait, longest))
    }

    private static let prefixes = ["X-RateLimit", "RateLimit", "X-Rate-Limit"]

    private func statedWait(now: Timestamp) -> Duration? {
        guard let text = headers["Retry-After"].map(Self.trimmed), !text.isEmpty else { return nil }
        if let seconds = Self.seconds(text) { return seconds }
        return HTTPDate.read(text)?.since(now)
    }

    private func resetWait(now: Timestamp) -> Duration? {
        guard status == 429 || rateLimitRemaining == 0 else { return nil }
        let stated = Self.prefixes.lazy.compactMap { headers[$0 + "-Reset"].flatMap { Self.seconds(Self.trimmed($0)) } }
        guard let seconds = stated.first?.components.seconds else { return nil }
        return switch seconds {
        case ..<1_000_000_000: .seconds(seconds)
        case ..<100_000_000_000: Timestamp(unixSeconds: seconds).since(now)
        default: Timestamp(unixMilliseconds: seconds).since(now)
        }
    }

    /// Whole seconds in decimal digits; a fraction counts as one second more, an excess of digits as very long.
    private static func seconds(_ text: Substring) -> Duration? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isNumber = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard isNumber, let whole = parts.first else { return nil }
        let longest: Int64 = 1_000_000_000_000_000
        return .seconds(min(longest, Int64(whole) ?? longest) + (parts.count > 1 ? 1 : 0))
    }

    private static func trimmed(_ text: String) -> Substring {
        let rest = text.drop { $0 == " " || $0 == "\t" }
        return rest[..<(rest.lastIndex { $0 != " " && $0 != "\t" }.map { rest.index(after: $0) } ?? rest.startIndex)]
    }
}
