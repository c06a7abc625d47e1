/* For boot/start.asm (lib/offsets.h). */
#include "lib/offsets.h"

#include "kernel/percpu.h"

void offsets(void);

void offsets(void)
{
    VALUE(PERCPU_MAIN_STACK_TOP, offsetof(struct percpu, main_stack.bytes) + MAIN_STACK_SIZE);
}
