/* Prints lines of the log to a buffer and parses them with the grammar of docs/serial.md. A
 * violation of the grammar fails the test. */
#ifndef TESTS_UNIT_LOG_LINES_H
#define TESTS_UNIT_LOG_LINES_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/line.h"
#include "lib/out.h"
#include "tests/unit/unit.h"

enum {
    LOG_BYTES = 65536,
    LOG_LINES_MAX = 256,
    LOG_PAIRS_MAX = 32,
    LOG_VALUE_MAX = 512,
};

struct log_pair {
    char key[64];
    char value[LOG_VALUE_MAX]; /* quotes and escapes removed */
    bool quoted;
};

struct log_line {
    char tag[32];
    unsigned count;
    struct log_pair pair[LOG_PAIRS_MAX];
};

static struct {
    char text[LOG_BYTES];
    struct out_buffer buffer;
    struct line line;
    unsigned count; /* valid after log_parse() */
    struct log_line at[LOG_LINES_MAX];
} log_lines;

/* Returns a line to print to. Discards earlier output. */
static inline struct line *log_begin(void)
{
    out_buffer_init(&log_lines.buffer, log_lines.text, sizeof log_lines.text);
    log_lines.line = (struct line){.out = &log_lines.buffer.out};
    return &log_lines.line;
}

/* Copies a run of lower-case letters, digits and underscores to `word`. Returns the position after
 * it. */
static inline const char *log_word(const char *at, char *word, size_t size)
{
    size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789_");
    assert_in_range(length, 1, size - 1);
    memcpy(word, at, length);
    word[length] = '\0';
    return at + length;
}

static inline const char *log_value(const char *at, struct log_pair *pair)
{
    size_t length = 0;
    pair->quoted = *at == '"';
    at += pair->quoted;
    while (pair->quoted ? *at != '"' : *at != ' ' && *at != '\r') {
        assert_in_range((unsigned char)*at, ' ', '~');
        if (pair->quoted && *at == '\\') {
            at++;
            assert_true(*at == '"' || *at == '\\');
        } else if (!pair->quoted) {
            assert_int_not_equal(*at, '"');
        }
        assert_in_range(length, 0, LOG_VALUE_MAX - 2);
        pair->value[length++] = *at++;
    }
    pair->value[length] = '\0';
    assert_true(pair->quoted || length > 0);
    return at + pair->quoted;
}

/* Parses one line. Returns the position of the next. */
static inline const char *log_parse_line(const char *at, struct log_line *line)
{
    at = log_word(at, line->tag, sizeof line->tag);
    assert_int_equal(*at++, ':');
    line->count = 0;
    do {
        struct log_pair *pair = &line->pair[line->count];
        assert_in_range(line->count, 0, LOG_PAIRS_MAX - 1);
        assert_int_equal(*at++, ' ');
        at = log_word(at, pair->key, sizeof pair->key);
        assert_int_equal(*at++, '=');
        at = log_value(at, pair);
        for (unsigned i = 0; i < line->count; i++)
            assert_string_not_equal(line->pair[i].key, pair->key);
        line->count++;
    } while (*at != '\r');
    assert_int_equal(at[1], '\n');
    return at + 2;
}

/* Parses all printed lines. */
static inline void log_parse(void)
{
    const char *at = log_lines.text;
    assert_false(log_lines.line.open);
    assert_in_range(log_lines.buffer.length, 0, LOG_BYTES - 2);
    for (log_lines.count = 0; *at != '\0'; log_lines.count++) {
        assert_in_range(log_lines.count, 0, LOG_LINES_MAX - 1);
        at = log_parse_line(at, &log_lines.at[log_lines.count]);
    }
}

/* Returns the pair with that key in line number `index`, or NULL if there is none. */
static inline const struct log_pair *log_find(unsigned index, const char *key)
{
    const struct log_line *line = &log_lines.at[index];
    assert_in_range(index, 0, log_lines.count - 1);
    for (unsigned i = 0; i < line->count; i++) {
        if (strcmp(line->pair[i].key, key) == 0)
            return &line->pair[i];
    }
    return NULL;
}

static inline const char *log_text(unsigned index, const char *key)
{
    const struct log_pair *pair = log_find(index, key);
    if (!pair)
        fail_msg("line %u, %s: no key %s", index, log_lines.at[index].tag, key);
    return pair->value;
}

/* Return the value of a decimal number, or of a hexadecimal number with 0x. */
static inline uint64_t log_decimal(unsigned index, const char *key)
{
    const char *text = log_text(index, key);
    assert_int_equal(strspn(text, "0123456789"), strlen(text));
    return strtoull(text, NULL, 10);
}

static inline uint64_t log_hex(unsigned index, const char *key)
{
    const char *text = log_text(index, key);
    assert_int_equal(strncmp(text, "0x", 2), 0);
    assert_int_equal(strspn(text + 2, "0123456789abcdef"), strlen(text + 2));
    return strtoull(text + 2, NULL, 16);
}

/* Asserts that the keys of a line begin with these in this order. In `keys`, a blank follows each
 * key. */
static inline void log_assert_keys(unsigned index, const char *tag, const char *keys)
{
    char found[1024] = "";
    const struct log_line *line = &log_lines.at[index];
    assert_in_range(index, 0, log_lines.count - 1);
    assert_string_equal(line->tag, tag);
    for (unsigned i = 0; i < line->count && strlen(found) < strlen(keys); i++) {
        strcat(found, line->pair[i].key);
        strcat(found, " ");
    }
    assert_string_equal(found, keys);
}

#endif
