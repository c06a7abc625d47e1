/* A sink that stores text in a buffer. */
#include "lib/out.h"

static void out_buffer_put(struct out *out, char c)
{
    /* The sink is the first member of struct out_buffer, so both have the same address. */
    struct out_buffer *buffer = (struct out_buffer *)out;

    if (buffer->length + 1 >= buffer->capacity)
        return;
    buffer->text[buffer->length++] = c;
    buffer->text[buffer->length] = '\0';
}

void out_buffer_init(struct out_buffer *buffer, char *text, size_t capacity)
{
    *buffer = (struct out_buffer){
        .out = {.put = out_buffer_put},
        .text = text,
        .capacity = capacity,
    };
    text[0] = '\0';
}
