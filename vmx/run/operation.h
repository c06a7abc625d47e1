/* Runs a function in VMX operation, and checks that nothing of the machine has changed. */
#ifndef VMX_RUN_OPERATION_H
#define VMX_RUN_OPERATION_H

#include "kernel/result.h"
#include "lib/out.h"
#include "lib/range.h"
#include "vmx/exit/vcpu.h"

struct run;
typedef enum result_code operation_body(struct vcpu *vcpu, struct run *run, struct out *why);

/* Enters VMX operation, calls body, leaves VMX operation, and compares the machine with its state
 * before. watched: memory to compare as well, or NULL. Writes the reason for the result to why. A
 * difference turns RESULT_PASS into RESULT_PANIC. */
enum result_code operation_run(struct vcpu *vcpu, struct run *run, const struct range_set *watched,
                               operation_body *body, struct out *why);

#endif
