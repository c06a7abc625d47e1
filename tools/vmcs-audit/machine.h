/* The capabilities of the machine that this program runs on: /dev/cpu/0/msr and CPUID. */
#ifndef VMCS_AUDIT_MACHINE_H
#define VMCS_AUDIT_MACHINE_H

#include "tools/vmcs-audit/problem.h"
#include "vmx/caps.h"

#define MACHINE_MSR_DEVICE "/dev/cpu/0/msr"

bool machine_caps(struct vmx_caps *caps, struct problem *problem);

#endif
