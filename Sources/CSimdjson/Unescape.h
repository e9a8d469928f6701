// SPDX-License-Identifier: Apache-2.0
#ifndef CSIMDJSON_UNESCAPE_H
#define CSIMDJSON_UNESCAPE_H

#include <stdint.h>

namespace csimdjson {

/// Writes the unescaped content of a string, `[from, close)` without its quotes, to `to`.
///
/// The content is valid UTF-8 without control characters (the SIMD pass saw to that). Writes never more than
/// `close - from` bytes of text, plus up to 8 bytes of scrap behind them.
///
/// - Returns: the end of what was written; nullptr for an escape that RFC 8259 section 7 does not know, and for a
///   surrogate that is not one half of a pair: no UTF-8 text can hold it. `from` then stands at the bad escape.
uint8_t *unescape(const uint8_t *&from, const uint8_t *close, uint8_t *to);

}  // namespace csimdjson
#endif
