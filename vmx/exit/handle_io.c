/* Port accesses. No port has a device: writes are lost, and reads return all ones, as from a bus
 * that nothing drives (SDM Vol 3C §27.2.1, Table 27-5; §27.2.5, Table 27-8). */
#include "vmx/exit/handle.h"

#include "kernel/cpu.h"
#include "lib/bits.h"
#include "vmx/cpu/misc.h"
#include "vmx/cpu/prefix.h"
#include "vmx/cpu/string.h"
#include "vmx/exit/access.h"
#include "vmx/exit/guest.h"
#include "vmx/state_bits.h"
#include "vmx/vmcs.h"

#define IO_IN     BIT(3)
#define IO_STRING BIT(4)
#define IO_REP    BIT(5)

/* Finds address size and segment of INS or OUTS. Reads them from the prefixes on processors that do
 * not report them. */
static bool find_operand(const struct vcpu *vcpu, struct guest_cpu *cpu,
                         struct guest_string *string)
{
    if (caps_bits(&vcpu->caps, IA32_VMX_BASIC_INS_OUTS_INFORMATION)) {
        const uint64_t information = vmcs_read(VM_EXIT_INSTRUCTION_INFORMATION);
        string->address_size = 2U << bits_get(information, 9, 7);
        string->segment = (unsigned)bits_get(information, 17, 15);
        return true;
    }
    struct guest_prefixes prefixes;
    if (!guest_prefixes_read(cpu, (unsigned)vmcs_read(VM_EXIT_INSTRUCTION_LENGTH), &prefixes))
        return false;
    string->address_size = prefixes.address_size;
    string->segment = prefixes.data_segment;
    return true;
}

/* Makes a debug exception pending if the access hits I/O breakpoints, which trap after it. */
static void trap_breakpoints(uint16_t port, unsigned size)
{
    const uint64_t dr7 = vmcs_read(GUEST_DR7);
    const uint64_t dr[] = {read_dr0(), read_dr1(), read_dr2(), read_dr3()};
    const unsigned met = guest_io_breakpoints(dr, dr7, guest_cr4(), port, size);
    if (met != 0) {
        vmcs_write(GUEST_PENDING_DEBUG_EXCEPTIONS,
                   vmcs_read(GUEST_PENDING_DEBUG_EXCEPTIONS) | PENDING_DEBUG_ENABLED | met);
    }
}

static enum exit_action ins_or_outs(struct vcpu *vcpu, uint16_t port, struct guest_string *string)
{
    struct guest_cpu cpu = guest_cpu_load(vcpu);
    bool last;
    if (!find_operand(vcpu, &cpu, string) || !guest_string_step(&cpu, string, UINT32_MAX, &last))
        return guest_cpu_fault(vcpu, &cpu);
    guest_cpu_store(vcpu, &cpu);
    trap_breakpoints(port, string->size);
    return last ? EXIT_SKIP : EXIT_REPEAT;
}

enum exit_action handle_io_instruction(struct vcpu *vcpu)
{
    const uint64_t qualification = vmcs_read(EXIT_QUALIFICATION);
    const unsigned size = (unsigned)bits_get(qualification, 2, 0) + 1;
    const uint16_t port = (uint16_t)bits_get(qualification, 31, 16);
    uint64_t *rax = &vcpu->context.registers.rax;
    if (qualification & IO_STRING) {
        struct guest_string string = {
            .in = (qualification & IO_IN) != 0,
            .repeated = (qualification & IO_REP) != 0,
            .size = size,
        };
        return ins_or_outs(vcpu, port, &string);
    }
    trap_breakpoints(port, size);
    if (qualification & IO_IN)
        *rax = guest_in_register(size, *rax, UINT64_MAX);
    return EXIT_SKIP;
}
