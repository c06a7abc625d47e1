/* Finds the judges of a VM entry on this machine: the implementations of VMX that check the VMCS
 * and whose deviations from the manual are known. Pure. */
#ifndef VMX_RUN_JUDGES_H
#define VMX_RUN_JUDGES_H

#include "kernel/emulator.h"
#include "kernel/options.h"
#include "vmx/audit/verdict.h"

/* below: what KVM runs on; ignored without KVM. */
struct judges judges_of(enum emulator emulator, enum below below);

#endif
