/* The calls that a guest makes by VMCALL: docs/guests.md. */
#ifndef VMX_HYPERCALL_H
#define VMX_HYPERCALL_H

#include <stdint.h>

/* EAX is the number of the call, and then the answer. EBX and ECX are arguments. All have 32 bits
 * in every mode. */
enum hypercall {
    HYPERCALL_VERSION = 0, /* the version of this interface */
    HYPERCALL_PRINT = 1,   /* ECX bytes at guest-physical EBX, printed as a line of the log */
    HYPERCALL_FINISH = 2,  /* the guest is done; EBX: its status, 0 for success */
    HYPERCALL_LEAVE = 3,   /* the running kernel stops being a guest */
    HYPERCALL_OWN = 4,     /* the first number that a kind of guest may define for itself */
};

enum {
    HYPERCALL_INTERFACE = 1,   /* the answer to HYPERCALL_VERSION */
    HYPERCALL_PRINT_MAX = 200, /* bytes */
};

/* The answer to a call that fails: unknown number, text too long or outside the guest's memory. */
#define HYPERCALL_REFUSED UINT32_MAX

#endif
