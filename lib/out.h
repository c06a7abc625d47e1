/* A sink for characters: a port, a buffer or a file. Code that writes text takes a struct out and
 * need not know its kind. */
#ifndef LIB_OUT_H
#define LIB_OUT_H

#include <stddef.h>

struct out {
    void (*put)(struct out *out, char c);
};

/* A sink that writes to a buffer. Characters that do not fit are dropped. The text is always
 * NUL-terminated. */
struct out_buffer {
    struct out out;
    char *text;
    size_t capacity; /* bytes at text, the terminator included */
    size_t length;   /* characters written, at most capacity - 1 */
};

/* Makes buffer an empty sink over the capacity bytes at text (capacity >= 1). */
void out_buffer_init(struct out_buffer *buffer, char *text, size_t capacity);

#endif
