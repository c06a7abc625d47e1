/* Decodes the information fields of a VM exit into keys of its line (SDM Vol 3C §27.2 "Recording
 * VM-Exit Information and Updating VM-Entry Control Fields"). vmx/exit/decode.def is the table.
 * Pure. */
#ifndef VMX_EXIT_DECODE_H
#define VMX_EXIT_DECODE_H

#include <stdint.h>

#include "lib/bits.h"
#include "lib/line.h"

/* What an exit carries beside its reason: the third column of vmx/exits.def. */
enum exit_carries {
    HAS_NOTHING = 0,
    HAS_QUALIFICATION = 1 << 0,
    HAS_INSTRUCTION = 1 << 1, /* VM-exit instruction information */
    HAS_LINEAR = 1 << 2,      /* guest-linear address */
    HAS_PHYSICAL = 1 << 3,    /* guest-physical address */
    HAS_EVENT = 1 << 4,       /* VM-exit interruption information and error code */
    HAS_VECTORING = 1 << 5,   /* IDT-vectoring information and error code */
    HAS_REGISTERS = 1 << 6,   /* operands in fixed registers, like ECX of RDMSR */
    HAS_OPERAND = 1 << 7,     /* an operand in any register, RSP included */
    HAS_MODE = 1 << 8,        /* decoding depends on whether the guest was in 64-bit mode */
    HAS_IO = 1 << 9,          /* I/O RCX, RSI, RDI and RIP */
    HAS_MSR_DATA = 1 << 10,
};

/* A value to decode. The registers come first, by their numbers in instructions. */
enum decode_from {
    FROM_RAX,
    FROM_RCX,
    FROM_RDX,
    FROM_RBX,
    FROM_RSP,
    FROM_RBP,
    FROM_RSI,
    FROM_RDI,
    FROM_R8,
    FROM_R9,
    FROM_R10,
    FROM_R11,
    FROM_R12,
    FROM_R13,
    FROM_R14,
    FROM_R15,
    FROM_REASON, /* the whole field */
    FROM_QUALIFICATION,
    FROM_INSTRUCTION,
    FROM_LINEAR,
    FROM_PHYSICAL,
    FROM_EVENT,
    FROM_EVENT_ERROR,
    FROM_VECTORING,
    FROM_VECTORING_ERROR,
    FROM_IO_RCX,
    FROM_IO_RSI,
    FROM_IO_RDI,
    FROM_IO_RIP,
    FROM_MSR_DATA,
    FROM_FACTS, /* the FACT_... bits below */
    DECODE_VALUES,
    FROM_EDX_EAX, /* RDX and RAX together */
};

/* Facts about the guest's mode, its controls and the processor: which bits are defined. */
#define FACT_64_BIT_MODE             BIT(0) /* the guest was in 64-bit mode */
#define FACT_NMI_UNBLOCKING          BIT(1) /* "NMI exiting" is 0, or "virtual NMIs" is 1 */
#define FACT_MODE_BASED_EXECUTE      BIT(2) /* "mode-based execute control for EPT" */
#define FACT_ADVANCED_EPT_VIOLATION  BIT(3) /* IA32_VMX_EPT_VPID_CAP[22] */
#define FACT_SUPERVISOR_SHADOW_STACK BIT(4) /* EPTP[7] */
#define FACT_INS_OUTS                BIT(5) /* IA32_VMX_BASIC[54] */
#define FACT_MSR_BITMAPS             BIT(6) /* "use MSR bitmaps" */

/* The values that were read; 0 if the reason does not carry them. */
struct decode_values {
    uint64_t at[DECODE_VALUES];
    uint32_t unknown; /* bit n: at[n] was not read, and is not printed */
};
_Static_assert(DECODE_VALUES <= 32, "a bit for each");

enum decode_form {
    AS_DECIMAL,
    AS_HEX,
    AS_NONZERO, /* hexadecimal; not printed if 0 */
    AS_FLAG,    /* 1 if the bit is set; else not printed */
    AS_NAME,    /* one of `names` */
    AS_SET,     /* the `names` whose bits are set */
    AS_RIGHTS,  /* rwx, with - for a right that is missing */
    AS_VALUE,   /* the value of the register whose number the bits are */
    AS_MEMORY,  /* a memory operand, as several keys */
};

/* Holds if (value & mask) == equal. */
struct decode_condition {
    uint8_t from;
    uint64_t mask, equal;
};

struct decode_row {
    uint16_t reason; /* REASON_ANY: all of them */
    uint8_t from, hi, lo;
    uint8_t form;
    const char *names; /* separated by blanks; AS_NAME: from value 0 up; AS_SET: from bit lo up */
    const char *key;
    struct decode_condition when[2];
};

enum { REASON_ANY = 0xffff };

extern const struct decode_row decode_rows[];
extern const unsigned decode_row_count;

/* Adds the keys of the exit to line. */
void decode(const struct decode_values *values, struct line *line);

#endif
