/* Slices of text, and functions that read words, key=value pairs and numbers from them. */
#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `length` characters at `at`, not NUL-terminated. */
struct text {
    const char *at;
    size_t length;
};

struct text text_of(const char *string);
bool text_equal(struct text a, const char *string);
bool text_starts_with(struct text a, const char *prefix);

/* Looks for value in names, a list of words separated by blanks. Returns true and sets *index,
 * counted from 0, if value is one of them. */
bool text_index(struct text value, const char *names, uint64_t *index);

/* Moves the next word (a run of characters other than blank and tab) from the front of *rest to
 * *word. Returns false and leaves *word unchanged if no word is left. */
bool text_next_word(struct text *rest, struct text *word);

/* Splits whole at its first separator into *before and *after. Without a separator, returns false
 * and sets *before to the whole text and *after to an empty text. */
bool text_split(struct text whole, char separator, struct text *before, struct text *after);

/* Reads the whole text as an unsigned number: decimal, or hexadecimal with 0x. Returns false and
 * leaves *value unchanged if the text is empty, has a character that is not a digit, or exceeds 64
 * bits. */
bool text_number(struct text text, uint64_t *value);

#endif
