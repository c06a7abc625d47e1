/* Functions for the rows of vmx/rules_guest.def that are too long for an expression. */
#ifndef VMX_RULES_GUEST_H
#define VMX_RULES_GUEST_H

#include "vmx/audit_rule.h"

#endif
