/* The kernel command line: kernel/options.def lists its words. Pure. */
#ifndef KERNEL_OPTIONS_H
#define KERNEL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/grants.h"
#include "kernel/result.h"
#include "kernel/serial/wish.h"
#include "lib/out.h"
#include "lib/text.h"

/* Values of the words that have choices, in the order of their rows. */
enum screen_mode { SCREEN_ON, SCREEN_OFF };
enum vmx_mode { VMX_HIDDEN, VMX_SHOWN };
enum beyond_mode { BEYOND_STOP, BEYOND_FAULT };
enum guest_mode {
    GUEST_REAL, /* needs an unrestricted guest */
    GUEST_32,   /* protected mode with paging: every processor can run it */
    GUEST_64,
};
enum audit_mode {
    AUDIT_STOP, /* findings refuse the VM entry */
    AUDIT_WARN, /* findings are printed, and the processor judges */
    AUDIT_OFF,  /* no audit */
};
enum below {
    BELOW_PROCESSOR, /* KVM runs on a processor */
    BELOW_BOCHS,     /* KVM runs on Bochs */
};
enum trace_mode {
    TRACE_AUTO, /* the kind of guest decides */
    TRACE_LIVE, /* print each exit before the guest continues */
    TRACE_RING, /* print the last exits when the guest has stopped */
};

enum { OPTIONS_OVERRIDES_MAX = 64 };

struct options {
    /* A member for each CHOICE, the index of the value, and for each NUMBER. */
#define CHOICE(name, values, initial, meaning)      uint64_t name;
#define NUMBER(name, least, most, initial, meaning) uint64_t name;
#define FORM(name, form, initial, meaning)
#define PREFIX(beginning, form, meaning)
#include "kernel/options.def"
#undef CHOICE
#undef NUMBER
#undef FORM
#undef PREFIX
    struct serial_wish serial;
    enum trace_mode trace;
    uint64_t trace_live; /* the number of exits of a round that TRACE_LIVE prints */
    struct grants grants;
    struct text override[OPTIONS_OVERRIDES_MAX]; /* words that change the VM entry */
    unsigned override_count;
};

/* The first wrong word, and everything that options_explain() needs. */
struct option_error {
    struct text word;
    const struct option *option; /* the option whose value is malformed; NULL: no such option */
    const char *guests;          /* as passed to options_parse() */
};

/* Parses a whole command line. guests: the kinds of guests, separated by blanks; options->guest is
 * an index into them, and the first is the default. *options starts from the defaults and takes
 * every right word, even if other words are wrong. If an option is given twice, the last one
 * counts. Returns false if any word is wrong; *error describes the first. */
bool options_parse(const char *command_line, const char *guests, struct options *options,
                   struct option_error *error);

/* Prints the wrong word, and what was expected instead. */
void options_explain(const struct option_error *error, struct out *out);

#endif
