/* Decides which exits of a round are printed, and when. Pure. */
#ifndef VMX_EXIT_TRACE_CHOICE_H
#define VMX_EXIT_TRACE_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/options.h"

struct trace_choice {
    bool ring;     /* keep the last exits in memory and print them at the end */
    uint64_t live; /* exits of a round to print as they come */
};

/* Decides by the words of the command line. With trace=auto, no exits are printed for an untraced
 * guest, and a guest that makes many HLT exits (exits_max) gets the ring. */
struct trace_choice trace_choose(const struct options *options, bool untraced, uint64_t exits_max);

#endif
