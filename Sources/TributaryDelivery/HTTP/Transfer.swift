// SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc
import TributaryModel

/// One running call: an easy handle of libcurl and what its callbacks learned.
///
/// Lives on the loop's thread only; libcurl calls back on that thread too, from within `curl_multi_perform`.
@safe final class Transfer {
    let submission: Submission
    let easy: UnsafeMutableRawPointer

    private let began = ContinuousClock.now
    private let isProxied: Bool
    private let sockets: SocketTable
    private var fields: UnsafeMutablePointer<curl_slist>?
    private var collector: AnswerCollector

    /// Whether the connection stood and libcurl went on to write the request.
    private var isWritten = false
    private var isWrittenAgain = false
    /// Whether a kept connection was given up before anything was written to it.
    private var isStale = false
    private var addressesRefused = 0
    /// What this transfer opened; empty where it uses a kept connection.
    private var opened: [CInt] = []

    /// Takes a fresh handle; whoever created it frees it.
    init(_ submission: Submission, easy: UnsafeMutableRawPointer, settings: ClientSettings, sockets: SocketTable) {
        self.submission = submission
        self.sockets = sockets
        unsafe self.easy = easy
        isProxied = settings.proxy != nil
        collector = AnswerCollector(limits: submission.call.request.limits)
    }

    deinit { unsafe curl_slist_free_all(fields) }

    /// Tells libcurl what to do.
    ///
    /// - Returns: `false` when it lacks memory or refuses a setting.
    func prepare(_ settings: ClientSettings) -> Bool {
        let request = submission.call.request
        var options = unsafe CurlOptions(easy)
        options.set(CURLOPT_URL, request.url)
        prepareMethod(request, &options)
        prepareConnection(settings, &options)
        prepareLimits(request.limits, &options)
        prepareCallbacks(&options)
        guard prepareFields(request, userAgent: settings.userAgent) else { return false }
        options.keep(unsafe ccurl_setopt_list(easy, CURLOPT_HTTPHEADER, fields))
        return options.outcome == CURLE_OK
    }

    private func prepareMethod(_ request: ClientRequest, _ options: inout CurlOptions) {
        switch request.method {
        case .get: options.set(CURLOPT_HTTPGET, 1)
        case .head: options.set(CURLOPT_NOBODY, 1)
        case .post, .put, .patch:
            options.setBody(request.body)
            options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        case .delete:
            if !request.body.isEmpty { options.setBody(request.body) }
            options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
    }

    private func prepareConnection(_ settings: ClientSettings, _ options: inout CurlOptions) {
        options.set(CURLOPT_PROTOCOLS_STR, "http,https")
        options.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_PATH_AS_IS, 1)
        options.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        options.set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        options.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        options.set(CURLOPT_SSL_VERIFYPEER, 1)
        options.set(CURLOPT_SSL_VERIFYHOST, 2)
        if let path = settings.authoritiesPath { options.set(CURLOPT_CAINFO, path) }
        options.set(CURLOPT_MAXAGE_CONN, max(1, Int(settings.idleLifetime.components.seconds)))
        options.set(CURLOPT_NOSIGNAL, 1)
        // Without this, ending a call whose name is still being looked up waits for that look-up, on our only thread.
        // Source: libcurl 7.88.1, lib/asyn-thread.c, Curl_resolver_kill.
        options.set(CURLOPT_QUICK_EXIT, 1)
        options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // Empty texts switch off what the environment says; `no_proxy` would lead past the address check.
        options.set(CURLOPT_PROXY, settings.proxy ?? "")
        options.set(CURLOPT_NOPROXY, "")
    }

