/* What VMX has here and what was granted, as lines of the log. Pure. */
#ifndef VMX_REPORT_H
#define VMX_REPORT_H

#include "lib/line.h"
#include "vmx/caps.h"
#include "vmx/control.h"

/* One `caps` line for each capability MSR that exists, with its parts. */
void report_caps(const struct vmx_caps *caps, struct line *line);

/* One `control` line for each wish. */
void report_controls(const struct control_wish *wishes, unsigned count,
                     const struct control_words *words, struct line *line);

#endif
