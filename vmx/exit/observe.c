/* Reading what the last exit carries: a table of reasons (from vmx/exits.def) and one of fields. */
#include "vmx/exit/observe.h"

#include "lib/bits.h"
#include "vmx/control.h"
#include "vmx/exit/guest.h"
#include "vmx/vmcs.h"

#define EPTP_SUPERVISOR_SHADOW_STACK BIT(7)

struct exit exit_observe(const struct vcpu *vcpu)
{
    return (struct exit){
        .seq = vcpu->exits,
        .reason = (uint32_t)vcpu->context.reason,
        .length = (uint32_t)vmcs_read(VM_EXIT_INSTRUCTION_LENGTH),
        .qualification = vmcs_read(EXIT_QUALIFICATION),
        .rip = vmcs_read(GUEST_RIP),
        .entered = vcpu->context.tsc_entry,
        .exited = vcpu->context.tsc_exit,
        .registers = vcpu->context.registers,
    };
}

uint32_t exit_carries(uint32_t reason)
{
    static const uint16_t carries[EXIT_REASONS_MAX] = {
#define EXIT(number, name, carries, handle) [number] = (carries),
#include "vmx/exits.def"
#undef EXIT
    };
    const uint32_t basic = reason & EXIT_REASON_BASIC;
    return basic < EXIT_REASONS_MAX ? carries[basic] : HAS_NOTHING;
}

/* The fields that only some reasons carry. */
static const struct {
    uint32_t carries;
    uint16_t to, field;
} fields[] = {
    {HAS_INSTRUCTION, FROM_INSTRUCTION, FIELD_VM_EXIT_INSTRUCTION_INFORMATION},
    {HAS_LINEAR, FROM_LINEAR, FIELD_GUEST_LINEAR_ADDRESS},
    {HAS_PHYSICAL, FROM_PHYSICAL, FIELD_GUEST_PHYSICAL_ADDRESS},
    {HAS_EVENT, FROM_EVENT, FIELD_VM_EXIT_INTERRUPTION_INFORMATION},
    {HAS_EVENT, FROM_EVENT_ERROR, FIELD_VM_EXIT_INTERRUPTION_ERROR_CODE},
    {HAS_VECTORING, FROM_VECTORING, FIELD_IDT_VECTORING_INFORMATION_FIELD},
    {HAS_VECTORING, FROM_VECTORING_ERROR, FIELD_IDT_VECTORING_ERROR_CODE},
    {HAS_OPERAND, FROM_RSP, FIELD_GUEST_RSP},
    {HAS_IO, FROM_IO_RCX, FIELD_IO_RCX},
    {HAS_IO, FROM_IO_RSI, FIELD_IO_RSI},
    {HAS_IO, FROM_IO_RDI, FIELD_IO_RDI},
    {HAS_IO, FROM_IO_RIP, FIELD_IO_RIP},
    {HAS_MSR_DATA, FROM_MSR_DATA, FIELD_MSR_DATA},
};

uint16_t exit_field(const struct vcpu *vcpu, enum decode_from from)
{
    for (unsigned i = 0; i < ARRAY_COUNT(fields); i++) {
        if (fields[i].to == from && field_exists(field_at(fields[i].field), &vcpu->caps))
            return fields[i].field;
    }
    return 0;
}

static uint64_t value_of(const struct vcpu *vcpu, enum decode_from from)
{
    const uint16_t field = exit_field(vcpu, from);
    return field != 0 ? vmcs_read(field_at(field)) : 0;
}

uint64_t exit_facts(const struct vcpu *vcpu)
{
    uint64_t facts = 0;
    if (!guest_control(vcpu, PIN_NMI_EXITING) || guest_control(vcpu, PIN_VIRTUAL_NMIS))
        facts |= FACT_NMI_UNBLOCKING;
    if (guest_control(vcpu, SECONDARY_MODE_BASED_EXECUTE_CONTROL_FOR_EPT))
        facts |= FACT_MODE_BASED_EXECUTE;
    if (caps_bits(&vcpu->caps, IA32_VMX_EPT_VPID_CAP_ADVANCED_EPT_VIOLATION_INFORMATION))
        facts |= FACT_ADVANCED_EPT_VIOLATION;
    if (image_get(&vcpu->image, EPT_POINTER) & EPTP_SUPERVISOR_SHADOW_STACK)
        facts |= FACT_SUPERVISOR_SHADOW_STACK;
    if (caps_bits(&vcpu->caps, IA32_VMX_BASIC_INS_OUTS_INFORMATION))
        facts |= FACT_INS_OUTS;
    if (guest_control(vcpu, PRIMARY_USE_MSR_BITMAPS))
        facts |= FACT_MSR_BITMAPS;
    return facts;
}

void exit_values(const struct vcpu *vcpu, const struct exit *exit, struct decode_values *values)
{
    const uint32_t carries = exit_carries(exit->reason);
    *values = (struct decode_values){.unknown = 0};
    values->at[FROM_REASON] = exit->reason;
    values->at[FROM_QUALIFICATION] = exit->qualification;
    values->at[FROM_FACTS] = exit_facts(vcpu);
    if ((carries & HAS_MODE) && guest_in_64_bit_mode())
        values->at[FROM_FACTS] |= FACT_64_BIT_MODE;
    for (enum decode_from from = FROM_RAX; from <= FROM_R15; from++) {
        if (from != FROM_RSP)
            values->at[from] = guest_register_saved(&exit->registers, from);
    }
    for (unsigned i = 0; i < ARRAY_COUNT(fields); i++) {
        if (carries & fields[i].carries)
            values->at[fields[i].to] = value_of(vcpu, fields[i].to);
    }
}
