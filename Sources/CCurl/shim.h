// SPDX-License-Identifier: Apache-2.0
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>

// Twins of libcurl's variadic functions, which Swift cannot import. One for each type of argument, because a variadic
// call with an argument of another width than the library reads is undefined behaviour.

/// Sets an option that takes a `long`.
static inline CURLcode ccurl_setopt_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

/// Sets an option that takes a `curl_off_t`.
static inline CURLcode ccurl_setopt_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

/// Sets an option that takes text; libcurl keeps a copy.
static inline CURLcode ccurl_setopt_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

/// Sets an option that takes a pointer to data: the context of a callback, a body to copy.
static inline CURLcode ccurl_setopt_pointer(CURL *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}

/// Sets an option that takes a list; it must outlive the transfer.
static inline CURLcode ccurl_setopt_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

/// Sets the callback that receives the answer's head or its body.
static inline CURLcode ccurl_setopt_write(CURL *easy, CURLoption option, curl_write_callback callback) {
    return curl_easy_setopt(easy, option, callback);
}

/// Sets the callback that opens, or refuses to open, a socket to a resolved address.
static inline CURLcode ccurl_setopt_opensocket(CURL *easy, curl_opensocket_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
}

/// Sets the callback that closes a socket.
static inline CURLcode ccurl_setopt_closesocket(CURL *easy, curl_closesocket_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, callback);
}

/// Sets the callback that runs when a connection stands and before the request is written to it.
static inline CURLcode ccurl_setopt_prereq(CURL *easy, curl_prereq_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
}

/// Reads a fact that is a pointer, for example what `CURLOPT_PRIVATE` stored.
static inline CURLcode ccurl_getinfo_pointer(CURL *easy, CURLINFO fact, void **value) {
    return curl_easy_getinfo(easy, fact, value);
}

/// Sets an option of a multi handle that takes a `long`.
static inline CURLMcode ccurl_multi_setopt_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

#endif
