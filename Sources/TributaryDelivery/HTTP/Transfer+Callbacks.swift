// SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc

// The C functions that libcurl calls. Their last or first argument is the transfer, which the loop keeps alive until its
// handle has left the multi handle.

extension Transfer {
    /// The transfer to which a handle belongs; it keeps living in the caller's hands.
    static func of(_ easy: UnsafeMutableRawPointer) -> Transfer? {
        var context: UnsafeMutableRawPointer?
        guard unsafe ccurl_getinfo_pointer(easy, CURLINFO_PRIVATE, &context) == CURLE_OK else { return nil }
        return unsafe from(context)
    }

    fileprivate static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate init(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) {
        unsafe self.init(start: UnsafeRawPointer(bytes)?.assumingMemoryBound(to: UInt8.self), count: count)
    }
}

extension IPAddress {
    /// The address that libcurl is about to connect to; `nil` for other families than the Internet's.
    fileprivate init?(_ address: UnsafePointer<curl_sockaddr>) {
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \curl_sockaddr.addr) else { return nil }
        let place = unsafe UnsafeRawPointer(address) + offset
        let length = unsafe Int(address.pointee.addrlen)
        switch unsafe address.pointee.family {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            let value = unsafe place.loadUnaligned(as: sockaddr_in.self).sin_addr
            self.init(bytes: unsafe withUnsafeBytes(of: value) { unsafe [UInt8]($0) })
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            let value = unsafe place.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            self.init(bytes: unsafe withUnsafeBytes(of: value) { unsafe [UInt8]($0) })
        default: return nil
        }
    }
}

/// Any other number than that of the bytes given ends the transfer.
private let stop = 0

@c(tributary_http_receive_body)
func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    let length = size * count
    guard let transfer = unsafe Transfer.from(context) else { return stop }
    return unsafe transfer.take(piece: UnsafeBufferPointer(bytes, length)) ? length : stop
}

@c(tributary_http_receive_head)
func receiveHead(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    let length = size * count
    guard let transfer = unsafe Transfer.from(context) else { return stop }
    return unsafe transfer.take(line: UnsafeBufferPointer(bytes, length)) ? length : stop
}

@c(tributary_http_open_socket)
func openSocket(
    _ context: UnsafeMutableRawPointer?,
    _ purpose: curlsocktype,
    _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let transfer = unsafe Transfer.from(context), let address = unsafe address else { return CURL_SOCKET_BAD }
    return transfer.open(
        unsafe IPAddress(address),
        family: unsafe address.pointee.family,
        type: unsafe address.pointee.socktype,
        protocol: unsafe address.pointee.protocol
    )
}

@c(tributary_http_close_socket)
func closeSocket(_ context: UnsafeMutableRawPointer?, _ descriptor: curl_socket_t) -> CInt {
    guard let context = unsafe context else { return close(descriptor) }
    return unsafe Unmanaged<SocketTable>.fromOpaque(context).takeUnretainedValue().close(descriptor)
}

@c(tributary_http_connection_stands)
func connectionStands(
    _ context: UnsafeMutableRawPointer?,
    _ remote: UnsafeMutablePointer<CChar>?,
    _ local: UnsafeMutablePointer<CChar>?,
    _ remotePort: CInt,
    _ localPort: CInt
) -> CInt {
    guard let transfer = unsafe Transfer.from(context), let remote = unsafe remote, let local = unsafe local else {
        return CURL_PREREQFUNC_ABORT
    }
    let connection = SocketTable.Ends(
        local: unsafe String(cString: local),
        localPort: localPort,
        remote: unsafe String(cString: remote),
        remotePort: remotePort
    )
    return transfer.mayWrite(to: connection) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}
