/* Recording exits, and printing the records. */
#include "vmx/exit/ring.h"

#include "kernel/log.h"
#include "kernel/memory.h"
#include "kernel/result.h"
#include "lib/address.h"
#include "vmx/exit/guest.h"
#include "vmx/exit/observe.h"
#include "vmx/exit/trace.h"
#include "vmx/vmcs.h"

enum { NO_FIELD = FROM_REASON }; /* the reason has a member of its own */

/* The fields worth recording, the most important first. NO_FIELD stands for the registers: if the
 * exit carries registers, no field after that row replaces them. */
static const struct {
    uint16_t carries, from;
} worth[] = {
    {HAS_PHYSICAL, FROM_PHYSICAL},       {HAS_EVENT, FROM_EVENT},
    {HAS_EVENT, FROM_EVENT_ERROR},       {HAS_MSR_DATA, FROM_MSR_DATA},
    {HAS_INSTRUCTION, FROM_INSTRUCTION}, {HAS_REGISTERS, NO_FIELD},
    {HAS_LINEAR, FROM_LINEAR},           {HAS_VECTORING, FROM_VECTORING},
};

/* The registers that ring_keep_registers() stores. */
static const uint8_t registers[RING_VALUES] = {FROM_RDX, FROM_RCX, FROM_RAX};

/* The layout of a record of each reason, determined before the first exit. */
static struct shape {
    _Alignas(16) struct vmcs_field field[RING_VALUES];
    uint8_t fields;
    uint8_t rare; /* SHAPE_... */
} shapes[EXIT_REASONS_MAX];

enum {
    SHAPE_OPERAND = 1, /* the last value is the register that the qualification names */
    SHAPE_MODE = 2,    /* the record has the guest's mode */
};

/* What each value of a record is, as enum decode_from. NO_FIELD: it is not printed. */
static uint8_t recorded_from[EXIT_REASONS_MAX][RING_VALUES];

static void shape_begin(struct shape *shape, uint8_t *value_from, const struct vcpu *vcpu,
                        uint32_t carries)
{
    const bool has_operand = (carries & (HAS_OPERAND | HAS_INSTRUCTION)) == HAS_OPERAND;
    *shape = (struct shape){.rare = (uint8_t)((has_operand ? SHAPE_OPERAND : 0) |
                                              (carries & HAS_MODE ? SHAPE_MODE : 0))};
    for (unsigned i = 0; i < RING_VALUES; i++)
        value_from[i] = carries & HAS_REGISTERS ? registers[i] : NO_FIELD;
    for (unsigned i = 0; i < ARRAY_COUNT(worth) && shape->fields + has_operand < RING_VALUES; i++) {
        if (!(carries & worth[i].carries))
            continue;
        if (worth[i].from == NO_FIELD)
            break;
        const uint16_t field = exit_field(vcpu, (enum decode_from)worth[i].from);
        if (field == 0)
            continue;
        value_from[shape->fields] = (uint8_t)worth[i].from;
        shape->field[shape->fields++] = field_at(field);
    }
}

void ring_create(struct exit_ring *ring, struct memory *memory, uint64_t records)
{
    uint64_t room = 1, address;
    while (room < records)
        room *= 2;
    *ring = (struct exit_ring){NULL, room - 1};
    const uint64_t bytes = align_up(ring_size(ring), PAGE_SIZE);
    if (!memory_take(memory, bytes / PAGE_SIZE, PAGE_SIZE, UINT64_MAX, &address)) {
        finish(
            RESULT_UNSUPPORTED,
            "trace=ring needs %llu KiB of consecutive memory, found %llu KiB free in all; ask for "
            "fewer records= or add memory",
            (unsigned long long)(bytes / 1024),
            (unsigned long long)(range_set_total(&memory->free) / 1024));
    }
    ring->at = (struct exit_record *)address;
}

void ring_begin(struct vcpu *vcpu)
{
    for (uint32_t reason = 0; reason < EXIT_REASONS_MAX; reason++)
        shape_begin(&shapes[reason], recorded_from[reason], vcpu, exit_carries(reason));
}

/* Returns the general register that the qualification of an access to a control or debug register
 * names. */
static enum decode_from operand_of(uint64_t qualification)
{
    return (enum decode_from)(FROM_RAX + bits_get(qualification, 11, 8));
}

static unsigned row_of(uint64_t reason)
{
    const unsigned basic = (unsigned)(reason & EXIT_REASON_BASIC);
    return basic < EXIT_REASONS_MAX ? basic : EXIT_REASONS_MAX - 1;
}

static uint64_t operand(const struct vcpu *vcpu, enum decode_from from)
{
    return from == FROM_RSP ? vmread_any(GUEST_RSP)
                            : guest_register_saved(&vcpu->context.registers, from);
}

/* Not inlined, so that ring_take() saves registers for the calls in here only when it is needed. */
static __attribute__((noinline)) struct exit_record *
take_rare(const struct vcpu *vcpu, unsigned rare, struct exit_record *record)
{
    if (rare & SHAPE_OPERAND)
        record->value[RING_VALUES - 1] = operand(vcpu, operand_of(record->qualification));
    if (rare & SHAPE_MODE)
        record->in_64_bit = guest_in_64_bit_mode();
    return record;
}

struct exit_record *ring_take(struct vcpu *vcpu)
{
    struct exit_record *record = ring_record(&vcpu->ring, vcpu->exits - 1);
    const struct vcpu_context *context = &vcpu->context;
    const struct shape *shape = &shapes[row_of(context->reason)];
    record->entered = context->tsc_entry;
    record->exited = context->tsc_exit;
    record->rip = vmread_any(GUEST_RIP);
    record->qualification = vmread_any(EXIT_QUALIFICATION);
    record->reason = (uint32_t)context->reason;
    record->length = (uint8_t)vmread_any(VM_EXIT_INSTRUCTION_LENGTH);
    record->in_64_bit = false;
    ring_keep_registers(record, context->registers.rax, context->registers.rcx,
                        context->registers.rdx);
    for (unsigned i = 0; i < shape->fields; i++)
        record->value[i] = vmread_any(shape->field[i]);
    return shape->rare != 0 ? take_rare(vcpu, shape->rare, record) : record;
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
    const unsigned row = row_of(record->reason);
    struct decode_values values = {.unknown = UINT32_MAX};
    know(&values, FROM_REASON, record->reason);
    know(&values, FROM_QUALIFICATION, record->qualification);
    know(&values, FROM_FACTS, exit_facts(vcpu) | (record->in_64_bit ? FACT_64_BIT_MODE : 0));
    for (unsigned i = 0; i < RING_VALUES; i++) {
        if (recorded_from[row][i] != NO_FIELD)
            know(&values, (enum decode_from)recorded_from[row][i], record->value[i]);
    }
    if (shapes[row].rare & SHAPE_OPERAND)
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
