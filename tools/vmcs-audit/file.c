/* Reads files. */
#include "tools/vmcs-audit/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads the rest of the file. On an error, returns NULL and sets errno. */
static char *read_all(FILE *file, size_t *length)
{
    size_t capacity = 64 << 10;
    char *bytes = malloc(capacity);
    *length = 0;
    while (bytes) {
        *length += fread(bytes + *length, 1, capacity - *length, file);
        if (ferror(file)) {
            free(bytes);
            return NULL;
        }
        if (*length < capacity || *length > FILE_SIZE_MAX)
            return bytes;
        capacity *= 2;
        char *more = realloc(bytes, capacity);
        if (!more)
            free(bytes);
        bytes = more;
    }
    return NULL;
}

bool file_read(const char *path, struct text *bytes, struct problem *problem)
{
    size_t length = 0;
    FILE *file = path ? fopen(path, "rbe") : stdin;
    char *all = file ? read_all(file, &length) : NULL;
    int error = errno;
    if (file && path)
        (void)fclose(file);
    if (!all) {
        problem_note(problem, 0, "%s", strerror(error));
        return false;
    }
    if (length > FILE_SIZE_MAX) {
        free(all);
        problem_note(problem, 0, "expected at most %zu bytes, found more", FILE_SIZE_MAX);
        return false;
    }
    *bytes = (struct text){all, length};
    return true;
}

void file_free(struct text bytes)
{
    /* file_read() allocated the buffer, so the const of struct text may be cast away. */
    free((void *)(uintptr_t)bytes.at);
}
