/* The kernel command line. Pure. */
#ifndef KERNEL_OPTIONS_H
#define KERNEL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/result.h"
#include "kernel/serial.h"
#include "lib/out.h"
#include "lib/text.h"

enum guest_kind {
    GUEST_HLT,
};

struct options {
    struct serial_setting serial;
    enum guest_kind guest;
    enum end_action end;
    uint64_t pages;  /* of the HLT guest, 4 KiB each */
    uint64_t exits;  /* after which the guest is stopped */
    uint64_t repeat; /* rounds of VMXON to VMXOFF */
};

/* The word that is wrong, and what could stand there. */
struct option_error {
    struct text word;
    bool unknown;         /* no option has that name */
    const char *expected; /* for a malformed value */
};

/* Reads a whole command line; *options starts from the defaults and holds all that was right even
 * where something else is wrong. Returns false at the first wrong word. Of a word given twice, the
 * last counts. */
bool options_parse(const char *command_line, struct options *options, struct option_error *error);

/* The names of all options, separated by blanks, for a message. */
void options_print_names(struct out *out);

#endif
