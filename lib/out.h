/* Where characters go: a port, a buffer, a file. Whoever writes text takes a struct out, and does
 * not know which it is. */
#ifndef LIB_OUT_H
#define LIB_OUT_H

#include <stddef.h>

struct out {
    void (*put)(struct out *out, char c);
};

/* Writes into a buffer; what does not fit is dropped. The text is always NUL-terminated. */
struct out_buffer {
    struct out out;
    char *text;
    size_t capacity; /* bytes at text, the terminator included */
    size_t length;   /* characters written, at most capacity - 1 */
};

/* Makes buffer write to the capacity bytes at text (capacity >= 1), beginning empty. */
void out_buffer_init(struct out_buffer *buffer, char *text, size_t capacity);

#endif
