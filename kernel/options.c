/* The kernel command line: a table of names, each with the function that reads its value. */
#include "kernel/options.h"

#include "lib/bits.h"
#include "lib/fmt.h"

static bool parse_serial(struct text value, struct options *options)
{
    struct serial_setting setting = serial_default;
    struct text port_text, baud_text;
    uint64_t port, baud = setting.baud;
    if (text_equal(value, "none")) {
        options->serial.port = 0;
        return true;
    }
    if (text_split(value, ',', &port_text, &baud_text) && !text_number(baud_text, &baud))
        return false;
    if (!text_number(port_text, &port) || port == 0 || port > 0xfff8)
        return false;
    if (baud < 300 || baud > 115200 || 115200 % baud != 0)
        return false;
    options->serial = (struct serial_setting){(uint16_t)port, (uint32_t)baud};
    return true;
}

static bool parse_guest(struct text value, struct options *options)
{
    options->guest = GUEST_HLT;
    return text_equal(value, "hlt");
}

static bool parse_end(struct text value, struct options *options)
{
    static const struct {
        const char *name;
        enum end_action action;
    } ends[] = {
        {"halt", END_HALT},
        {"reboot", END_REBOOT},
        {"poweroff", END_POWEROFF},
        {"debugexit", END_DEBUGEXIT},
    };
    for (unsigned i = 0; i < ARRAY_COUNT(ends); i++) {
        if (text_equal(value, ends[i].name)) {
            options->end = ends[i].action;
            return true;
        }
    }
    return false;
}

#define CHOICE(name, parser, expected)
#define NUMBER(name, least, most, initial)                                                         \
    static bool parse_##name(struct text value, struct options *options)                           \
    {                                                                                              \
        uint64_t number;                                                                           \
        if (!text_number(value, &number) || number < (least) || number > (most))                   \
            return false;                                                                          \
        options->name = number;                                                                    \
        return true;                                                                               \
    }
#include "kernel/options.def"
#undef CHOICE
#undef NUMBER

static const struct option {
    const char *name;
    bool (*parse)(struct text value, struct options *options);
    const char *expected;
} table[] = {
#define CHOICE(name, parser, expected) {#name, parse_##parser, expected},
#define NUMBER(name, least, most, initial)                                                         \
    {#name, parse_##name, "a number from " #least " to " #most},
#include "kernel/options.def"
#undef CHOICE
#undef NUMBER
};

static const struct options defaults = {
    .serial = {.port = 0x3f8, .baud = 115200},
#define CHOICE(name, parser, expected)
#define NUMBER(name, least, most, initial) .name = (initial),
#include "kernel/options.def"
#undef CHOICE
#undef NUMBER
};

static bool parse_word(struct text word, struct options *options, struct option_error *error)
{
    struct text name, value;
    bool has_value = text_split(word, '=', &name, &value);
    *error = (struct option_error){.word = word};
    for (unsigned i = 0; i < ARRAY_COUNT(table); i++) {
        if (text_equal(name, table[i].name)) {
            error->expected = table[i].expected;
            return has_value && table[i].parse(value, options);
        }
    }
    error->unknown = true;
    return false;
}

bool options_parse(const char *command_line, struct options *options, struct option_error *error)
{
    struct text rest = text_of(command_line), word;
    struct option_error first = {0};
    bool good = true;
    *options = defaults;
    while (text_next_word(&rest, &word)) {
        struct option_error found;
        if (!parse_word(word, options, &found) && good) {
            first = found;
            good = false;
        }
    }
    *error = first;
    return good;
}

void options_print_names(struct out *out)
{
    for (unsigned i = 0; i < ARRAY_COUNT(table); i++)
        fmt_print(out, "%s%s", i == 0 ? "" : " ", table[i].name);
}
