/* Parsing the command line by the rows of kernel/options.def. */
#include "kernel/options.h"

#include <stddef.h>

#include "lib/bits.h"
#include "lib/fmt.h"

struct option {
    const char *name;
    enum { CHOICE, NUMBER, FORM, PREFIX } kind;
    const char *form; /* the values of a choice; else the form of the word or value, for messages */
    uint64_t least, most;
    size_t member; /* offset in struct options, for a choice or a number */
    bool (*parse)(struct text value, struct options *options);
};

/* ---- Parsers of FORM rows -------------------------------------------------------------------- */

static bool parse_serial(struct text value, struct options *options)
{
    return serial_wish_parse(value, &options->serial);
}

static bool parse_ports(struct text value, struct options *options)
{
    return grants_parse_ports(value, &options->grants);
}

static bool parse_msrs(struct text value, struct options *options)
{
    return grants_parse_msrs(value, &options->grants);
}

static bool parse_trace(struct text value, struct options *options)
{
    uint64_t mode = TRACE_LIVE, live = UINT64_MAX;
    if (!text_index(value, "auto live ring", &mode)) {
        mode = TRACE_LIVE;
        if (!text_number(value, &live))
            return false;
    }
    options->trace = (enum trace_mode)mode;
    options->trace_live = live;
    return true;
}

/* ---- The table ------------------------------------------------------------------------------- */

#define GUESTS NULL /* the caller of options_parse() passes them */

static const struct option table[] = {
#define CHOICE(name, values, initial, meaning)                                                     \
    {#name, CHOICE, values, 0, 0, offsetof(struct options, name), NULL},
#define NUMBER(name, least, most, initial, meaning)                                                \
    {#name, NUMBER, NULL, UINT64_C(least), UINT64_C(most), offsetof(struct options, name), NULL},
#define FORM(name, form, initial, meaning) {#name, FORM, form, 0, 0, 0, parse_##name},
#define PREFIX(beginning, form, meaning)   {beginning, PREFIX, form, 0, 0, 0, NULL},
#include "kernel/options.def"
#undef CHOICE
#undef NUMBER
#undef FORM
#undef PREFIX
};

static const struct options defaults = {
#define CHOICE(name, values, initial, meaning)      .name = (initial),
#define NUMBER(name, least, most, initial, meaning) .name = UINT64_C(initial),
#define FORM(name, form, initial, meaning)
#define PREFIX(beginning, form, meaning)
#include "kernel/options.def"
#undef CHOICE
#undef NUMBER
#undef FORM
#undef PREFIX
    .serial = {.kind = SERIAL_AUTO},
    .trace_live = UINT64_MAX,
};

/* ---- Reading --------------------------------------------------------------------------------- */

static const struct option *find(struct text word, struct text name)
{
    for (unsigned i = 0; i < ARRAY_COUNT(table); i++) {
        if (table[i].kind == PREFIX ? text_starts_with(word, table[i].name)
                                    : text_equal(name, table[i].name))
            return &table[i];
    }
    return NULL;
}

static const char *values_of(const struct option *option, const char *guests)
{
    return option->form != GUESTS ? option->form : guests;
}

static bool keep_override(struct text word, struct options *options)
{
    if (options->override_count == OPTIONS_OVERRIDES_MAX)
        return false;
    options->override[options->override_count++] = word;
    return true;
}

static bool parse_word(struct text word, const char *guests, struct options *options,
                       struct option_error *error)
{
    struct text name, value;
    uint64_t number;
    (void)text_split(word, '=', &name, &value);
    const struct option *option = find(word, name);
    *error = (struct option_error){word, option, guests};
    if (option == NULL)
        return false;
    uint64_t *member = (uint64_t *)((uintptr_t)options + option->member);
    switch (option->kind) {
    case FORM:
        return option->parse(value, options); /* no parser accepts an empty value */
    case PREFIX:
        return keep_override(word, options);
    case CHOICE:
        if (!text_index(value, values_of(option, guests), &number))
            return false;
        break;
    case NUMBER:
        if (!text_number(value, &number) || number < option->least || number > option->most)
            return false;
        break;
    }
    *member = number;
    return true;
}

bool options_parse(const char *command_line, const char *guests, struct options *options,
                   struct option_error *error)
{
    struct text rest = text_of(command_line), word;
    struct option_error first = {0};
    bool good = true;
    *options = defaults;
    while (text_next_word(&rest, &word)) {
        struct option_error found;
        if (!parse_word(word, guests, options, &found) && good) {
            first = found;
            good = false;
        }
    }
    *error = first;
    return good;
}

/* ---- Explaining ------------------------------------------------------------------------------ */

static void print_all(struct out *out)
{
    fmt_print(out, "no such option; there are");
    for (unsigned i = 0; i < ARRAY_COUNT(table); i++)
        fmt_print(out, " %s", table[i].kind == PREFIX ? table[i].form : table[i].name);
}

/* Prints "a, b or c" for "a b c". */
static void print_values(const char *values, struct out *out)
{
    struct text rest = text_of(values), value, next;
    const char *separator = "";
    while (text_next_word(&rest, &value)) {
        struct text after = rest;
        fmt_print(out, "%s%.*s", separator, (int)value.length, value.at);
        (void)text_next_word(&after, &next);
        separator = text_next_word(&after, &next) ? ", " : " or ";
    }
}

void options_explain(const struct option_error *error, struct out *out)
{
    const struct option *option = error->option;
    fmt_print(out, "%.*s: ", (int)error->word.length, error->word.at);
    if (option == NULL) {
        print_all(out);
        return;
    }
    fmt_print(out, "expected ");
    switch (option->kind) {
    case CHOICE:
        print_values(values_of(option, error->guests), out);
        break;
    case NUMBER:
        fmt_print(out, "a number from %llu to %llu", (unsigned long long)option->least,
                  (unsigned long long)option->most);
        break;
    case FORM:
        fmt_print(out, "%s", option->form);
        break;
    case PREFIX:
        fmt_print(out, "at most %u words that change the VM entry", OPTIONS_OVERRIDES_MAX);
        break;
    }
}
