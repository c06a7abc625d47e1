/* The VMX state of one processor: its regions, its guest's registers, its counters. */
#ifndef VMX_EXIT_VCPU_H
#define VMX_EXIT_VCPU_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/grants.h"
#include "vmx/caps.h"
#include "vmx/cpu/cpuid_cache.h"
#include "vmx/cpu/msr.h"
#include "vmx/cpu/vectors.h"
#include "vmx/entry.h"
#include "vmx/exit/action.h"
#include "vmx/exit/record.h"
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
    uint64_t msr[GUEST_MSRS]; /* of MSR_KEPT */
    uint64_t cr8;
    uint64_t host_msr[GUEST_MSRS]; /* the host's, while the guest's are in use: MSR_IN_PROCESSOR */
    uint64_t host_xcr0;
    struct kept_msr granted[GRANTS_MSRS_MAX];
    unsigned granted_count;
    uint64_t host_dr[GUEST_BREAKPOINTS], host_dr6, host_cr2;
};

/* Which exits of a round are handled at once: while there were fewer than so many, by reason. */
struct at_once {
    uint64_t hlt, cpuid;
};

/* How long a round may take: vmx/exit/budget.h. */
struct budget {
    uint64_t deadline; /* time stamp; UINT64_MAX: none */
    uint64_t look_at;  /* time stamp from which the first exit has to look at the deadline */
    uint32_t timer;    /* planned */
};

struct options;
struct vcpu;

/* What a kind of guest answers itself; NULL where it has no answer. */
struct guest_answers {
    /* To a VMCALL whose number vmx/hypercall.h does not have. False: it does not know it, either.
     */
    bool (*hypercall)(struct vcpu *vcpu, uint32_t number, uint32_t argument,
                      enum exit_action *action);
    /* To an EPT violation at a guest-physical address. True: the page is mapped now. */
    bool (*page)(uint64_t address);
    bool own_timer; /* the guest has the VMX-preemption timer set, so that its end is no surprise */
};

struct vcpu {
    /* What the processor itself reads and writes: a page each (SDM Vol 3C §24.2, §24.11.5). */
    uint8_t vmxon_region[4096] __attribute__((aligned(4096)));
    uint8_t vmcs_region[4096];
#define REGION(field, name, fill) uint8_t name[4096];
#include "vmx/regions.def"
#undef REGION
    struct vcpu_context context;
    const struct options *options; /* the words of the command line */
    const struct guest_answers *answers;
    struct at_once at_once;
    struct vmx_caps caps;
    struct vmcs_image image; /* as planned; after capture, as the processor has it */
    struct exit_stats stats;
    struct exit_ring ring;
    struct cpuid_cache cpuid_cache;
    uint8_t *memory; /* the guest's, from guest-physical 0; NULL where it is not in one piece */
    uint64_t memory_size;
    uint64_t exits;     /* of this round */
    uint64_t exits_max; /* HLT exits after which the guest has passed; 0: its HLT waits */
    uint32_t cpu;       /* number of the processor */
    bool is_kernel;     /* the guest is the running kernel, */
    bool left;          /* which asked to be no guest any more */
    bool finished;      /* by its own word, with this status: */
    uint32_t finish_status;
    struct budget budget;
    uint64_t steps, steps_max; /* of this round; at most */
    struct vectors interrupts; /* that came, and wait until the guest takes them */
    uint64_t cr4_allowed; /* bits of CR4 that the guest may set: as long as its controls stay */
    bool has_devices;     /* given to the guest, so that there may be interrupts */
    const char *stop_why; /* why it cannot go on, where a handler says so; else NULL */
    struct guest_own own;
    bool launched; /* since the last VMCLEAR: VMRESUME instead of VMLAUNCH */
};

#endif
