/* Prints capabilities, controls, answers and images as lines of the log. Pure. */
#ifndef VMX_REPORT_H
#define VMX_REPORT_H

#include "lib/line.h"
#include "vmx/answer.h"
#include "vmx/caps.h"
#include "vmx/control.h"
#include "vmx/image.h"

/* Prints a `caps` line for each capability MSR that exists, with its parts. */
void report_caps(const struct vmx_caps *caps, struct line *line);

/* Prints a `control` line for each wish. */
void report_controls(const struct control_wish *wishes, unsigned count,
                     const struct control_words *words, struct line *line);

/* Adds key="<how the VM entry ended, in words>" to line. */
void report_answer(struct line *line, const char *key, struct entry_answer answer);

/* Prints a `vmcs` line for each known field. */
void report_image(const struct vmcs_image *image, struct line *line);

#endif
