/* Using XSETBV, XRSTOR and FXRSTOR. */
#include "vmx/vector_state.h"

#include "kernel/cpu.h"
#include "lib/bits.h"
#include "lib/x86.h"

/* An XSAVE area: legacy region and header (§10.5.1, §13.4). The header is zero, so that XRSTOR
 * initialises every requested component. XRSTOR takes MXCSR from here in any case. */
static const struct __attribute__((aligned(64))) {
    uint16_t fcw, fsw;
    uint8_t tag, reserved;
    uint16_t opcode;
    uint64_t instruction, data;
    uint32_t mxcsr, mxcsr_mask;
    uint8_t registers[512 - 32];
    uint8_t header[64];
} initial = {.fcw = FCW_INITIAL, .mxcsr = MXCSR_RESET};

static bool has_xsave(void)
{
    return (cpuid(1, 0).ecx & CPUID_1_ECX_XSAVE) != 0;
}

uint64_t vector_state_read_xcr0(void)
{
    const uint64_t cr4 = read_cr4(); /* the host leaves OSXSAVE 0 */
    uint32_t low, high;
    if (!has_xsave())
        return 0;
    write_cr4(cr4 | CR4_OSXSAVE);
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    write_cr4(cr4);
    return (uint64_t)high << 32 | low;
}

static bool try_xsetbv(uint64_t value)
{
    __asm__ goto("1: xsetbv\n"
                 ".pushsection .fixup, \"a\"\n"
                 ".quad 1b, %l[fault]\n"
                 ".popsection\n"
                 :
                 : "a"((uint32_t)value), "d"((uint32_t)(value >> 32)), "c"(0)
                 : "memory"
                 : fault);
    return true;
fault:
    return false;
}

bool vector_state_write_xcr0(uint64_t value)
{
    const uint64_t cr4 = read_cr4();
    if (!has_xsave())
        return true;
    write_cr4(cr4 | CR4_OSXSAVE);
    bool written = try_xsetbv(value);
    write_cr4(cr4);
    return written;
}

static void restore_all(uint64_t components)
{
    __asm__ volatile("xrstor64 %0"
                     :
                     : "m"(initial), "a"((uint32_t)components), "d"((uint32_t)(components >> 32)));
}

void vector_state_init(void)
{
    const uint64_t cr0 = read_cr0(), cr4 = read_cr4();
    const struct cpuid xsave = cpuid(CPUID_LEAF_XSAVE, 0);
    const uint64_t components = (uint64_t)xsave.edx << 32 | xsave.eax;
    write_cr0(cr0 & ~(CR0_EM | CR0_TS));
    write_cr4(cr4 | CR4_OSFXSR | (has_xsave() ? CR4_OSXSAVE : 0));
    if (has_xsave() && try_xsetbv(components)) {
        restore_all(components);
        (void)try_xsetbv(XCR0_X87);
    } else {
        __asm__ volatile("fxrstor64 %0" : : "m"(initial));
    }
    write_cr4(cr4);
    write_cr0(cr0);
}
