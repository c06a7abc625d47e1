/* The calls that a guest makes by VMCALL: docs/guests.md. */
#ifndef VMX_HYPERCALL_H
#define VMX_HYPERCALL_H

#include <stdint.h>

/* The number is in EAX; arguments are in EBX and ECX, the answer in EAX, all of 32 bits and the
 * same in every mode. */
enum hypercall {
    HYPERCALL_VERSION = 0, /* the version of this interface */
    HYPERCALL_PRINT = 1,   /* ECX bytes at guest-physical EBX, printed as a line of the log */
    HYPERCALL_FINISH = 2,  /* the guest is done; EBX: 0 where all was as it should be */
    HYPERCALL_LEAVE = 3,   /* the running kernel wants to be no guest any more */
    HYPERCALL_OWN = 4,     /* from here on, calls of a kind of guest */
};

enum {
    HYPERCALL_INTERFACE = 1,
    HYPERCALL_PRINT_MAX = 200, /* bytes */
};

/* The answer to what cannot be done: no such call, text too long or outside the guest's memory. */
#define HYPERCALL_REFUSED UINT32_MAX

#endif
