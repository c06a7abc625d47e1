/* A text, line by line. Pure. */
#ifndef TOOLS_VMCS_AUDIT_LINES_H
#define TOOLS_VMCS_AUDIT_LINES_H

#include "lib/text.h"

struct lines {
    struct text rest;
    size_t number; /* of the line that was cut off last, from 1 */
    bool ended;    /* a line feed followed it: it is whole */
};

/* Cuts the next line off, without its CR LF or LF. Returns false where none is left. */
bool lines_next(struct lines *lines, struct text *line);

#endif
