/* Slices of text and what is read from them: the words of a command line, key=value, numbers. */
#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* length characters at `at`, not NUL-terminated. */
struct text {
    const char *at;
    size_t length;
};

struct text text_of(const char *string);
bool text_equal(struct text a, const char *string);
bool text_starts_with(struct text a, const char *prefix);

/* Finds value among names, which are separated by blanks; *index counts from 0. */
bool text_index(struct text value, const char *names, uint64_t *index);

/* Cuts the next word (a run of characters other than blank and tab) off the front of rest.
 * Returns false, and leaves *word alone, where no word is left. */
bool text_next_word(struct text *rest, struct text *word);

/* Splits at the first separator: *before is what stands before it, *after what follows. Returns
 * false where there is none: *before is then the whole text and *after is empty. */
bool text_split(struct text whole, char separator, struct text *before, struct text *after);

/* Reads a whole text as an unsigned number, decimal or hexadecimal with 0x. Returns false for an
 * empty text, a foreign character or more than 64 bits; *value is then left alone. */
bool text_number(struct text text, uint64_t *value);

#endif
