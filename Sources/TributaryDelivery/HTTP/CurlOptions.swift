// SPDX-License-Identifier: Apache-2.0

import CCurl

/// Sets options of one easy handle and remembers the first that libcurl refused.
@safe struct CurlOptions: ~Copyable {
    private let easy: UnsafeMutableRawPointer

    /// The first refusal, or `CURLE_OK`.
    private(set) var outcome = CURLE_OK

    init(_ easy: UnsafeMutableRawPointer) { unsafe self.easy = easy }

    mutating func set(_ option: CURLoption, _ value: Int) {
        keep(unsafe ccurl_setopt_long(easy, option, value))
    }

    mutating func set(_ option: CURLoption, milliseconds value: Duration) {
        set(option, max(1, value.wholeMilliseconds))
    }

    /// libcurl keeps a copy of the text.
    mutating func set(_ option: CURLoption, _ value: String) {
        keep(unsafe value.withCString { unsafe ccurl_setopt_text(easy, option, $0) })
    }

    /// libcurl keeps a copy of the body.
    mutating func setBody(_ body: [UInt8]) {
        keep(unsafe ccurl_setopt_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        // An empty array may have no address at all, which would make libcurl ask a read callback for the body.
        let bytes = body.isEmpty ? [0] : body
        unsafe bytes.withUnsafeBytes { bytes in
            keep(unsafe ccurl_setopt_pointer(easy, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress))
        }
    }

    mutating func keep(_ code: CURLcode) {
        if outcome == CURLE_OK { outcome = code }
    }
}
