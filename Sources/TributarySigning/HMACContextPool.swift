// SPDX-License-Identifier: Apache-2.0

import COpenSSL
import Synchronization

/// HMAC contexts of one hash function that wait for their next message.
///
/// Giving a context a key makes libcrypto hash two blocks and set up two digests, and nearly every webhook is checked under
/// the same key as the one before. So a context waits together with its key, which lives as long in the configuration,
/// and goes to whoever comes with the same one.
@safe final class HMACContextPool: Sendable {
    /// Contexts that are kept; more can be in use at once, and are freed when they come back.
    private static let keptMax = 16

    // Proof of safety: a waiting context is in this list only, and whoever takes it out is the only one who has it. The
    // template is only read, by duplicating, which libcrypto allows for objects that nobody modifies.
    // Source: openssl/openssl, doc/man7/openssl-threads.pod.
    private nonisolated(unsafe) let template: OpaquePointer
    private let waiting: Mutex<[Waiting]>

    /// Whether a context can begin anew under the key it has.
    private let keepsKeys: Bool

    /// A context on its way from one user to the next, under the key it was given.
    @safe private struct Waiting: @unchecked Sendable {
        let context: OpaquePointer
        let key: [UInt8]
    }

    init(_ name: String) {
        guard let context = unsafe copenssl_hmac_template(name) else {
            preconditionFailure("libcrypto has no HMAC with \(name); check the OpenSSL configuration of this machine")
        }
        unsafe template = context
        keepsKeys = unsafe copenssl_hmac_keeps_key(context) == 1
        var room: [Waiting] = []
        room.reserveCapacity(Self.keptMax)
        waiting = Mutex(room)
    }

    deinit {
        waiting.withLock { waiting in
            for context in waiting { unsafe EVP_MAC_CTX_free(context.context) }
        }
        unsafe EVP_MAC_CTX_free(template)
    }

    /// A context that is ready for a message under a key, and belongs to the caller until it gives it back.
    func take(_ key: [UInt8]) -> OpaquePointer {
        let known = waiting.withLock { waiting in
            // Both keys are our own configuration's: nobody outside learns anything from how long comparing takes.
            let index = waiting.lastIndex { $0.key == key } ?? waiting.indices.last
            return index.map { waiting.remove(at: $0) }
        }
        let context: OpaquePointer
        if let known {
            unsafe context = known.context
        } else if let copy = unsafe EVP_MAC_CTX_dup(template) {
            unsafe context = copy
        } else {
            preconditionFailure("libcrypto could not allocate an HMAC")
        }
        let outcome: CInt
        if keepsKeys, let known, known.key == key {
            outcome = unsafe EVP_MAC_init(context, nil, 0, nil)
        } else {
            // An empty key has an address too, as none at all would mean the key of whoever had the context before.
            outcome = unsafe (key.isEmpty ? [0] : key).withUnsafeBufferPointer { bytes in
                unsafe EVP_MAC_init(context, bytes.baseAddress, key.count, nil)
            }
        }
        precondition(outcome == 1, "libcrypto refused an HMAC key")
        return unsafe context
    }

    /// Takes a context back, with the key that it was taken for.
    func give(_ context: OpaquePointer, _ key: [UInt8]) {
        let isKept = waiting.withLock { waiting in
            guard waiting.count < Self.keptMax else { return false }
            unsafe waiting.append(Waiting(context: context, key: key))
            return true
        }
        if !isKept { unsafe EVP_MAC_CTX_free(context) }
    }
}