    private func prepareLimits(_ limits: ClientLimits, _ options: inout CurlOptions) {
        options.set(CURLOPT_TIMEOUT_MS, milliseconds: limits.total)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds: min(limits.connect, limits.total))
        options.set(CURLOPT_LOW_SPEED_LIMIT, max(1, limits.slowBytesPerSecondMin))
        options.set(CURLOPT_LOW_SPEED_TIME, max(1, Int(limits.slow.components.seconds)))
    }

    private func prepareCallbacks(_ options: inout CurlOptions) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe options.keep(ccurl_setopt_write(easy, CURLOPT_WRITEFUNCTION, receiveBody))
        unsafe options.keep(ccurl_setopt_pointer(easy, CURLOPT_WRITEDATA, context))
        unsafe options.keep(ccurl_setopt_write(easy, CURLOPT_HEADERFUNCTION, receiveHead))
        unsafe options.keep(ccurl_setopt_pointer(easy, CURLOPT_HEADERDATA, context))
        unsafe options.keep(ccurl_setopt_opensocket(easy, openSocket))
        unsafe options.keep(ccurl_setopt_pointer(easy, CURLOPT_OPENSOCKETDATA, context))
        unsafe options.keep(ccurl_setopt_closesocket(easy, closeSocket))
        let table = unsafe Unmanaged.passUnretained(sockets).toOpaque()
        unsafe options.keep(ccurl_setopt_pointer(easy, CURLOPT_CLOSESOCKETDATA, table))
        unsafe options.keep(ccurl_setopt_prereq(easy, connectionStands))
        unsafe options.keep(ccurl_setopt_pointer(easy, CURLOPT_PREREQDATA, context))
        unsafe options.keep(ccurl_setopt_pointer(easy, CURLOPT_PRIVATE, context))
    }

    private func prepareFields(_ request: ClientRequest, userAgent: String) -> Bool {
        // A name with a colon and no value takes a field of libcurl's own away.
        var lines = ["Expect:"]
        if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
        if request.headers["User-Agent"] == nil, !userAgent.isEmpty { lines.append("User-Agent: \(userAgent)") }
        lines += request.headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        for line in lines {
            guard let longer = unsafe curl_slist_append(fields, line) else { return false }
            unsafe fields = longer
        }
        return true
    }

    // MARK: What libcurl calls back

    func take(piece: UnsafeBufferPointer<UInt8>) -> Bool { unsafe collector.take(piece: piece) }

    func take(line: UnsafeBufferPointer<UInt8>) -> Bool { unsafe collector.take(line: line) }

    /// Opens a socket for a connection to that address, if that is permitted.
    func open(_ address: IPAddress?, family: CInt, type: CInt, protocol: CInt) -> CInt {
        guard permits(address) else {
            addressesRefused += 1
            return CURL_SOCKET_BAD
        }
        let descriptor = socket(family, type | CInt(SOCK_CLOEXEC.rawValue), `protocol`)
        opened.append(descriptor)
        return descriptor
    }

    /// Whether the request may be written to a connection that stands.
    ///
    /// libcurl comes here a second time when it found a kept connection dead and would write the request to another
    /// one. The platform may have taken the first, so that is not ours to do here.
    func mayWrite(to connection: SocketTable.Ends) -> Bool {
        guard !isWritten else {
            isWrittenAgain = true
            return false
        }
        // A kept connection may have been opened for a call with a wider policy.
        guard permits(IPAddress(connection.remote)) else {
            addressesRefused += 1
            return false
        }
        // What a kept connection holds before we ask was not meant for this call: an end, or a second answer to the
        // call before, which libcurl 7.88.1 would take for the answer to this one.
        if !opened.isEmpty {
            sockets.bind(opened, to: connection)
        } else if sockets.hasInput(connection) {
            isStale = true
            return false
        }
        isWritten = true
        return true
    }

    private func permits(_ address: IPAddress?) -> Bool {
        let request = submission.call.request
        let isProtected = submission.call.target.isTLS || request.allowsPlaintext
        if isProxied { return isProtected }
        guard let address else { return false }
        return request.addresses.permits(address) && (isProtected || address.reach == .loopback)
    }

    /// Whether the transfer, ended by libcurl, shall be begun again over a new connection.
    ///
    /// Once, and only where it is certain that nothing was written.
    func beginsAgain() -> Bool {
        guard isStale, !isWritten else { return false }
        isStale = false
        var options = unsafe CurlOptions(easy)
        options.set(CURLOPT_FRESH_CONNECT, 1)
        return options.outcome == CURLE_OK
    }

    // MARK: The end

    /// Ends the call as libcurl reports it; the handle must be out of the multi handle.
    func finish(_ outcome: CURLcode) {
        let duration = ContinuousClock.now - began
        if outcome == CURLE_OK, let answer = collector.answer(isTruncated: false, duration: duration) {
            submission.continuation.resume(returning: .success(answer))
        } else {
            fail(code(for: outcome, after: duration), Self.sentence(outcome), duration: duration)
        }
    }

    /// Ends the call because the caller no longer waits or the client closes.
    func cancel(_ detail: String) { fail(.canceled, detail, duration: ContinuousClock.now - began) }

    private func fail(_ code: TransportFailure.Code, _ detail: String, duration: Duration) {
        let failure = TransportFailure(
            code,
            mayHaveArrived: isWritten,
            origin: submission.call.target.origin,
            detail: detail,
            partial: collector.answer(isTruncated: true, duration: duration)
        )
        submission.continuation.resume(returning: .failure(failure))
    }

    private static func sentence(_ outcome: CURLcode) -> String {
        // Constant text of libcurl, unlike its error buffer, which quotes addresses.
        outcome == CURLE_OK
            ? "the connection closed before the head was whole" : unsafe String(cString: curl_easy_strerror(outcome))
    }

    private func code(for outcome: CURLcode, after duration: Duration) -> TransportFailure.Code {
        if let excess = collector.excess { return excess }
        if isWrittenAgain { return .reset }
        if addressesRefused > 0, opened.isEmpty, !isWritten { return .addressRefused }
        switch outcome {
        // libcurl 7.88.1 takes a connection that closes in the middle of a head for the end of that head.
        case CURLE_OK: return .reset
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .resolve
        case CURLE_COULDNT_CONNECT: return .connect
        case CURLE_OPERATION_TIMEDOUT:
            // libcurl does not say which limit it was; its clock starts a little before or after ours.
            if duration + .milliseconds(50) >= submission.call.request.limits.total { return .timeoutTotal }
            return isWritten ? .timeoutSlow : .timeoutConnect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ENGINE_INITFAILED:
            return .tls
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE: return .reset
        case CURLE_URL_MALFORMAT: return .badRequest
        case CURLE_OUT_OF_MEMORY:
            // libcurl 7.88.1 reports a field that exceeds its own 100 KiB as lack of memory.
            return isWritten && !collector.isHeadWhole ? .headersTooLarge : .exhausted
        default: return isWritten ? .badAnswer : .exhausted
        }
    }
}
