/* Finds the judges of a VM entry on this machine: whoever checks the VMCS. Pure. */
#ifndef VMX_RUN_JUDGES_H
#define VMX_RUN_JUDGES_H

#include "kernel/emulator.h"
#include "kernel/options.h"
#include "vmx/audit/verdict.h"

/* below matters only under KVM. */
struct judges judges_of(enum emulator emulator, enum below below);

#endif
