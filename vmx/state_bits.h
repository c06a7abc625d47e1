/* Bits of VMCS fields that hold non-register state of a guest (activity state, interruptibility
 * state, pending debug exceptions: SDM Vol 3C §24.4.2), events (§24.8.3, §24.9.2, §24.9.3) and
 * memory operands (§27.2.5). */
#ifndef VMX_STATE_BITS_H
#define VMX_STATE_BITS_H

#include "lib/bits.h"

enum activity_state {
    ACTIVITY_ACTIVE,
    ACTIVITY_HLT,
    ACTIVITY_SHUTDOWN,
    ACTIVITY_WAIT_FOR_SIPI,
};

/* Interruptibility state (Table 24-3). */
#define BLOCKING_BY_STI           BIT(0)
#define BLOCKING_BY_MOV_SS        BIT(1)
#define BLOCKING_BY_STI_OR_MOV_SS (BLOCKING_BY_STI | BLOCKING_BY_MOV_SS)
#define BLOCKING_BY_SMI           BIT(2)
#define BLOCKING_BY_NMI           BIT(3)
#define ENCLAVE_INTERRUPTION      BIT(4)

/* Pending debug exceptions (Table 24-4). */
#define PENDING_DEBUG_BREAKPOINTS BITS(3, 0)
#define PENDING_DEBUG_BUS_LOCK    BIT(11)
#define PENDING_DEBUG_ENABLED     BIT(12) /* a breakpoint that DR7 enables was hit */
#define PENDING_DEBUG_BS          BIT(14)
#define PENDING_DEBUG_RTM         BIT(16)

/* Interruption information of VM entries and VM exits, and IDT-vectoring information. */
#define EVENT_HAS_ERROR     BIT(11)
#define EVENT_NMI_UNBLOCKED BIT(12) /* VM exits only: NMI unblocking by IRET (§27.2.3) */
#define EVENT_VALID         BIT(31)

enum event_type {
    EVENT_EXTERNAL_INTERRUPT = 0,
    EVENT_NMI = 2,
    EVENT_HARDWARE_EXCEPTION = 3,
    EVENT_SOFTWARE_INTERRUPT = 4,
    EVENT_PRIVILEGED_EXCEPTION = 5, /* INT1 */
    EVENT_SOFTWARE_EXCEPTION = 6,   /* INT3, INTO */
    EVENT_OTHER = 7,                /* the monitor trap flag, SYSCALL, SYSENTER */
};

/* VM-exit instruction information about a memory operand (Tables 27-9 to 27-14). */
#define OPERAND_NO_INDEX BIT(22)
#define OPERAND_NO_BASE  BIT(27)

#endif
