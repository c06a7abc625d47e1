/* Reading and writing the guest through the VMCS. */
#include "vmx/exit/guest.h"

#include "kernel/panic.h"
#include "lib/bits.h"
#include "lib/segment.h"
#include "lib/string.h"
#include "lib/x86.h"
#include "vmx/cpu/state.h"
#include "vmx/instructions.h"
#include "vmx/vmcs.h"

bool guest_control(const struct vcpu *vcpu, enum control control)
{
    return image_control(&vcpu->image, control);
}

void guest_control_set(struct vcpu *vcpu, enum control control, bool on)
{
    const struct control_info *info = &control_table[control];
    const struct vmcs_field field = field_of_word((enum control_word)info->word);
    const uint64_t bit = BIT(info->bit);
    const uint64_t controls = on ? vmcs_read(field) | bit : vmcs_read(field) & ~bit;
    vmcs_write(field, controls);
    image_set(&vcpu->image, field, controls);
}

struct control_words guest_controls(const struct vcpu *vcpu)
{
    struct control_words words;
    for (enum control_word word = 0; word < CONTROL_WORDS; word++)
        words.value[word] = image_get(&vcpu->image, field_of_word(word));
    return words;
}

#define PLACE(name) offsetof(struct guest_registers, name)
const uint8_t guest_register_offset[] = {
    PLACE(rax), PLACE(rcx), PLACE(rdx), PLACE(rbx), 0,          PLACE(rbp), PLACE(rsi), PLACE(rdi),
    PLACE(r8),  PLACE(r9),  PLACE(r10), PLACE(r11), PLACE(r12), PLACE(r13), PLACE(r14), PLACE(r15),
};

uint64_t guest_register(const struct vcpu *vcpu, unsigned number)
{
    const uint64_t value = number == GUEST_RSP_NUMBER
                               ? vmcs_read(GUEST_RSP)
                               : guest_register_saved(&vcpu->context.registers, number);
    return guest_in_64_bit_mode() ? value : bits_get(value, 31, 0);
}

void guest_register_set(struct vcpu *vcpu, unsigned number, uint64_t value)
{
    if (!guest_in_64_bit_mode())
        value = bits_get(value, 31, 0);
    if (number == GUEST_RSP_NUMBER)
        vmcs_write(GUEST_RSP, value);
    else
        *(uint64_t *)((uintptr_t)&vcpu->context.registers + guest_register_offset[number]) = value;
}

uint64_t guest_edx_eax(const struct vcpu *vcpu)
{
    const struct guest_registers *registers = &vcpu->context.registers;
    return registers->rdx << 32 | bits_get(registers->rax, 31, 0);
}

void guest_edx_eax_set(struct vcpu *vcpu, uint64_t value)
{
    vcpu->context.registers.rax = bits_get(value, 31, 0);
    vcpu->context.registers.rdx = value >> 32;
}

static bool in_ia_32e_mode(void)
{
    return (vmcs_read(VM_ENTRY_CONTROLS) & BIT(control_table[ENTRY_IA_32E_MODE_GUEST].bit)) != 0;
}

bool guest_in_64_bit_mode(void)
{
    return in_ia_32e_mode() && (vmcs_read(GUEST_CS_ACCESS_RIGHTS) & ACCESS_RIGHTS_L);
}

/* The CPL is the DPL of SS (SDM Vol 3C §24.4.1). Real mode has no CPL and counts as 0. */
unsigned guest_cpl(void)
{
    if (!(vmcs_read(GUEST_CR0) & CR0_PE))
        return 0;
    if (vmcs_read(GUEST_RFLAGS) & RFLAGS_VM)
        return 3;
    return (unsigned)bits_get(vmcs_read(GUEST_SS_ACCESS_RIGHTS), 6, 5);
}

uint64_t guest_cr0(void)
{
    uint64_t mask = vmcs_read(CR0_GUEST_HOST_MASK);
    return (vmcs_read(GUEST_CR0) & ~mask) | (vmcs_read(CR0_READ_SHADOW) & mask);
}

uint64_t guest_cr4(void)
{
    uint64_t mask = vmcs_read(CR4_GUEST_HOST_MASK);
    return (vmcs_read(GUEST_CR4) & ~mask) | (vmcs_read(CR4_READ_SHADOW) & mask);
}

uint64_t guest_efer(const struct vcpu *vcpu)
{
    if (guest_control(vcpu, ENTRY_LOAD_IA32_EFER))
        return vmcs_read(GUEST_IA32_EFER);
    return in_ia_32e_mode() ? EFER_LME | EFER_LMA : 0;
}

bool guest_memory_read(const struct vcpu *vcpu, uint64_t address, void *to, size_t size)
{
    if (!vcpu->memory || address > vcpu->memory_size || size > vcpu->memory_size - address)
        return false;
    memcpy(to, vcpu->memory + address, size);
    return true;
}

void guest_forget_translations(const struct vcpu *vcpu)
{
    if (!guest_control(vcpu, SECONDARY_ENABLE_VPID))
        return;
    /* With EPT, the guest's translations are combined mappings. INVVPID invalidates them, and so
     * does INVEPT (SDM Vol 3C §28.4.3.1). */
    if (caps_bits(&vcpu->caps, IA32_VMX_EPT_VPID_CAP_INVVPID_ALL_CONTEXT))
        MUST(invvpid(INVALIDATE_ALL_CONTEXTS) == VMX_SUCCEED);
    else
        MUST(invept(INVALIDATE_ALL_CONTEXTS) == VMX_SUCCEED);
}

enum exit_action guest_stop(struct vcpu *vcpu, const char *why)
{
    vcpu->stop_why = why;
    return EXIT_STOP;
}
