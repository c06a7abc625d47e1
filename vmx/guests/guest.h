/* The kinds of guests. A new kind is a row of vmx/guests/guests.def and a file with its struct
 * guest. */
#ifndef VMX_GUESTS_GUEST_H
#define VMX_GUESTS_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/options.h"
#include "kernel/result.h"
#include "lib/out.h"
#include "lib/pagetable.h"
#include "vmx/exit/vcpu.h"
#include "vmx/guests/site.h"
#include "vmx/run/run.h"

/* What HLT does in a guest. */
enum guest_hlt {
    HLT_WAITS,   /* waits for an interrupt */
    HLT_COUNTED, /* does nothing but exit; after exits= of them the guest has passed */
    HLT_FREE,    /* does nothing but exit, as often as the guest likes */
};

struct guest {
    const char *name; /* in guest= of the command line */
    enum guest_hlt hlt;
    bool untraced; /* trace=auto prints no exits */
    /* Returns true if this kind of guest supports the options. Otherwise writes the reason to why.
     * NULL: it supports all. */
    bool (*allows)(const struct options *options, struct out *why);
    /* Takes memory and maps it. Fills in site->wishes, and in site->plan the guest state and the
     * intercepts. */
    enum pagetable_status (*build)(struct guest_site *site, struct vcpu *vcpu);
    /* Restores the guest's memory for the next round. NULL: a round does not change it. */
    void (*rebuild)(const struct guest_site *site, struct vcpu *vcpu);
    /* Carries out one round. NULL: run_round(). */
    enum result_code (*round)(const struct guest_site *site, struct vcpu *vcpu, struct run *run,
                              struct out *why);
    struct guest_answers answers;
};

/* The kinds of guests, indexed by options->guest, and their names in that order, with a blank after
 * each. */
extern const struct guest *const guests[];
extern const char guest_names[];

/* Builds the guest, prepares vcpu for it and prints the `ept` line. If something is missing, ends
 * the machine with a result line that says what. */
void guest_build(const struct guest *guest, struct guest_site *site, struct vcpu *vcpu);

/* Carries out all rounds that the options ask for and prints the `stats` lines. Writes the reason
 * for the result to result_why(). */
enum result_code guest_rounds(const struct guest *guest, const struct guest_site *site,
                              struct vcpu *vcpu, struct run *run);

#endif
