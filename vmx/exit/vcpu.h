/* The VMX state of one processor: its regions, its guest's registers, its counters. */
#ifndef VMX_EXIT_VCPU_H
#define VMX_EXIT_VCPU_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/grants.h"
#include "vmx/audit/audit.h"
#include "vmx/caps.h"
#include "vmx/cpu/cpuid_cache.h"
#include "vmx/cpu/msr.h"
#include "vmx/cpu/vectors.h"
#include "vmx/entry.h"
#include "vmx/exit/at_once.h"
#include "vmx/exit/budget.h"
#include "vmx/exit/ring.h"
#include "vmx/exit/stats.h"
#include "vmx/exit_reason.h"
#include "vmx/image.h"

/* An MSR of the machine that was given to the guest. */
struct kept_msr {
    uint64_t value;
    uint32_t number;
    bool exists;
};

enum { GUEST_BREAKPOINTS = 4 }; /* DR0 to DR3 */

/* What no field of the VMCS holds for the guest. */
struct guest_own {
    uint64_t msr[GUEST_MSRS_KEPT];
    uint64_t cr8;
    uint64_t host_msr[GUEST_MSRS_IN_PROCESSOR]; /* the host's, while the guest's are in use */
    uint64_t host_xcr0;
    struct kept_msr granted[GRANTS_MSRS_MAX];
    unsigned granted_count;
    uint64_t host_dr[GUEST_BREAKPOINTS], host_dr6, host_cr2;
};

struct vcpu {
    /* What the processor itself reads and writes: a page each (SDM Vol 3C §24.2, §24.11.5). */
    uint8_t vmxon_region[4096] __attribute__((aligned(4096)));
    uint8_t vmcs_region[4096];
#define REGION(field, name, fill) uint8_t name[4096];
#include "vmx/regions.def"
#undef REGION
    struct vcpu_context context;
    struct at_once at_once;
    struct vmx_caps caps;
    struct vmcs_image image;   /* as planned; after capture, as the processor has it */
    struct audit_result audit; /* of image as planned */
    struct exit_stats stats;
    struct exit_ring ring;
    struct cpuid_cache cpuid_cache;
    uint8_t *memory; /* the guest's, from guest-physical 0; NULL where it is not in one piece */
    uint64_t memory_size;
    uint64_t exits;     /* of this round */
    uint64_t exits_max; /* after which the guest is stopped */
    uint32_t cpu;       /* number of the processor */
    bool may_leave;     /* the guest is the running kernel, */
    bool left;          /* which asked to be no guest any more */
    bool finished;      /* by its own word, with this status: */
    uint32_t finish_status;
    struct budget budget;
    uint64_t steps, steps_max; /* of this round; at most */
    struct vectors interrupts; /* that came, and wait until the guest takes them */
    uint64_t cr4_allowed; /* bits of CR4 that the guest may set: as long as its controls stay */
    bool vmx_shown;       /* to the guest, which yet cannot turn it on */
    bool beyond_faults;   /* an EPT violation is #GP(0) in the guest */
    bool bench;           /* the guest is the benchmark's */
    bool has_devices;     /* given to the guest, so that there may be interrupts */
    const char *stop_why; /* why it cannot go on, where a handler says so; else NULL */
    struct guest_own own;
    bool launched; /* since the last VMCLEAR: VMRESUME instead of VMLAUNCH */
};

#endif
