/* Parses the bytes of a file into a VMCS image and related facts. Accepts any bytes of any length.
 * Pure. */
#ifndef TOOLS_VMCS_AUDIT_INPUT_H
#define TOOLS_VMCS_AUDIT_INPUT_H

#include "lib/text.h"
#include "tools/vmcs-audit/problem.h"
#include "vmx/answer.h"
#include "vmx/image.h"

enum input_format {
    FORMAT_AUTO, /* detect the format from the bytes */
    FORMAT_LOG,  /* serial log of Trapline: docs/serial.md */
    FORMAT_LIST, /* FIELD=value and control.<NAME>=0|1 */
    FORMAT_KVM,  /* dump that Linux's KVM prints when a VM entry fails */
};

struct input {
    enum input_format format; /* the format as which the input was parsed */
    struct vmcs_image image;
    struct vmx_caps caps;        /* capabilities from a log; all 0 if there are none */
    unsigned shown;              /* number of VMCSs in the input; the image is the last one */
    bool refused;                /* the input reports, outside the VMCS, that the entry failed */
    struct entry_answer refusal; /* valid if refused: the processor's answer */
};

/* Parses bytes in the given format. Returns false and sets *problem if they do not have it. */
bool input_parse(struct text bytes, enum input_format format, struct input *input,
                 struct problem *problem);

/* Parses only the capabilities of a log. The log need not contain a VMCS. */
bool input_parse_caps(struct text bytes, struct vmx_caps *caps, struct problem *problem);

/* Returns the name of the format for messages, for example "Trapline log". */
const char *input_format_name(enum input_format format);

/* Returns the number of known fields in the image. */
unsigned input_fields(const struct input *input);

#endif
