/* Which exits of a round are printed, and when. Pure. */
#ifndef VMX_EXIT_TRACE_CHOICE_H
#define VMX_EXIT_TRACE_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/options.h"

struct trace_choice {
    bool ring;     /* keep the last exits in memory and print them at the end */
    uint64_t live; /* exits of a round to print as they come */
};

/* What the words of the command line ask for. By trace=auto a guest that is untraced prints no
 * exits, and the ring is for a guest that makes many HLT exits, exits_max of them. */
struct trace_choice trace_choose(const struct options *options, bool untraced, uint64_t exits_max);

#endif
