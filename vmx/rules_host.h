/* Functions for the rows of vmx/rules_host.def that are too long for an expression. */
#ifndef VMX_RULES_HOST_H
#define VMX_RULES_HOST_H

#include "vmx/audit_rule.h"

#endif
