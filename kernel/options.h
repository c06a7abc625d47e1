/* The kernel command line. Pure. */
#ifndef KERNEL_OPTIONS_H
#define KERNEL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/grants.h"
#include "kernel/result.h"
#include "kernel/serial/wish.h"
#include "lib/out.h"
#include "lib/text.h"
#include "vmx/audit/verdict.h"
#include "vmx/guests/flat.h"

enum guest_kind {
    GUEST_HLT,
    GUEST_FUZZ,  /* the HLT guest's VMCS, mutated */
    GUEST_FLAT,  /* a binary of one's own */
    GUEST_SELF,  /* the running kernel */
    GUEST_BENCH, /* the same, and it measures */
};

/* What the audit's findings do (vmx/audit/audit.h). */
enum audit_mode {
    AUDIT_STOP, /* refuse the entry */
    AUDIT_WARN, /* are printed, and the processor judges */
    AUDIT_OFF,  /* are not asked for */
};

/* How exits are told. */
enum trace_mode {
    TRACE_AUTO, /* live where they are few, else by a ring */
    TRACE_LIVE, /* each is printed before the guest goes on */
    TRACE_RING, /* the last of a round are printed when the guest has stopped: vmx/exit/ring.h */
};

enum { OPTIONS_OVERRIDES_MAX = 64 };

struct options {
    struct serial_wish serial;
    bool screen_off;
    enum guest_kind guest;
    enum end_action end;
    enum audit_mode audit;
    enum below below;
    enum guest_mode mode; /* of the flat guest, */
    uint64_t mem;         /* and its memory, MiB */
    uint64_t pages;       /* of the HLT guest, 4 KiB each */
    uint64_t exits;       /* after which the guest is stopped */
    uint64_t count;       /* random mutations of the fuzz guest, */
    uint64_t seed;        /* and what fixes them */
    uint64_t repeat;      /* rounds of VMXON to VMXOFF */
    enum trace_mode trace;
    uint64_t trace_live; /* exits of a round that are printed live, of those that the mode prints */
    uint64_t records;    /* of the ring, at least */
    uint64_t step;       /* instructions of a round after each of which there is an exit */
    uint64_t checksum;   /* 1: the host's memory is compared before and after each round */
    uint64_t budget;     /* milliseconds that a round may take; 0: as long as it likes */
    bool vmx_shown;      /* the guest sees VMX, which it cannot turn on */
    bool beyond_faults;  /* an access beyond the guest's memory is #GP(0) and no end */
    struct grants grants; /* ports and MSRs of the machine that the guest has to itself */
    /* Words that change the VMCS, as they stand: vmx/override.h reads them. */
    struct text override[OPTIONS_OVERRIDES_MAX];
    unsigned override_count;
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
