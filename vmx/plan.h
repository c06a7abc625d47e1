/* The plan of a virtual machine: what the guest begins with, what the host comes back to, and the
 * controls, written once each into a VMCS image in the order in which VM entries check them
 * (SDM Vol 3C, chapter 26). Pure. */
#ifndef VMX_PLAN_H
#define VMX_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/grants.h"
#include "lib/address.h"
#include "lib/segment.h"
#include "vmx/control.h"
#include "vmx/image.h"

/* What a VM exit loads. */
struct host_state {
#define HOST(field, member, now) uint64_t member;
#include "vmx/host_state.def"
#undef HOST
};

/* What the guest begins with (SDM Vol 3C §24.4 "Guest-State Area"); what is not here begins as
 * zero, or as the manual fixes it. */
struct guest_state {
    uint64_t cr0, cr3, cr4, dr7, rip, rsp, rflags;
    uint64_t cr0_shadow, cr4_shadow; /* what it reads of the bits that are the host's */
    struct segment cs, ss, ds, es, fs, gs, tr, ldtr;
    uint64_t gdtr_base, idtr_base;
    uint32_t gdtr_limit, idtr_limit;
    uint64_t pat, efer;
    uint64_t sysenter_cs, sysenter_esp, sysenter_eip, debugctl;
};

/* What a guest does that is an exit, beyond what its controls say. */
struct intercepts {
    uint32_t exceptions; /* by vector */
    uint64_t cr0_bits,
        cr4_bits; /* the host's: a guest that changes one exits, and reads the shadow */
    bool others;  /* each access to a port, an MSR, a supervisor state, an enclave; or none */
};
extern const struct intercepts intercept_all;

/* A page-modification log is written from its last entry down (SDM Vol 3C §28.3.6). */
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
    struct grants grants;
    uint64_t ept_pointer;
    uint16_t vpid;             /* not 0 */
    uint32_t preemption_timer; /* in units of 2^IA32_VMX_MISC[4:0] time-stamp cycles */
};

/* Writes every field that the processor has; what the plan says nothing about is 0. */
void plan_write(const struct plan *plan, const struct vmx_caps *caps, struct vmcs_image *image);

/* CR0 or CR4 as VMX operation wants it: the fixed bits of SDM Vol 3D §A.7, §A.8 forced. */
uint64_t plan_fixed_cr0(const struct vmx_caps *caps, uint64_t cr0);
uint64_t plan_fixed_cr4(const struct vmx_caps *caps, uint64_t cr4);

#endif
