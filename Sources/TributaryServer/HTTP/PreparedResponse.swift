// SPDX-License-Identifier: Apache-2.0

import CMicroHTTPD
import TributaryModel

/// An answer in the library's own form, built off the network thread; destroyed with the last reference.
///
/// `@unchecked`: the response is complete before the initialiser returns and is not changed afterwards; the library
/// counts its references under a lock of its own.
@safe final class PreparedResponse: @unchecked Sendable {
    /// The HTTP status.
    let status: UInt32

    /// Whether nothing is sent and the connection closed.
    let isDropped: Bool

    private let pointer: OpaquePointer?

    /// Copies the answer; `closing` adds `Connection: close`.
    init(_ response: ServerResponse, closing: Bool) {
        isDropped = response.isDropped
        status = (200...599).contains(response.status) ? UInt32(response.status) : 500
        // The library copies the bytes (MUST_COPY) and does not write through the pointer.
        unsafe pointer = response.body.withUnsafeBytes { bytes in
            unsafe MHD_create_response_from_buffer(
                bytes.count,
                UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                MHD_ResponseMemoryMode.RESPMEM_MUST_COPY
            )
        }
        for field in response.headers.fields where Self.maySend(field) {
            _ = unsafe MHD_add_response_header(pointer, field.name, field.value)
        }
        if closing { _ = unsafe MHD_add_response_header(pointer, "Connection", "close") }
    }

    deinit { if let pointer = unsafe pointer { unsafe MHD_destroy_response(pointer) } }

    /// Gives the answer to the library; only on its thread, within the access callback.
    func queue(on connection: OpaquePointer) -> MHD_Result {
        guard let pointer = unsafe pointer else { return .NO }
        return unsafe MHD_queue_response(connection, status, pointer)
    }

    private static func maySend(_ field: HeaderFields.Field) -> Bool {
        guard !field.name.isEmpty, field.name.utf8.allSatisfy(RequestHead.isToken),
            field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
        else { return false }
        switch field.name.utf8.count {
        case 4: return !HeaderFields.same(field.name, "Date")
        case 10: return !HeaderFields.same(field.name, "Connection")
        case 14: return !HeaderFields.same(field.name, "Content-Length")
        case 17: return !HeaderFields.same(field.name, "Transfer-Encoding")
        default: return true
        }
    }
}
