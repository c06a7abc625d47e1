/* Reads a text line by line. Pure. */
#ifndef TOOLS_VMCS_AUDIT_LINES_H
#define TOOLS_VMCS_AUDIT_LINES_H

#include "lib/text.h"

struct lines {
    struct text rest;
    size_t number; /* number of the last line read, from 1 */
    bool ended;    /* the last line read ended in a line feed, so it is complete */
};

/* Moves the next line from *lines to *line, without its CR LF or LF. Returns false if no line is
 * left. */
bool lines_next(struct lines *lines, struct text *line);

#endif
