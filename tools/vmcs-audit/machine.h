/* Reads the capabilities of this machine from /dev/cpu/0/msr and CPUID. */
#ifndef TOOLS_VMCS_AUDIT_MACHINE_H
#define TOOLS_VMCS_AUDIT_MACHINE_H

#include <sys/types.h>

#include "lib/x86.h"
#include "tools/vmcs-audit/problem.h"
#include "vmx/caps.h"

#define MACHINE_MSR_DEVICE "/dev/cpu/0/msr"

/* Access to a machine. The first three functions behave like those of POSIX. */
struct machine {
    int (*open)(const char *path); /* opens for reading */
    ssize_t (*pread)(int device, void *bytes, size_t size, off_t offset);
    int (*close)(int device);
    bool (*cpuid)(uint32_t leaf, struct cpuid *values); /* returns false if there is no such leaf */
};

/* The machine that this program runs on. */
extern const struct machine this_machine;

/* Reads the capabilities of a machine. On failure, returns false and sets *problem, which says what
 * to do. */
bool machine_caps(const struct machine *machine, struct vmx_caps *caps, struct problem *problem);

#endif
