/* The virtual processor: its VMX regions, its guest's registers, its counters. */
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

/* The host's value of an MSR that msrs= gives to the guest. */
struct kept_msr {
    uint64_t value;
    uint32_t number;
    bool exists;
};

enum { GUEST_BREAKPOINTS = 4 }; /* DR0 to DR3 */

/* State of the guest that no VMCS field holds, and the host's values while the processor has the
 * guest's. */
struct guest_own {
    uint64_t msr[GUEST_MSRS]; /* the guest's values of MSR_KEPT rows */
    uint64_t cr8;
    uint64_t host_msr[GUEST_MSRS]; /* the host's values of MSR_IN_PROCESSOR rows */
    uint64_t host_xcr0;
    struct kept_msr granted[GRANTS_MSRS_MAX];
    unsigned granted_count;
    uint64_t host_dr[GUEST_BREAKPOINTS], host_dr6, host_cr2;
};

/* Limits for vmx/exit/at_once.c: it may handle an exit of this reason while the round has had fewer
 * exits than the limit. */
struct at_once {
    uint64_t hlt, cpuid;
};

/* The time limit of a round: vmx/exit/budget.h. */
struct budget {
    uint64_t deadline; /* time stamp; UINT64_MAX: no limit */
    uint64_t look_at;  /* time stamp; the first exit after it must check the deadline */
    uint32_t timer;    /* the planned VMX-preemption timer value */
};

struct options;
struct vcpu;

/* The handlers that a kind of guest brings for its own VMCALLs and pages. NULL: it has none. */
struct guest_answers {
    /* Handles a VMCALL that vmx/exit/handle_vmcall.c does not. Returns false if it does not know
     * the number either. */
    bool (*hypercall)(struct vcpu *vcpu, uint32_t number, uint32_t argument,
                      enum exit_action *action);
    /* Handles an EPT violation at a guest-physical address. Returns true if it mapped the page. */
    bool (*page)(uint64_t address);
    bool own_timer; /* the VMX-preemption timer may expire without stopping the guest */
};

struct vcpu {
    /* Pages that the processor itself reads and writes (SDM Vol 3C §24.2, §24.11.5). */
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
    struct vmcs_image image; /* as planned and changed, or as captured from the processor */
    struct exit_stats stats;
    struct exit_ring ring;
    struct cpuid_cache cpuid_cache;
    uint8_t *memory; /* the guest's memory from guest-physical 0; NULL if it is not contiguous */
    uint64_t memory_size;
    uint64_t exits;     /* of this round */
    uint64_t exits_max; /* exits after which a HLT stops the guest; 0: HLT waits for an interrupt */
    uint32_t cpu;       /* number of the processor */
    bool is_kernel;     /* the guest is the running kernel */
    bool left;          /* the running kernel has asked to leave */
    bool finished;      /* the guest has called HYPERCALL_FINISH with finish_status */
    uint32_t finish_status;
    struct budget budget;
    uint64_t steps, steps_max; /* monitor-trap exits of this round, and their maximum */
    struct vectors interrupts; /* interrupts that wait until the guest can take them */
    uint64_t cr4_allowed;      /* bits of CR4 that the guest may set with its present controls */
    bool has_devices;          /* the guest was given devices and can have interrupts */
    const char *stop_why;      /* why the guest cannot continue (guest_stop()); else NULL */
    struct guest_own own;
    bool launched; /* launched since the last VMCLEAR: enter by VMRESUME */
};

#endif
