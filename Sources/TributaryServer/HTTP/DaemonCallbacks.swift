// SPDX-License-Identifier: Apache-2.0

import CMicroHTTPD

// The library's four callbacks. They find their objects and hand over; every decision is in Front and Exchange.
//
// `context` is the unretained Front. A connection's object is retained when it opens and released when it closes;
// as `client_context` of a request it is not retained, since a request cannot outlive its connection.

private func object<Object: AnyObject>(_ pointer: UnsafeMutableRawPointer, _: Object.Type) -> Object {
    unsafe Unmanaged<Object>.fromOpaque(pointer).takeUnretainedValue()
}

/// A connection was accepted or is about to be closed.
@c func tributaryServerConnection(
    _ context: UnsafeMutableRawPointer?,
    _ handle: OpaquePointer?,
    _ stored: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    _ change: MHD_ConnectionNotificationCode
) {
    guard let context = unsafe context, let handle = unsafe handle, let stored = unsafe stored else { return }
    let front = unsafe object(context, Front.self)
    if change == .CONNECTION_NOTIFY_STARTED {
        unsafe stored.pointee = Unmanaged.passRetained(front.opened(handle)).toOpaque()
    } else if let pointer = unsafe stored.pointee {
        let connection = unsafe Unmanaged<Connection>.fromOpaque(pointer).takeRetainedValue()
        unsafe stored.pointee = nil
        front.closed(connection)
    }
}

/// A request line has arrived; the result becomes the request's own context.
@c func tributaryServerTarget(
    _ context: UnsafeMutableRawPointer?,
    _ target: UnsafePointer<CChar>?,
    _ handle: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context, let handle = unsafe handle,
        let stored = unsafe cmicrohttpd_socket_context(handle)
    else { return nil }
    let text = unsafe target.map { unsafe String(cString: $0) } ?? ""
    unsafe object(context, Front.self).targeted(object(stored, Connection.self), text)
    return unsafe stored
}

/// The head has arrived, or a part of the body, or the end, or a suspended connection is awake.
@c func tributaryServerAccess(
    _ context: UnsafeMutableRawPointer?,
    _ handle: OpaquePointer?,
    _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?,
    _ version: UnsafePointer<CChar>?,
    _ body: UnsafePointer<CChar>?,
    _ bodyCount: UnsafeMutablePointer<Int>?,
    _ stored: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context = unsafe context, let handle = unsafe handle, let method = unsafe method,
        let bodyCount = unsafe bodyCount, let pointer = unsafe stored?.pointee
    else { return .NO }
    let bytes = unsafe UnsafeRawBufferPointer(start: body, count: bodyCount.pointee)
    unsafe bodyCount.pointee = 0
    return unsafe object(context, Front.self).access(
        object(pointer, Connection.self),
        handle,
        method: method,
        body: bytes
    )
}

/// A request is over: answered, refused, or broken off.
@c func tributaryServerCompleted(
    _ context: UnsafeMutableRawPointer?,
    _ handle: OpaquePointer?,
    _ stored: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    _ reason: MHD_RequestTerminationCode
) {
    guard let context = unsafe context, let pointer = unsafe stored?.pointee else { return }
    unsafe object(context, Front.self).completed(object(pointer, Connection.self))
}
