/* Records of exits, and their lines. */
#include "vmx/ring.h"

#include "kernel/log.h"
#include "vmx/exit.h"
#include "vmx/guest.h"
#include "vmx/trace.h"
#include "vmx/vmcs.h"

/* What is worth a record's room, the most telling first. */
static const struct {
    uint16_t carries, from;
} worth[] = {
    {HAS_PHYSICAL, FROM_PHYSICAL},       {HAS_EVENT, FROM_EVENT},
    {HAS_EVENT, FROM_EVENT_ERROR},       {HAS_MSR_DATA, FROM_MSR_DATA},
    {HAS_INSTRUCTION, FROM_INSTRUCTION}, {HAS_REGISTERS, FROM_RAX},
    {HAS_REGISTERS, FROM_RCX},           {HAS_REGISTERS, FROM_RDX},
    {HAS_LINEAR, FROM_LINEAR},           {HAS_VECTORING, FROM_VECTORING},
};

/* Where the values of a reason come from, worked out before the first exit. */
static struct shape {
    uint8_t count, from[RING_VALUES];
    bool operand, mode;                   /* as vmx/exits.def says */
    struct vmcs_field field[RING_VALUES]; /* of index 0 for registers */
} shapes[EXIT_REASONS_MAX];

static void shape_begin(struct shape *shape, const struct vcpu *vcpu, uint32_t carries)
{
    *shape = (struct shape){.mode = carries & HAS_MODE};
    shape->operand = (carries & (HAS_OPERAND | HAS_INSTRUCTION)) == HAS_OPERAND;
    for (unsigned i = 0; i < ARRAY_COUNT(worth); i++) {
        const enum decode_from from = (enum decode_from)worth[i].from;
        const uint16_t field = exit_field(vcpu, from);
        if (!(carries & worth[i].carries) || (from > FROM_R15 && field == 0) ||
            shape->count + shape->operand == RING_VALUES)
            continue;
        shape->from[shape->count] = (uint8_t)from;
        shape->field[shape->count++] = field_at(field);
    }
}

void ring_begin(struct vcpu *vcpu)
{
    for (uint32_t reason = 0; reason < EXIT_REASONS_MAX; reason++)
        shape_begin(&shapes[reason], vcpu, exit_carries(reason));
}

/* The register that the qualification of an access to a control or debug register names: the last
 * value of its record. */
static enum decode_from operand_of(uint64_t qualification)
{
    return (enum decode_from)(FROM_RAX + bits_get(qualification, 11, 8));
}

static const struct shape *shape_of(uint64_t reason)
{
    const uint64_t basic = reason & EXIT_REASON_BASIC;
    return &shapes[basic < EXIT_REASONS_MAX ? basic : EXIT_REASONS_MAX - 1];
}

struct exit_record *ring_take(struct vcpu *vcpu)
{
    struct exit_record *record = ring_record(&vcpu->ring, vcpu->exits - 1);
    const struct vcpu_context *context = &vcpu->context;
    const struct shape *shape = shape_of(context->reason);
    record->entered = context->tsc_entry;
    record->exited = context->tsc_exit;
    record->rip = vmcs_read_any(GUEST_RIP);
    record->qualification = vmcs_read_any(EXIT_QUALIFICATION);
    record->reason = (uint32_t)context->reason;
    record->length = (uint8_t)vmcs_read_any(VM_EXIT_INSTRUCTION_LENGTH);
    for (unsigned i = 0; i < shape->count; i++)
        record->value[i] = shape->field[i].index != 0
                               ? vmcs_read_any(shape->field[i])
                               : guest_register_saved(&context->registers, shape->from[i]);
    if (shape->operand)
        record->value[RING_VALUES - 1] = exit_value(vcpu, operand_of(record->qualification));
    record->in_64_bit = shape->mode && guest_in_64_bit_mode();
    return record;
}

static void know(struct decode_values *values, enum decode_from from, uint64_t value)
{
    values->at[from] = value;
    values->unknown &= ~(uint32_t)BIT(from);
}

static void print(const struct vcpu *vcpu, const struct exit_record *record, uint64_t seq)
{
    const struct exit exit = {
        .seq = seq,
        .reason = record->reason,
        .length = record->length,
        .qualification = record->qualification,
        .rip = record->rip,
        .entered = record->entered,
        .exited = record->exited,
    };
    const struct shape *shape = shape_of(record->reason);
    struct decode_values values = {.unknown = UINT32_MAX};
    know(&values, FROM_REASON, record->reason);
    know(&values, FROM_QUALIFICATION, record->qualification);
    know(&values, FROM_FACTS, exit_facts(vcpu) | (record->in_64_bit ? FACT_64_BIT_MODE : 0));
    for (unsigned i = 0; i < shape->count; i++)
        know(&values, (enum decode_from)shape->from[i], record->value[i]);
    if (shape->operand)
        know(&values, operand_of(record->qualification), record->value[RING_VALUES - 1]);
    trace_line(vcpu, &exit, &values, (enum exit_action)record->action, NULL);
}

void ring_print(const struct vcpu *vcpu)
{
    const uint64_t room = vcpu->ring.mask + 1;
    const uint64_t overwritten = vcpu->exits > room ? vcpu->exits - room : 0;
    struct line *line = log_begin("trace");
    line_name(line, "mode", "ring");
    line_decimal(line, "cpu", vcpu->cpu);
    line_decimal(line, "records", room);
    line_decimal(line, "recorded", vcpu->exits - overwritten);
    line_decimal(line, "overwritten", overwritten);
    line_end(line);
    for (uint64_t exits = overwritten; exits < vcpu->exits; exits++)
        print(vcpu, ring_record(&vcpu->ring, exits), exits + 1);
}
