/* The parsers for the formats. input_parse() calls one of them with an input that is all 0 except
 * for its format. */
#ifndef TOOLS_VMCS_AUDIT_PARSE_H
#define TOOLS_VMCS_AUDIT_PARSE_H

#include "tools/vmcs-audit/input.h"

bool parse_log(struct text bytes, struct input *input, struct problem *problem);
bool parse_list(struct text bytes, struct input *input, struct problem *problem);
bool parse_kvm(struct text bytes, struct input *input, struct problem *problem);

/* The first line of a KVM dump. */
#define KVM_GUEST_STATE "*** Guest State ***"

#endif
