/* Functions for the rows of vmx/audit/rules_control.def that are too long for an expression. */
#ifndef VMX_AUDIT_RULES_CONTROL_H
#define VMX_AUDIT_RULES_CONTROL_H

#include "vmx/audit/rule.h"

/* Whether the EPT pointer's memory type, and its page-walk length, are ones the processor has. */
bool audit_ept_type_supported(struct audit *a);
bool audit_ept_walk_supported(struct audit *a);

/* Bits of the TPR threshold where it is above the virtual TPR and must not be. Reads memory. */
uint64_t audit_threshold_above_vtpr(struct audit *a);

/* Whether the entry injects an event of one of these types: bit n of types stands for type n. */
bool audit_injects(struct audit *a, uint64_t types);

/* Of the event to inject: whether its vector is one of these (bit n stands for vector n); whether
 * there is an event of type 7 by that vector. */
bool audit_vector_in(struct audit *a, uint64_t vectors);
bool audit_other_event_exists(struct audit *a);

/* #DF, #TS, #NP, #SS, #GP, #PF, #AC */
#define AUDIT_EXCEPTIONS_WITH_CODE (BIT(8) | BITS(14, 10) | BIT(17))

/* Whether that event is one of an instruction, whose length the VMCS has to give. */
bool audit_injects_instruction(struct audit *a);

/* Whether the guest will be in protected mode, as far as the injection of events looks at it. */
bool audit_guest_is_protected(struct audit *a);

#endif
