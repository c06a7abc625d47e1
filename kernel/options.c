/* The kernel command line: a table of names, each with the function that reads its value. */
#include "kernel/options.h"

#include "lib/bits.h"
#include "lib/fmt.h"

static bool parse_serial(struct text value, struct options *options)
{
    return serial_wish_parse(value, &options->serial);
}

/* Looks value up in count names; *choice is its index. */
static bool choose(struct text value, const char *const *names, unsigned count, unsigned *choice)
{
    for (*choice = 0; *choice < count; ++*choice) {
        if (text_equal(value, names[*choice]))
            return true;
    }
    return false;
}

/* *second says which one it is. */
static bool choose_either(struct text value, const char *first, const char *other, bool *second)
{
    const char *const names[] = {first, other};
    unsigned choice;
    if (!choose(value, names, ARRAY_COUNT(names), &choice))
        return false;
    *second = choice == 1;
    return true;
}

static bool parse_screen(struct text value, struct options *options)
{
    return choose_either(value, "on", "off", &options->screen_off);
}

static bool parse_guest(struct text value, struct options *options)
{
    static const char *const guests[] = {[GUEST_HLT] = "hlt",
                                         [GUEST_FUZZ] = "fuzz",
                                         [GUEST_FLAT] = "flat",
                                         [GUEST_SELF] = "self",
                                         [GUEST_BENCH] = "bench"};
    unsigned guest;
    if (!choose(value, guests, ARRAY_COUNT(guests), &guest))
        return false;
    options->guest = (enum guest_kind)guest;
    return true;
}

static bool parse_mode(struct text value, struct options *options)
{
    static const char *const modes[] = {
        [GUEST_REAL] = "real", [GUEST_32] = "32", [GUEST_64] = "64"};
    unsigned mode;
    if (!choose(value, modes, ARRAY_COUNT(modes), &mode))
        return false;
    options->mode = (enum guest_mode)mode;
    return true;
}

static bool parse_audit(struct text value, struct options *options)
{
    static const char *const modes[] = {
        [AUDIT_STOP] = "stop", [AUDIT_WARN] = "warn", [AUDIT_OFF] = "off"};
    unsigned mode;
    if (!choose(value, modes, ARRAY_COUNT(modes), &mode))
        return false;
    options->audit = (enum audit_mode)mode;
    return true;
}

static bool parse_below(struct text value, struct options *options)
{
    static const char *const names[] = {[BELOW_PROCESSOR] = "processor", [BELOW_BOCHS] = "bochs"};
    unsigned below;
    if (!choose(value, names, ARRAY_COUNT(names), &below))
        return false;
    options->below = (enum below)below;
    return true;
}

static bool parse_beyond(struct text value, struct options *options)
{
    return choose_either(value, "stop", "fault", &options->beyond_faults);
}

static bool parse_vmx(struct text value, struct options *options)
{
    return choose_either(value, "hidden", "shown", &options->vmx_shown);
}

static bool parse_ports(struct text value, struct options *options)
{
    return grants_parse_ports(value, &options->grants);
}

static bool parse_msrs(struct text value, struct options *options)
{
    return grants_parse_msrs(value, &options->grants);
}

/* A number is how many are printed live. */
static bool parse_trace(struct text value, struct options *options)
{
    static const char *const modes[] = {
        [TRACE_AUTO] = "auto", [TRACE_LIVE] = "live", [TRACE_RING] = "ring"};
    unsigned mode;
    uint64_t live = UINT64_MAX;
    if (!choose(value, modes, ARRAY_COUNT(modes), &mode)) {
        mode = TRACE_LIVE;
        if (!text_number(value, &live))
            return false;
    }
    options->trace = (enum trace_mode)mode;
    options->trace_live = live;
    return true;
}

static bool parse_end(struct text value, struct options *options)
{
    static const char *const ends[] = {"halt", "reboot", "poweroff", "debugexit"};
    unsigned end;
    if (!choose(value, ends, ARRAY_COUNT(ends), &end))
        return false;
    options->end = (enum end_action)(END_HALT + end);
    return true;
}

static bool parse_number(struct text value, uint64_t least, uint64_t most, uint64_t *number)
{
    uint64_t read;
    if (!text_number(value, &read) || read < least || read > most)
        return false;
    *number = read;
    return true;
}

#define CHOICE(name, parser, expected)
#define NUMBER(name, least, most, initial)                                                         \
    static bool parse_##name(struct text value, struct options *options)                           \
    {                                                                                              \
        return parse_number(value, UINT64_C(least), UINT64_C(most), &options->name);               \
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
    .serial = {.kind = SERIAL_AUTO},
    .mode = GUEST_64,
    .trace_live = UINT64_MAX,
#define CHOICE(name, parser, expected)
#define NUMBER(name, least, most, initial) .name = UINT64_C(initial),
#include "kernel/options.def"
#undef CHOICE
#undef NUMBER
};

static bool is_override(struct text word)
{
    return text_starts_with(word, "control.") || text_starts_with(word, "vmcs.") ||
           text_starts_with(word, "entry.") || text_starts_with(word, "memory.");
}

static bool keep_override(struct text word, struct options *options, struct option_error *error)
{
    error->expected = "at most 64 words that change the VMCS";
    if (options->override_count == OPTIONS_OVERRIDES_MAX)
        return false;
    options->override[options->override_count++] = word;
    return true;
}

static bool parse_word(struct text word, struct options *options, struct option_error *error)
{
    struct text name, value;
    (void)text_split(word, '=', &name, &value);
    *error = (struct option_error){.word = word};
    if (is_override(word))
        return keep_override(word, options, error);
    for (unsigned i = 0; i < ARRAY_COUNT(table); i++) {
        if (text_equal(name, table[i].name)) {
            error->expected = table[i].expected;
            return table[i].parse(value, options); /* none takes an empty value */
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
        fmt_print(out, "%s ", table[i].name);
    fmt_print(out, "control.<NAME> vmcs.<FIELD> memory.<address> entry.AFTER_MOV_SS");
}
