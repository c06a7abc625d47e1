/* Handling exceptions in the host. After a #GP of an instruction in section .fixup, execution
 * resumes at the address that belongs to it. Every other exception is a bug of Trapline. */
#include "kernel/trap.h"

#include "kernel/cpu.h"
#include "kernel/panic.h"
#include "kernel/result.h"
#include "lib/line.h"
#include "lib/x86.h"

/* Pairs of addresses that the linker collects from section .fixup. */
struct fixup {
    uint64_t fault, resume;
};
extern const struct fixup fixup_start[], fixup_end[];

/* SDM Vol 3A, Table 6-1. */
static const char *const vector_names[32] = {
    "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "",    "#TS",
    "#NP", "#SS", "#GP", "#PF", "",    "#MF", "#AC", "#MC", "#XM", "#VE", "#CP",
};

/* Prints the vector, the error code, all registers and CR2. */
static _Noreturn void unexpected(const struct trap_frame *frame)
{
    const char *name = frame->vector < 32 && vector_names[frame->vector]
                           ? vector_names[frame->vector]
                           : "interrupt";
    struct line *line = panic_begin();
    line_decimal(line, "vector", frame->vector);
    line_name(line, "name", name);
    line_hex(line, "error", frame->error);
    line_hex(line, "rip", frame->rip);
    line_hex(line, "cs", frame->cs);
    line_hex(line, "rflags", frame->rflags);
    line_hex(line, "rsp", frame->rsp);
    line_hex(line, "ss", frame->ss);
#define REGISTER(name) line_hex(line, #name, frame->name);
    REGISTER(rax)
    REGISTER(rbx)
    REGISTER(rcx)
    REGISTER(rdx)
    REGISTER(rsi)
    REGISTER(rdi)
    REGISTER(rbp)
    REGISTER(r8)
    REGISTER(r9)
    REGISTER(r10)
    REGISTER(r11)
    REGISTER(r12)
    REGISTER(r13)
    REGISTER(r14)
    REGISTER(r15)
#undef REGISTER
    line_hex(line, "cr0", read_cr0());
    line_hex(line, "cr2", read_cr2());
    line_hex(line, "cr3", read_cr3());
    line_hex(line, "cr4", read_cr4());
    line_end(line);
    finish(RESULT_PANIC, "exception %u (%s) in Trapline itself at 0x%llx; please report this log",
           (unsigned)frame->vector, name, (unsigned long long)frame->rip);
}

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
    unexpected(frame);
}
