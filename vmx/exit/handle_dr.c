/* MOV to and from debug registers, by "MOV-DR exiting". The guest's DR0 to DR3 and DR6 are in the
 * processor; DR7 is in the VMCS (SDM Vol 3C §27.2.1, Table 27-4; Vol 3B §17.2). */
#include "vmx/exit/handle.h"

#include "kernel/cpu.h"
#include "lib/bits.h"
#include "lib/x86.h"
#include "vmx/cpu/misc.h"
#include "vmx/exit/guest.h"
#include "vmx/exit/inject.h"
#include "vmx/vmcs.h"

enum { DIRECTION_FROM = 1 };

static uint64_t read_dr(uint64_t number)
{
    static uint64_t (*const read[])(void) = {read_dr0, read_dr1, read_dr2, read_dr3};
    if (number < ARRAY_COUNT(read))
        return read[number]();
    return number == 6 ? read_dr6() : vmcs_read(GUEST_DR7);
}

static bool has_rtm(void)
{
    return cpuid(0, 0).eax >= CPUID_LEAF_MORE_FEATURES &&
           (cpuid(CPUID_LEAF_MORE_FEATURES, 0).ebx & CPUID_7_EBX_RTM);
}

static void write_dr(uint64_t number, uint64_t value)
{
    static void (*const write[])(uint64_t) = {write_dr0, write_dr1, write_dr2, write_dr3};
    if (number < ARRAY_COUNT(write))
        write[number](value);
    else if (number == 6)
        write_dr6(guest_dr6(value, has_rtm()));
    else
        vmcs_write(GUEST_DR7, guest_dr7(value, has_rtm()));
}

enum exit_action handle_dr_access(struct vcpu *vcpu)
{
    const uint64_t qualification = vmcs_read(EXIT_QUALIFICATION);
    const unsigned operand = (unsigned)bits_get(qualification, 11, 8);
    uint64_t number = bits_get(qualification, 2, 0);
    if (number == 4 || number == 5) { /* aliases of DR6 and DR7; #UD with debugging extensions */
        if (guest_cr4() & CR4_DE)
            return inject_ud(vcpu);
        number += 2;
    }
    if (guest_cpl() != 0)
        return inject_gp(vcpu);
    if (vmcs_read(GUEST_DR7) & DR7_GD)
        return inject_debug_fault(vcpu, DR6_BD);
    if (bits_get(qualification, 4, 4) == DIRECTION_FROM) {
        guest_register_set(vcpu, operand, read_dr(number));
        return EXIT_SKIP;
    }
    const uint64_t value = guest_register(vcpu, operand);
    if (number >= 6 && value >> 32)
        return inject_gp(vcpu);
    write_dr(number, value);
    return EXIT_SKIP;
}
