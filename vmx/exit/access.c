/* Copying a guest's state between the VMCS and struct guest_cpu. */
#include "vmx/exit/access.h"

#include "kernel/cpu.h"
#include "lib/bits.h"
#include "lib/string.h"
#include "lib/x86.h"
#include "vmx/exit/guest.h"
#include "vmx/exit/inject.h"
#include "vmx/vmcs.h"

/* Returns where the host finds guest-physical memory; NULL: it is not the guest's. The running
 * kernel as a guest has all memory, mapped one to one (vmx/guests/self.h). */
static uint8_t *memory_at(const void *context, uint64_t address, size_t size)
{
    const struct vcpu *vcpu = context;
    if (!vcpu->memory && vcpu->is_kernel)
        return (uint8_t *)address;
    if (!vcpu->memory || address > vcpu->memory_size || size > vcpu->memory_size - address)
        return NULL;
    return vcpu->memory + address;
}

/* Reads PKRU. That needs CR4.PKE, which the host leaves 0. */
static uint32_t read_pkru(void)
{
    const uint64_t cr4 = read_cr4();
    uint32_t pkru, zero;
    write_cr4(cr4 | CR4_PKE);
    __asm__ volatile("rdpkru" : "=a"(pkru), "=d"(zero) : "c"(0));
    write_cr4(cr4);
    return pkru;
}

/* The VMCS fields of segment registers follow one another in the order of the registers' numbers,
 * then LDTR and TR. */
enum { LDTR = GUEST_SEGMENTS, TR };

static struct segment read_segment(unsigned number)
{
    return (struct segment){
        .selector = (uint16_t)vmcs_read(field_at(FIELD_GUEST_ES_SELECTOR + number)),
        .limit = (uint32_t)vmcs_read(field_at(FIELD_GUEST_ES_LIMIT + number)),
        .access_rights = (uint32_t)vmcs_read(field_at(FIELD_GUEST_ES_ACCESS_RIGHTS + number)),
        .base = vmcs_read(field_at(FIELD_GUEST_ES_BASE + number)),
    };
}

static void write_segment(unsigned number, const struct segment *segment)
{
    vmcs_write(field_at(FIELD_GUEST_ES_SELECTOR + number), segment->selector);
    vmcs_write(field_at(FIELD_GUEST_ES_LIMIT + number), segment->limit);
    vmcs_write(field_at(FIELD_GUEST_ES_ACCESS_RIGHTS + number), segment->access_rights);
    vmcs_write(field_at(FIELD_GUEST_ES_BASE + number), segment->base);
}

static struct guest_crs read_crs(const struct vcpu *vcpu)
{
    struct guest_crs crs = guest_crs_read(vcpu);
    for (unsigned i = 0; i < GUEST_PDPTES; i++)
        crs.pdpte[i] = vmcs_read(field_at(FIELD_GUEST_PDPTE0 + i));
    return crs;
}

struct guest_cpu guest_cpu_load(const struct vcpu *vcpu)
{
    struct guest_cpu cpu = {
        .crs = read_crs(vcpu),
        .rip = vmcs_read(GUEST_RIP),
        .rflags = vmcs_read(GUEST_RFLAGS),
        .dr7 = vmcs_read(GUEST_DR7),
        .ldtr = read_segment(LDTR),
        .tr = read_segment(TR),
        .gdtr = {vmcs_read(GUEST_GDTR_BASE), (uint16_t)vmcs_read(GUEST_GDTR_LIMIT)},
        .idtr = {vmcs_read(GUEST_IDTR_BASE), (uint16_t)vmcs_read(GUEST_IDTR_LIMIT)},
        .cr_facts = guest_cr_facts(vcpu),
        .linear_bits = vcpu->caps.linear_bits,
        .gigabyte_pages =
            (cpuid(CPUID_LEAF_EXTENDED_FEATURES, 0).edx & CPUID_80000001_EDX_PAGE_1G) != 0,
        .memory_at = memory_at,
        .memory = vcpu,
    };
    for (unsigned i = 0; i < GUEST_GENERAL; i++)
        cpu.general[i] = guest_register(vcpu, i);
    for (unsigned i = 0; i < GUEST_SEGMENTS; i++)
        cpu.segments[i] = read_segment(i);
    if (cpu.crs.cr4 & CR4_PKE)
        cpu.pkru = read_pkru();
    return cpu;
}

void guest_cpu_store(struct vcpu *vcpu, const struct guest_cpu *cpu)
{
    for (unsigned i = 0; i < GUEST_GENERAL; i++) {
        /* Outside 64-bit mode, writing a register clears its upper half. */
        if (cpu->general[i] != guest_register(vcpu, i))
            guest_register_set(vcpu, i, cpu->general[i]);
    }
    for (unsigned i = 0; i < GUEST_SEGMENTS; i++)
        write_segment(i, &cpu->segments[i]);
    write_segment(LDTR, &cpu->ldtr);
    write_segment(TR, &cpu->tr);
    vmcs_write(GUEST_GDTR_BASE, cpu->gdtr.base);
    vmcs_write(GUEST_GDTR_LIMIT, cpu->gdtr.limit);
    vmcs_write(GUEST_IDTR_BASE, cpu->idtr.base);
    vmcs_write(GUEST_IDTR_LIMIT, cpu->idtr.limit);
    vmcs_write(GUEST_RIP, cpu->rip);
    vmcs_write(GUEST_RFLAGS, cpu->rflags);
    vmcs_write(GUEST_DR7, cpu->dr7);
}

enum exit_action guest_cpu_fault(struct vcpu *vcpu, const struct guest_cpu *cpu)
{
    if (cpu->fault.stop)
        return guest_stop(vcpu, cpu->fault.stop);
    if (cpu->fault.vector == VECTOR_PF)
        write_cr2(cpu->fault.address);
    return inject_exception(vcpu, cpu->fault.vector, cpu->fault.error);
}
