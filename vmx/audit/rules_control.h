/* Helper functions for rules of vmx/audit/rules_control.def that do not fit in one expression. */
#ifndef VMX_AUDIT_RULES_CONTROL_H
#define VMX_AUDIT_RULES_CONTROL_H

#include "vmx/audit/rule.h"

/* Return true if the processor supports the memory type, or the page-walk length, of the EPT
 * pointer. */
bool audit_ept_type_supported(struct audit *a);
bool audit_ept_walk_supported(struct audit *a);

/* Returns bits 3:0 if the TPR threshold must not exceed the virtual TPR but does, otherwise 0.
 * Reads memory. */
uint64_t audit_threshold_above_vtpr(struct audit *a);

/* Returns true if the entry injects an event of one of `types`: bit n stands for type n. */
bool audit_injects(struct audit *a, uint64_t types);

/* Returns true if the vector of the event to inject is one of `vectors`: bit n stands for vector
 * n. */
bool audit_vector_in(struct audit *a, uint64_t vectors);

/* Returns true if there is an event of type 7 ("other event") with the vector to inject. */
bool audit_other_event_exists(struct audit *a);

/* The vectors of #DF, #TS, #NP, #SS, #GP, #PF and #AC. */
#define AUDIT_EXCEPTIONS_WITH_CODE (BIT(8) | BITS(14, 10) | BIT(17))

/* Returns true if an instruction causes the event to inject. The VMCS then gives its length. */
bool audit_injects_instruction(struct audit *a);

/* Returns true if the guest is in protected mode for the checks of injected events: unless it is an
 * unrestricted guest with CR0.PE = 0. */
bool audit_guest_in_protected_mode(struct audit *a);

#endif
