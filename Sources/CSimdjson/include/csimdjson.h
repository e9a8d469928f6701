// SPDX-License-Identifier: Apache-2.0
#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a node is; the order is that of `JSONKind` on the Swift side.
enum {
    CSIMDJSON_NULL = 0,
    CSIMDJSON_BOOL = 1,
    CSIMDJSON_NUMBER = 2,
    CSIMDJSON_STRING = 3,
    CSIMDJSON_ARRAY = 4,
    CSIMDJSON_OBJECT = 5
};

/// Bits of `csimdjson_node.flags`.
enum {
    /// `text` counts from the start of the text buffer, not of the document: the string had escapes.
    CSIMDJSON_TEXT_COPIED = 1,
    /// `name_text` counts from the start of the text buffer: the name had escapes.
    CSIMDJSON_NAME_COPIED = 2,
    /// The literal is `true`.
    CSIMDJSON_TRUE = 4
};

/// Stands in `parent` of the root and in `name_start` of what is not a member's value.
#define CSIMDJSON_NONE UINT32_MAX

/// One value of the document. All offsets are bytes. Nodes stand in document order, a container before its content.
typedef struct {
    /// First byte of the value, and the byte after its last.
    uint32_t start, end;
    /// Index of the next sibling; 0 where there is none (the root, 0, is nobody's sibling).
    uint32_t next;
    uint32_t parent;
    /// Scalars: where the text stands (strings: unescaped, without quotes).
    uint32_t text;
    /// Scalars: bytes of `text`. Containers: how many elements or members.
    uint32_t count;
    /// The member's name: its opening quote in the document, its unescaped text, and that text's hash.
    uint32_t name_start, name_text, name_length, name_hash;
    uint8_t kind, flags;
} csimdjson_node;

typedef enum {
    CSIMDJSON_OK = 0,
    /// Not JSON; `offset` is where the walk stopped, or 0 when the SIMD pass already refused the bytes.
    CSIMDJSON_SYNTAX = 1,
    /// `offset` is the repeated name's opening quote.
    CSIMDJSON_REPEATED_NAME = 2,
    CSIMDJSON_TOO_DEEP = 3,
    CSIMDJSON_TOO_MANY_NODES = 4,
    CSIMDJSON_NO_MEMORY = 5
} csimdjson_status;

typedef struct {
    csimdjson_status status;
    uint32_t offset;
    /// One block that holds the nodes and, right behind them, the text buffer; NULL unless `status` is OK.
    csimdjson_node *nodes;
    uint32_t node_count;
    uint8_t *text;
    uint32_t text_length;
} csimdjson_result;

/// Reads one JSON text (RFC 8259) and lays its nodes out flat.
///
/// The result refers to `bytes` by offset only. `length` must be below `UINT32_MAX - 64`. Safe on any thread.
csimdjson_result csimdjson_parse(const uint8_t *bytes, size_t length, uint32_t depth_max, uint32_t nodes_max);

/// Gives the block of a result back; NULL is allowed.
void csimdjson_free(csimdjson_node *nodes);

/// The hash that `name_hash` holds for a name of these unescaped bytes.
uint32_t csimdjson_name_hash(const uint8_t *name, size_t length);

/// One step of a path from a node on: to a member by its name, or to an element by its position.
typedef struct {
    uint32_t name_hash, name_start, name_length;
    /// Negative from the end.
    int32_t position;
    /// Where the node's index is stored; -1 where paths only lead through it.
    int32_t slot;
    /// The level of the steps behind it; -1 where no path leads on.
    int32_t level;
    uint8_t is_used;
} csimdjson_branch;

/// All steps that lead on from one node.
typedef struct {
    /// A hash table of names within the branches, `mask` + 1 long and at most half used; how many names there are.
    uint32_t start, mask, names;
    /// The positions within the branches.
    uint32_t positions_start, positions_end;
} csimdjson_level;

/// Many paths from one node; the first level is where they start.
typedef struct {
    const csimdjson_branch *branches;
    const csimdjson_level *levels;
    uint32_t level_count;
    /// The names, one behind the other.
    const uint8_t *names;
} csimdjson_paths;

/// Finds the nodes of many paths in one walk; stores the index of each in its slot and leaves the others as they are.
///
/// - document, text: the text that was parsed and the result's text buffer.
/// - start: the node where the paths start, within bounds.
void csimdjson_find(const csimdjson_node *nodes, const uint8_t *document, const uint8_t *text, uint32_t start,
                    const csimdjson_paths *paths, uint32_t *found);

#ifdef __cplusplus
}
#endif
#endif
