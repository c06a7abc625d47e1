/* The plan of a virtual machine: controls, host state after VM exits, and the guest's first state.
 * plan_write() writes them to a VMCS image, in the order in which VM entry checks them (SDM Vol 3C,
 * chapter 26). Pure. */
#ifndef VMX_PLAN_H
#define VMX_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/address.h"
#include "lib/segment.h"
#include "vmx/control.h"
#include "vmx/image.h"

/* The state that a VM exit loads. */
struct host_state {
#define HOST(field, member, now) uint64_t member;
#include "vmx/host_state.def"
#undef HOST
};

/* The guest's first state (SDM Vol 3C §24.4 "Guest-State Area"). All other state is zero, or the
 * value that the manual demands. */
struct guest_state {
    uint64_t cr0, cr3, cr4, dr7, rip, rsp, rflags;
    uint64_t cr0_shadow, cr4_shadow; /* what the guest reads for bits that the host owns */
    struct segment cs, ss, ds, es, fs, gs, tr, ldtr;
    uint64_t gdtr_base, idtr_base;
    uint32_t gdtr_limit, idtr_limit;
    uint64_t pat, efer;
    uint64_t sysenter_cs, sysenter_esp, sysenter_eip, debugctl;
};

/* Events and accesses of the guest that exit, beside those that the controls select. */
struct intercepts {
    uint32_t exceptions; /* bit n: exception with vector n */
    /* Bits that the host owns: changing one exits, reading one gives the shadow. */
    uint64_t cr0_bits, cr4_bits;
    /* true: every access to a port or an MSR exits, and so do XSAVES, XRSTORS, ENCLS, ENCLV and
     * PCONFIG. false: none of them does. */
    bool others;
};
extern const struct intercepts intercept_all;

/* The index of an empty page-modification log. The processor fills the log from its last entry
 * downwards (SDM Vol 3C §28.3.6). */
enum { PLAN_PML_INDEX = 511 };

/* The pages of vmx/regions.def. */
struct regions {
#define REGION(field, name, fill) struct hpa name;
#include "vmx/regions.def"
#undef REGION
};

struct plan {
    struct host_state host;
    struct guest_state guest;
    struct intercepts intercepts;
    struct control_words controls;
    struct regions regions;
    uint64_t ept_pointer;
    uint16_t vpid;             /* not 0 */
    uint32_t preemption_timer; /* in units of 2^IA32_VMX_MISC[4:0] time-stamp cycles */
};

/* Writes every field that the processor has. Fields that the plan does not determine become 0. */
void plan_write(const struct plan *plan, const struct vmx_caps *caps, struct vmcs_image *image);

/* Return CR0 or CR4 with the bits that VMX operation fixes (SDM Vol 3D §A.7, §A.8). */
uint64_t plan_fixed_cr0(const struct vmx_caps *caps, uint64_t cr0);
uint64_t plan_fixed_cr4(const struct vmx_caps *caps, uint64_t cr4);

#endif
