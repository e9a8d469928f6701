// SPDX-License-Identifier: Apache-2.0
#include "Walk.h"

namespace csimdjson {
namespace {

/// What may follow a number or a literal: blanks and structural characters. What else follows must be an error here,
/// as stage 1 marks only the first character of a run such as `12"a"` or `truefalse`.
struct Endings {
    bool table[256] = {};
    constexpr Endings() {
        for (const char c : {' ', '\t', '\n', '\r', ',', ':', '[', ']', '{', '}'}) { table[uint8_t(c)] = true; }
    }
};
constexpr Endings endings;

CSIMDJSON_INLINE bool is_digit(uint8_t c) { return uint8_t(c - '0') < 10; }

CSIMDJSON_INLINE bool is_blank(uint8_t c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Whether each of the word's lowest `count` bytes is a digit; `count` is 1 to 8.
CSIMDJSON_INLINE bool are_digits(uint64_t word, uint32_t count) {
    constexpr uint64_t ones = 0x0101010101010101;
    word <<= 64 - 8 * count;
    const uint64_t zeros = ones * '0' << (64 - 8 * count);
    // The upper half of each byte must be 3, also after 6 was added; a carry leaves a byte only if that byte fails.
    return ((word & ones * 0xF0) | ((word + (ones * 6 << (64 - 8 * count))) & ones * 0xF0) >> 4) ==
           (zeros | zeros >> 4);
}

/// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`, RFC 8259 section 6, of any length.
///
/// - Returns: the byte behind it; nullptr where it is not a number.
const uint8_t *end_of_number(const uint8_t *digit) {
    if (*digit == '-') { digit++; }
    if (*digit == '0') {
        digit++;
    } else {
        if (!is_digit(*digit)) { return nullptr; }
        do { digit++; } while (is_digit(*digit));
    }
    if (*digit == '.') {
        if (!is_digit(*++digit)) { return nullptr; }
        do { digit++; } while (is_digit(*digit));
    }
    if ((*digit | 0x20) == 'e') {
        digit++;
        if (*digit == '+' || *digit == '-') { digit++; }
        if (!is_digit(*digit)) { return nullptr; }
        do { digit++; } while (is_digit(*digit));
    }
    return digit;
}

/// Text that an unescaped string took in the text buffer.
struct Copied {
    csimdjson_status status;
    uint32_t stopped_at, size;
};

__attribute__((noinline)) Copied copy_unescaped(Scratch &scratch, uint32_t length, uint32_t open_quote,
                                                uint32_t close_quote, uint32_t text_length) {
    // Room for all the text that can ever come, so that nothing written so far has to move.
    if (text_length == 0 && !scratch.text.reserve(length + padding)) { return {CSIMDJSON_NO_MEMORY, open_quote, 0}; }
    const uint8_t *const document = scratch.document.data();
    const uint8_t *from = document + open_quote + 1;
    uint8_t *const start = scratch.text.data() + text_length;
    const uint8_t *const end = unescape(from, document + close_quote, start);
    if (end == nullptr) { return {CSIMDJSON_SYNTAX, static_cast<uint32_t>(from - document), 0}; }
    return {CSIMDJSON_OK, 0, static_cast<uint32_t>(end - start)};
}

}  // namespace

CSIMDJSON_INLINE csimdjson_status Walk::run() {
    if (!value(*cursor++)) { return status; }
    while (open != CSIMDJSON_NONE) {
        if (!(open_is_object ? member() : element())) { return status; }
    }
    if (cursor != sentinel) { fail(CSIMDJSON_SYNTAX, *cursor); }
    return status;
}

/// The next member of the open object, or its end.
CSIMDJSON_INLINE bool Walk::member() {
    uint32_t at = *cursor++;
    if (document[at] == '}') { return close_container(at); }
    if (open_count > 0) {
        if (document[at] != ',') { return fail(CSIMDJSON_SYNTAX, at); }
        at = *cursor++;
    }
    if (document[at] != '"') { return fail(CSIMDJSON_SYNTAX, at); }
    if (count >= nodes_max) { return fail(CSIMDJSON_TOO_MANY_NODES, at); }
    csimdjson_node &node = nodes[count];
    uint32_t close_quote;
    bool copied;
    if (!quoted(at, close_quote, node.name_text, node.name_length, copied)) { return false; }
    node.name_start = at;
    node.name_hash = name_hash((copied ? scratch.text.data() : document) + node.name_text, node.name_length);
    node.flags = copied ? CSIMDJSON_NAME_COPIED : 0;
    if (scratch.names.add(nodes, count, open, document, scratch.text.data()) != NameTable::Answer::unique) {
        return fail(CSIMDJSON_REPEATED_NAME, at);
    }
    at = *cursor++;
    if (document[at] != ':') { return fail(CSIMDJSON_SYNTAX, at); }
    return value(*cursor++);
}

/// The next element of the open array, or its end.
CSIMDJSON_INLINE bool Walk::element() {
    uint32_t at = *cursor++;
    if (document[at] == ']') { return close_container(at); }
    if (open_count > 0) {
        if (document[at] != ',') { return fail(CSIMDJSON_SYNTAX, at); }
        at = *cursor++;
    }
    return value(at);
}

CSIMDJSON_INLINE bool Walk::value(uint32_t at) {
    switch (document[at]) {
    case '"': {
        csimdjson_node *node;
        if (!append(at, CSIMDJSON_STRING, node)) { return false; }
        uint32_t close_quote;
        bool copied;
        if (!quoted(at, close_quote, node->text, node->count, copied)) { return false; }
        node->end = close_quote + 1;
        if (copied) { node->flags |= CSIMDJSON_TEXT_COPIED; }
        return true;
    }
    case '{': return open_container(at, CSIMDJSON_OBJECT);
    case '[': return open_container(at, CSIMDJSON_ARRAY);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': return number(at);
    case 't': return literal(at, "true", 4, CSIMDJSON_BOOL, CSIMDJSON_TRUE);
    case 'f': return literal(at, "false", 5, CSIMDJSON_BOOL, 0);
    case 'n': return literal(at, "null", 4, CSIMDJSON_NULL, 0);
    default: return fail(CSIMDJSON_SYNTAX, at);
    }
}

/// Adds a node behind the last one; a member's name has been put in place before.
CSIMDJSON_INLINE bool Walk::append(uint32_t at, uint8_t kind, csimdjson_node *&node) {
    if (count >= nodes_max) { return fail(CSIMDJSON_TOO_MANY_NODES, at); }
    node = &nodes[count];
    // Of the first child this writes into node 0, whose `next` close_container puts right again.
    nodes[previous].next = count;
    open_count += 1;
    if (!open_is_object) {
        node->name_start = CSIMDJSON_NONE;
        node->name_text = node->name_length = node->name_hash = 0;
        node->flags = 0;
    }
    node->start = at;
    node->next = 0;
    node->parent = open;
    node->kind = kind;
    previous = count;
    count += 1;
    return true;
}

CSIMDJSON_INLINE bool Walk::open_container(uint32_t at, uint8_t kind) {
    if (depth_left == 0) { return fail(CSIMDJSON_TOO_DEEP, at); }
    csimdjson_node *node;
    if (!append(at, kind, node)) { return false; }
    depth_left -= 1;
    node->text = at;
    if (open != CSIMDJSON_NONE) { nodes[open].count = open_count; }
    open = count - 1;
    open_count = 0;
    open_is_object = kind == CSIMDJSON_OBJECT;
    previous = 0;
    return true;
}

CSIMDJSON_INLINE bool Walk::close_container(uint32_t at) {
    csimdjson_node &node = nodes[open];
    node.end = at + 1;
    node.count = open_count;
    if (open_is_object && NameTable::is_crowded(node)) {
        uint32_t repeated = 0;
        switch (scratch.names.close(nodes, open, document, scratch.text.data(), repeated)) {
        case NameTable::Answer::unique: break;
        case NameTable::Answer::repeated: return fail(CSIMDJSON_REPEATED_NAME, nodes[repeated].name_start);
        case NameTable::Answer::no_memory: return fail(CSIMDJSON_NO_MEMORY, at);
        }
    }
    depth_left += 1;
    previous = open;
    open = node.parent;
    if (open == CSIMDJSON_NONE) {
        node.next = 0;
        return true;
    }
    open_count = nodes[open].count;
    open_is_object = nodes[open].kind == CSIMDJSON_OBJECT;
    return true;
}

/// A number. One of at most 16 digits, which is to say nearly every one, is measured from its end and checked at once.
CSIMDJSON_INLINE bool Walk::number(uint32_t at) {
    uint32_t end = *cursor;
    while (is_blank(document[end - 1])) { end--; }
    const uint32_t size = end - at;
    const bool is_short = size <= 8 ? are_digits(load8(document + at), size)
                                    : size <= 16 && are_digits(load8(document + at), 8) &&
                                          are_digits(load8(document + at + 8), size - 8);
    if (!is_short || (document[at] == '0' && size > 1)) {
        const uint8_t *const behind = end_of_number(document + at);
        // What does not reach to the blanks before the next structural character has something foreign behind it.
        if (behind != document + end) { return fail(CSIMDJSON_SYNTAX, at); }
    }
    csimdjson_node *node;
    if (!append(at, CSIMDJSON_NUMBER, node)) { return false; }
    node->end = end;
    node->text = at;
    node->count = end - at;
    return true;
}

CSIMDJSON_INLINE bool Walk::literal(uint32_t at, const char *word, uint32_t size, uint8_t kind, uint8_t flags) {
    const uint32_t end = at + size;
    // At the document's end this compares with padding, which no literal is made of; so `end` lies inside.
    if (memcmp(document + at, word, size) != 0) { return fail(CSIMDJSON_SYNTAX, at); }
    if (!endings.table[document[end]] && end != length) { return fail(CSIMDJSON_SYNTAX, at); }
    csimdjson_node *node;
    if (!append(at, kind, node)) { return false; }
    node->end = end;
    node->text = at;
    node->count = size;
    node->flags |= flags;
    return true;
}

/// Finds the end of the string that opens at `open_quote`, and its unescaped text.
///
/// Between a string and the next structural character stand only blanks, because anything else would be structural
/// itself; so its closing quote is found backwards from there, and the string is not gone through again.
CSIMDJSON_INLINE bool Walk::quoted(uint32_t open_quote, uint32_t &close_quote, uint32_t &text, uint32_t &text_size,
                                   bool &copied) {
    uint32_t close = *cursor - 1;
    while (is_blank(document[close])) { close--; }
    if (close <= open_quote || document[close] != '"') { return fail(CSIMDJSON_SYNTAX, open_quote); }
    close_quote = close;
    text = open_quote + 1;
    text_size = close - text;
    copied = backslash < close;
    if (copied) {
        const Copied copy = copy_unescaped(scratch, length, open_quote, close, text_length);
        if (copy.status != CSIMDJSON_OK) { return fail(copy.status, copy.stopped_at); }
        text = text_length;
        text_size = copy.size;
        text_length += copy.size;
        backslash = find_backslash(document, close, length);
    }
    return true;
}

}  // namespace csimdjson

namespace {

/// One block for nodes and text: the document's only allocation on this side.
csimdjson_result finish(const csimdjson::Scratch &scratch, const csimdjson::Walk &walk) {
    csimdjson_result result = {};
    const size_t node_bytes = size_t(walk.count) * sizeof(csimdjson_node);
    auto *const block = static_cast<uint8_t *>(malloc(node_bytes + walk.text_length));
    if (block == nullptr) {
        result.status = CSIMDJSON_NO_MEMORY;
        return result;
    }
    memcpy(block, scratch.nodes.data(), node_bytes);
    if (walk.text_length > 0) { memcpy(block + node_bytes, scratch.text.data(), walk.text_length); }
    result.nodes = reinterpret_cast<csimdjson_node *>(block);
    result.node_count = walk.count;
    result.text = block + node_bytes;
    result.text_length = walk.text_length;
    return result;
}

csimdjson_result parse(csimdjson::Scratch &scratch, const uint8_t *bytes, size_t length, uint32_t depth_max,
                       uint32_t nodes_max) {
    csimdjson_result result = {};
    result.status = scratch.index(bytes, length);
    if (result.status != CSIMDJSON_OK) { return result; }
    const uint32_t found = scratch.simd->n_structural_indexes;
    if (!scratch.nodes.reserve(found < nodes_max ? found : nodes_max) || !scratch.names.prepare(found)) {
        result.status = CSIMDJSON_NO_MEMORY;
        return result;
    }
    csimdjson::Walk walk(scratch, static_cast<uint32_t>(length), depth_max, nodes_max);
    result.status = walk.run();
    result.offset = walk.stopped_at;
    scratch.names.finish(walk.count);
    return result.status == CSIMDJSON_OK ? finish(scratch, walk) : result;
}

}  // namespace

csimdjson_result csimdjson_parse(const uint8_t *bytes, size_t length, uint32_t depth_max, uint32_t nodes_max) {
    static thread_local csimdjson::Scratch scratch;
    const csimdjson_result result = parse(scratch, bytes, length, depth_max, nodes_max);
    scratch.trim();
    return result;
}

void csimdjson_free(csimdjson_node *nodes) { free(nodes); }

uint32_t csimdjson_name_hash(const uint8_t *name, size_t length) {
    // From 8 bytes on the hash reads nothing behind the name.
    if (length >= 8) { return csimdjson::name_hash(name, length); }
    uint8_t padded[8] = {};
    if (length > 0) { memcpy(padded, name, length); }
    return csimdjson::name_hash(padded, length);
}
