/* Functions for the rows of vmx/rules_control.def that are too long for an expression. */
#ifndef VMX_RULES_CONTROL_H
#define VMX_RULES_CONTROL_H

#include "vmx/audit_rule.h"

#endif
