/* Writes the lines of the serial contract. Every pair starts with a blank and the tag ends in a
 * colon, so that the first pair needs no special case. */
#include "lib/line.h"

#include "lib/fmt.h"

/* A sink that escapes characters for quoted text and passes them on to another sink. */
struct quoted {
    struct out out;
    struct out *to;
};

static bool is_printable(char c)
{
    return c >= ' ' && c <= '~';
}

static void quoted_put(struct out *out, char c)
{
    /* The sink is the first member of struct quoted, so both have the same address. */
    const struct quoted *quoted = (const struct quoted *)out;

    if (c == '"' || c == '\\')
        quoted->to->put(quoted->to, '\\');
    if (!is_printable(c))
        c = '?';
    quoted->to->put(quoted->to, c);
}

static bool is_token(const char *value)
{
    for (const char *at = value; *at != '\0'; at++) {
        if (!is_printable(*at) || *at == ' ' || *at == '"')
            return false;
    }
    return *value != '\0';
}

void line_begin(struct line *line, const char *tag)
{
    line_end(line);
    line->open = true;
    fmt_print(line->out, "%s:", tag);
}

void line_decimal(struct line *line, const char *key, uint64_t value)
{
    if (line->open)
        fmt_print(line->out, " %s=%llu", key, (unsigned long long)value);
}

void line_hex(struct line *line, const char *key, uint64_t value)
{
    if (line->open)
        fmt_print(line->out, " %s=%#llx", key, (unsigned long long)value);
}

void line_name(struct line *line, const char *key, const char *value)
{
    if (value == NULL || !is_token(value))
        line_text(line, key, "%s", value);
    else if (line->open)
        fmt_print(line->out, " %s=%s", key, value);
}

void line_text(struct line *line, const char *key, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    line_vtext(line, key, format, arguments);
    va_end(arguments);
}

void line_vtext(struct line *line, const char *key, const char *format, va_list arguments)
{
    struct quoted quoted = {.out = {.put = quoted_put}, .to = line->out};

    if (!line->open)
        return;
    fmt_print(line->out, " %s=\"", key);
    fmt_vprint(&quoted.out, format, arguments);
    fmt_print(line->out, "\"");
}

void line_end(struct line *line)
{
    if (!line->open)
        return;
    line->open = false;
    fmt_print(line->out, "\r\n");
}
