/* Compares and splits slices of text, and reads numbers from them. */
#include "lib/text.h"

#include "lib/string.h"

struct text text_of(const char *string)
{
    return (struct text){.at = string, .length = strlen(string)};
}

bool text_equal(struct text a, const char *string)
{
    return a.length == strlen(string) && text_starts_with(a, string);
}

bool text_starts_with(struct text a, const char *prefix)
{
    size_t length = strlen(prefix);

    /* An empty text may have a null pointer, which memcmp does not allow. */
    return length == 0 || (a.length >= length && memcmp(a.at, prefix, length) == 0);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void drop_first(struct text *text)
{
    text->at++;
    text->length--;
}

bool text_next_word(struct text *rest, struct text *word)
{
    while (rest->length > 0 && is_blank(*rest->at))
        drop_first(rest);
    if (rest->length == 0)
        return false;
    *word = (struct text){.at = rest->at};
    while (rest->length > 0 && !is_blank(*rest->at)) {
        drop_first(rest);
        word->length++;
    }
    return true;
}

bool text_index(struct text value, const char *names, uint64_t *index)
{
    struct text rest = text_of(names), name;
    for (*index = 0; text_next_word(&rest, &name); ++*index) {
        if (name.length == value.length && memcmp(name.at, value.at, name.length) == 0)
            return true;
    }
    return false;
}

bool text_split(struct text whole, char separator, struct text *before, struct text *after)
{
    struct text rest = whole;

    while (rest.length > 0 && *rest.at != separator)
        drop_first(&rest);
    *before = (struct text){.at = whole.at, .length = whole.length - rest.length};
    *after = rest;
    if (rest.length == 0)
        return false;
    drop_first(after);
    return true;
}

/* Returns the value of a digit in any base up to 16, or 16 if c is not a digit. */
static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return 16;
}

bool text_number(struct text text, uint64_t *value)
{
    unsigned base = 10;
    uint64_t sum = 0;

    if (text_starts_with(text, "0x")) {
        base = 16;
        drop_first(&text);
        drop_first(&text);
    }
    if (text.length == 0)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        unsigned digit = digit_value(text.at[i]);

        if (digit >= base || sum > (UINT64_MAX - digit) / base)
            return false;
        sum = sum * base + digit;
    }
    *value = sum;
    return true;
}
