/* SGDT, SIDT, LGDT, LIDT, SLDT, STR, LLDT and LTR, which exit by "descriptor-table exiting" (SDM
 * Vol 3C §27.2.5, Tables 27-10 and 27-11). */
#include "vmx/exit/handle.h"

#include "lib/bits.h"
#include "vmx/cpu/descriptor.h"
#include "vmx/cpu/prefix.h"
#include "vmx/exit/access.h"
#include "vmx/vmcs.h"

#define IS_REGISTER BIT(10)

enum { SGDT, SIDT, LGDT, LIDT };
enum { SLDT, STR, LLDT, LTR };

static uint32_t information(void)
{
    return (uint32_t)vmcs_read(VM_EXIT_INSTRUCTION_INFORMATION);
}

static enum exit_action end(struct vcpu *vcpu, const struct guest_cpu *cpu, bool done)
{
    if (!done)
        return guest_cpu_fault(vcpu, cpu);
    guest_cpu_store(vcpu, cpu);
    return EXIT_SKIP;
}

/* Loads GDTR or IDTR. Takes the operand size from the prefixes, since Bochs leaves bit 11 of the
 * instruction information 0. */
static bool load_table(struct guest_cpu *cpu, struct guest_operand from, struct guest_table *table)
{
    struct guest_prefixes prefixes;
    return guest_prefixes_read(cpu, (unsigned)vmcs_read(VM_EXIT_INSTRUCTION_LENGTH), &prefixes) &&
           guest_table_load(cpu, from, prefixes.operand_size == 2, table);
}

enum exit_action handle_gdtr_idtr(struct vcpu *vcpu)
{
    struct guest_cpu cpu = guest_cpu_load(vcpu);
    const struct guest_operand operand =
        guest_operand_of(&cpu, information(), vmcs_read(EXIT_QUALIFICATION));
    switch (bits_get(information(), 29, 28)) {
    case SGDT:
        return end(vcpu, &cpu, guest_table_store(&cpu, operand, &cpu.gdtr));
    case SIDT:
        return end(vcpu, &cpu, guest_table_store(&cpu, operand, &cpu.idtr));
    case LGDT:
        return end(vcpu, &cpu, load_table(&cpu, operand, &cpu.gdtr));
    default:
        return end(vcpu, &cpu, load_table(&cpu, operand, &cpu.idtr));
    }
}

/* Stores a selector. How much of a register changes depends on the operand size, which only the
 * prefixes tell. */
static bool store(struct guest_cpu *cpu, uint16_t selector)
{
    uint64_t *reg = &cpu->general[bits_get(information(), 6, 3)];
    struct guest_prefixes prefixes;
    if (!(information() & IS_REGISTER)) {
        return guest_selector_store(
            cpu, guest_operand_of(cpu, information(), vmcs_read(EXIT_QUALIFICATION)), selector);
    }
    if (!guest_prefixes_read(cpu, (unsigned)vmcs_read(VM_EXIT_INSTRUCTION_LENGTH), &prefixes))
        return false;
    *reg = guest_selector_in_register(*reg, selector, prefixes.operand_size);
    return true;
}

static bool load(struct guest_cpu *cpu, bool (*take)(struct guest_cpu *cpu, uint16_t selector))
{
    uint16_t selector = (uint16_t)cpu->general[bits_get(information(), 6, 3)];
    if (!(information() & IS_REGISTER) &&
        !guest_operand_read(cpu,
                            guest_operand_of(cpu, information(), vmcs_read(EXIT_QUALIFICATION)),
                            &selector, sizeof selector))
        return false;
    return take(cpu, selector);
}

enum exit_action handle_ldtr_tr(struct vcpu *vcpu)
{
    struct guest_cpu cpu = guest_cpu_load(vcpu);
    switch (bits_get(information(), 29, 28)) {
    case SLDT:
        return end(vcpu, &cpu, store(&cpu, cpu.ldtr.selector));
    case STR:
        return end(vcpu, &cpu, store(&cpu, cpu.tr.selector));
    case LLDT:
        return end(vcpu, &cpu, load(&cpu, guest_ldtr_load));
    default:
        return end(vcpu, &cpu, load(&cpu, guest_tr_load));
    }
}
