// SPDX-License-Identifier: Apache-2.0

public import TributaryModel

extension Call {
    /// The header fields of one attempt: the call's own, its secrets, and its signatures, which are made anew each time.
    ///
    /// For whoever makes the calls; what it returns holds secrets.
    ///
    /// - Parameter now: The moment of the attempt.
    /// - Returns: the fields; `nil` where a signing secret cannot be used, and the call must not be made.
    public func revealedHeaders(at now: Timestamp) -> HeaderFields? {
        var headers = headers
        for field in secretHeaders { headers.set(field.name, field.prefix + field.secret.revealedText) }
        if let standardWebhook {
            guard let fields = standardWebhook.fields(body: body ?? [], now: now) else { return nil }
            for field in fields.fields { headers.set(field.name, field.value) }
        }
        if let signing {
            guard let fields = signing.fields(for: self, at: now) else { return nil }
            for field in fields.fields { headers.set(field.name, field.value) }
        }
        return headers
    }
}
