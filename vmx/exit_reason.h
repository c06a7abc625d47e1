/* The basic exit reasons and the VM-instruction errors by name (SDM Vol 3D, appendix C; Vol 3C
 * §30.4). Pure. */
#ifndef VMX_EXIT_REASON_H
#define VMX_EXIT_REASON_H

#include <stdint.h>

enum exit_reason {
#define EXIT(number, name, carries, handle) REASON_##name = number,
#include "vmx/exits.def"
#undef EXIT
};

/* The exit-reason field (SDM Vol 3C §24.9.1 "Basic VM-Exit Information"). */
#define EXIT_REASON_BASIC         UINT32_C(0x0000ffff)
#define EXIT_REASON_ENTRY_FAILURE UINT32_C(0x80000000)

/* Returns a name like "HLT", or "UNKNOWN" for a number that the manual does not use. */
const char *exit_reason_name(uint16_t basic);

/* The VM-instruction errors of VM entries. */
enum vm_instruction_error {
    ERROR_CONTROL_FIELDS = 7,
    ERROR_HOST_STATE = 8,
    ERROR_BLOCKED_BY_MOV_SS = 26,
};

/* Returns the meaning of a VM-instruction error, or "unknown error". */
const char *vm_instruction_error_text(uint64_t number);

#endif
