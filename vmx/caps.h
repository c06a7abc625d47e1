/* The capabilities of VMX on this processor: its capability MSRs (SDM Vol 3D, appendix A "VMX
 * Capability Reporting Facility"). Pure, except that the caller reads the MSRs. */
#ifndef VMX_CAPS_H
#define VMX_CAPS_H

#include <stdbool.h>
#include <stdint.h>

/* The capability MSRs by their SDM names: an index into caps_msrs and vmx_caps.value. */
enum caps_msr {
#define CAPABILITY(number, name, gate) name,
#include "vmx/capability_msrs.def"
#undef CAPABILITY
    CAPS_MSRS,
};

/* When a capability MSR exists: vmx/capability_msrs.def. */
enum caps_gate {
    CAPS_GATE_ALWAYS,
    CAPS_GATE_SECONDARY,
    CAPS_GATE_TERTIARY,
    CAPS_GATE_EPT_OR_VPID,
    CAPS_GATE_VM_FUNCTIONS,
    CAPS_GATE_TRUE_CONTROLS,
    CAPS_GATE_EXIT2,
};

struct caps_msr_info {
    uint32_t number;
    enum caps_gate gate;
    const char *name;
};
extern const struct caps_msr_info caps_msrs[CAPS_MSRS];

/* The parts of capability MSRs, named MSR_PART: an index into caps_parts. */
enum caps_part {
#define CAPABILITY_BITS(msr, name, hi, lo) msr##_##name,
#include "vmx/capability_bits.def"
#undef CAPABILITY_BITS
    CAPS_PARTS,
};

struct caps_part_info {
    const char *name;
    uint8_t msr; /* enum caps_msr */
    uint8_t hi, lo;
};
extern const struct caps_part_info caps_parts[CAPS_PARTS];

struct vmx_caps {
    uint64_t value[CAPS_MSRS]; /* 0 if the processor does not have the MSR */
    bool known[CAPS_MSRS];
    uint8_t physical_bits; /* widths of physical and linear addresses: CPUID 80000008H, EAX */
    uint8_t linear_bits;
};

/* Reads every capability MSR that exists. The MSRs read first decide which others exist, so that no
 * read faults. The processor must have VMX. Does not set physical_bits and linear_bits. */
void caps_read(struct vmx_caps *caps, uint64_t (*read)(uint32_t msr));

/* Returns the value of a part; 0 if the MSR does not exist. */
uint64_t caps_bits(const struct vmx_caps *caps, enum caps_part part);

#endif
