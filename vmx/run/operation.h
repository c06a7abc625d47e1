/* Into VMX operation and out of it again, with nothing of the machine changed. */
#ifndef VMX_RUN_OPERATION_H
#define VMX_RUN_OPERATION_H

#include "kernel/result.h"
#include "lib/out.h"
#include "lib/range.h"
#include "vmx/exit/vcpu.h"

struct run;
typedef enum result_code operation_body(struct vcpu *vcpu, struct run *run, struct out *why);

/* Calls body in VMX operation, then compares the machine with what it was before. watched: memory
 * to compare as well; NULL: none. A difference turns a pass into a panic. Says how it ended on why.
 */
enum result_code operation_run(struct vcpu *vcpu, struct run *run, const struct range_set *watched,
                               operation_body *body, struct out *why);

#endif
