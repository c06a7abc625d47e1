/* What is read: the bytes of a file, as a VMCS image and what else they tell. Pure: any bytes, of
 * any length, give an answer. */
#ifndef TOOLS_VMCS_AUDIT_INPUT_H
#define TOOLS_VMCS_AUDIT_INPUT_H

#include "lib/text.h"
#include "tools/vmcs-audit/problem.h"
#include "vmx/answer.h"
#include "vmx/image.h"

enum input_format {
    FORMAT_AUTO, /* whichever the bytes look like */
    FORMAT_LOG,  /* Trapline's serial port: docs/serial.md */
    FORMAT_LIST, /* FIELD=value and control.<NAME>=0|1 */
    FORMAT_KVM,  /* what Linux's KVM prints where an entry fails */
};

struct input {
    enum input_format format; /* the one it was read as */
    struct vmcs_image image;
    struct vmx_caps caps; /* those that a log gives; all 0 where there are none */
    unsigned shown;       /* VMCSs in the input; the image is the last of them */
    /* How the processor refused the entry, where the input says it beside the VMCS. */
    bool refused;
    struct entry_answer refusal;
};

/* Reads bytes as format. Returns false, and says why, where they are none. */
bool input_parse(struct text bytes, enum input_format format, struct input *input,
                 struct problem *problem);

/* Reads a log for its capabilities alone: it need not show a VMCS. */
bool input_parse_caps(struct text bytes, struct vmx_caps *caps, struct problem *problem);

/* "Trapline log" and so on. */
const char *input_format_name(enum input_format format);

/* How many fields the image has. */
unsigned input_fields(const struct input *input);

#endif
