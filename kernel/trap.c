/* An exception in the host is a bug of ours, unless the instruction was marked as one that may
 * fault: then it goes on where its mark says. */
#include "kernel/trap.h"

#include "kernel/panic.h"

enum { VECTOR_GP = 13 };

/* Pairs collected by the linker from section .fixup. */
struct fixup {
    uint64_t fault, resume;
};
extern const struct fixup fixup_start[], fixup_end[];

void trap_handle(struct trap_frame *frame)
{
    if (frame->vector == VECTOR_GP) {
        for (const struct fixup *fixup = fixup_start; fixup < fixup_end; fixup++) {
            if (fixup->fault == frame->rip) {
                frame->rip = fixup->resume;
                return;
            }
        }
    }
    panic_trap(frame);
}
