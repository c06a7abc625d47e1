/* One parser for each format, called by input_parse(). Each fills an input that is all 0 but for
 * its format. */
#ifndef TOOLS_VMCS_AUDIT_PARSE_H
#define TOOLS_VMCS_AUDIT_PARSE_H

#include "tools/vmcs-audit/input.h"

bool parse_log(struct text bytes, struct input *input, struct problem *problem);
bool parse_list(struct text bytes, struct input *input, struct problem *problem);
bool parse_kvm(struct text bytes, struct input *input, struct problem *problem);

/* Where a dump of KVM's begins. */
#define KVM_GUEST_STATE "*** Guest State ***"

#endif
