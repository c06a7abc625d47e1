/* Which judges decide on a VM entry of this machine. Pure. */
#ifndef VMX_RUN_JUDGES_H
#define VMX_RUN_JUDGES_H

#include "kernel/emulator.h"
#include "kernel/options.h"
#include "vmx/audit/verdict.h"

/* `below` matters under KVM alone. */
struct judges judges_of(enum emulator emulator, enum below below);

#endif
