// SPDX-License-Identifier: Apache-2.0
#ifndef CSIMDJSON_BUFFER_H
#define CSIMDJSON_BUFFER_H

#include <stddef.h>
#include <stdlib.h>

namespace csimdjson {

/// Memory that is used again from one document to the next; its content does not survive `reserve`.
template <typename Element> class Buffer {
public:
    Buffer() = default;
    Buffer(const Buffer &) = delete;
    Buffer &operator=(const Buffer &) = delete;
    ~Buffer() { free(start); }

    Element *data() const { return start; }
    size_t bytes() const { return capacity * sizeof(Element); }

    /// Makes room for so many elements; false when there is no memory. New memory is zero.
    bool reserve(size_t count) {
        if (count <= capacity) { return true; }
        size_t rounded = 256;
        while (rounded < count) { rounded *= 2; }
        release();
        start = static_cast<Element *>(calloc(rounded, sizeof(Element)));
        if (start == nullptr) { return false; }
        capacity = rounded;
        return true;
    }

    void release() {
        free(start);
        start = nullptr;
        capacity = 0;
    }

private:
    Element *start = nullptr;
    size_t capacity = 0;
};

}  // namespace csimdjson
#endif
