/* How a VM entry ends, or is predicted to end (SDM Vol 3C §26.1, §26.8). Pure. */
#ifndef VMX_ANSWER_H
#define VMX_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/out.h"

/* The four ways in which a VM entry ends. They are never mixed up. */
enum entry_outcome {
    ENTRY_ENTERED,      /* the guest ran until a VM exit */
    ENTRY_FAIL_INVALID, /* VMfailInvalid: no current VMCS */
    ENTRY_FAIL_VALID,   /* VMfailValid: `number` is the VM-instruction error */
    ENTRY_FAILURE_EXIT, /* an exit with the entry-failure bit: `number` is the basic reason */
};

struct entry_answer {
    enum entry_outcome outcome;
    uint32_t number;
    uint64_t qualification; /* exit qualification, for ENTRY_FAILURE_EXIT */
};

bool answer_equal(struct entry_answer a, struct entry_answer b);

/* Prints the answer in words: "VMfailValid, VM-instruction error 7: ...". */
void answer_print(struct entry_answer answer, struct out *out);

#endif
