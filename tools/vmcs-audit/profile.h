/* Capabilities of processors by name, compiled in from tools/vmcs-audit/profiles. */
#ifndef TOOLS_VMCS_AUDIT_PROFILE_H
#define TOOLS_VMCS_AUDIT_PROFILE_H

#include <stddef.h>

#include "lib/out.h"
#include "lib/text.h"

struct profile {
    const char *name;
    const char *text; /* a line that begins with #, then lines of a Trapline log */
};

/* Made by tools/vmcs-audit/embed-profiles. */
extern const struct profile profiles[];
extern const size_t profile_count;

/* The profile of that name, or NULL. */
const struct profile *profile_find(const char *name);

/* What its first line says of where it is from. */
struct text profile_origin(const struct profile *profile);

/* Each profile with its origin, a line each. */
void profile_print_all(struct out *out);

#endif
