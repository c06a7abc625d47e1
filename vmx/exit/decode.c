/* The rows of vmx/exit/decode.def, and how they are printed. */
#include "vmx/exit/decode.h"

#include <stdbool.h>
#include <stddef.h>

#include "vmx/exit_reason.h"
#include "vmx/state_bits.h"

#define EVENT_WITH_ERROR      (EVENT_VALID | EVENT_HAS_ERROR)
#define EVENT_TYPE_AND_VECTOR BITS(10, 0)
#define EVENT_DOUBLE_FAULT    (UINT64_C(3) << 8 | 8) /* a hardware exception, vector 8 */

#define REGISTERS     "rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15"
#define SEGMENTS      "es cs ss ds fs gs"
#define ADDRESS_SIZES "16 32 64"
#define SCALES        "1 2 4 8"
#define EVENT_TYPES   "external ? nmi hardware software_interrupt privileged software other"

#define FORM_DECIMAL    AS_DECIMAL, NULL
#define FORM_HEX        AS_HEX, NULL
#define FORM_NONZERO    AS_NONZERO, NULL
#define FORM_FLAG       AS_FLAG, NULL
#define FORM_NAME(list) AS_NAME, list
#define FORM_SET(list)  AS_SET, list
#define FORM_RIGHTS     AS_RIGHTS, NULL
#define FORM_REGISTER   AS_NAME, REGISTERS
#define FORM_VALUE      AS_VALUE, NULL
#define FORM_MEMORY     AS_MEMORY, NULL

#define IF(from, mask, equal)                                                                      \
    {                                                                                              \
        FROM_##from, mask, equal                                                                   \
    }
#define IF_FACT(fact)       IF(FACTS, FACT_##fact, FACT_##fact)
#define IF_VALID(from)      IF(from, EVENT_VALID, EVENT_VALID)
#define IF_ERROR(from)      IF(from, EVENT_WITH_ERROR, EVENT_WITH_ERROR)
#define IF_VECTOR(vector)   IF(EVENT, EVENT_VALID | BITS(7, 0), EVENT_VALID | (vector))
#define ALWAYS              IF(FACTS, 0, 0)
#define BOTH(first, second) first, second

const struct decode_row decode_rows[] = {
#define DECODE(reason, key, from, hi, lo, form, when)                                              \
    {REASON_##reason, FROM_##from, hi, lo, FORM_##form, #key, {when}},
#include "vmx/exit/decode.def"
#undef DECODE
};
const unsigned decode_row_count = ARRAY_COUNT(decode_rows);

static uint64_t value_of(const struct decode_values *values, unsigned from)
{
    if (from == FROM_EDX_EAX)
        return values->at[FROM_RDX] << 32 | bits_get(values->at[FROM_RAX], 31, 0);
    return values->at[from];
}

static bool is_known(const struct decode_values *values, unsigned from)
{
    if (from == FROM_EDX_EAX)
        return is_known(values, FROM_RDX) && is_known(values, FROM_RAX);
    return !(values->unknown & BIT(from));
}

static bool holds(const struct decode_values *values, const struct decode_condition *condition)
{
    return (condition->mask == 0 || is_known(values, condition->from)) &&
           (value_of(values, condition->from) & condition->mask) == condition->equal;
}

/* Bytes for the longest name in a list of names, with its terminating zero. */
enum { NAME_MAX = 24 };

static void take_name(char name[NAME_MAX], const char *names, uint64_t number)
{
    unsigned length = 0;
    for (; number > 0 && *names != '\0'; names++)
        number -= *names == ' ';
    while (*names != '\0' && *names != ' ' && length < NAME_MAX - 1)
        name[length++] = *names++;
    if (length == 0)
        name[length++] = '?';
    name[length] = '\0';
}

static void line_named(struct line *line, const char *key, const char *names, uint64_t number)
{
    char name[NAME_MAX];
    take_name(name, names, number);
    line_name(line, key, name);
}

/* Prints the names of all bits that are set, separated by commas, or "none". */
static void line_set(struct line *line, const char *key, const char *names, uint64_t bits)
{
    char text[96] = "none";
    unsigned length = 0;
    for (unsigned bit = 0; bit < 64; bit++) {
        char name[NAME_MAX];
        take_name(name, names, bit);
        if (!(bits & BIT(bit)) || name[0] == '-' || name[0] == '?' ||
            length + 1 + NAME_MAX > sizeof text)
            continue;
        if (length > 0)
            text[length++] = ',';
        for (const char *at = name; *at != '\0'; at++)
            text[length++] = *at;
        text[length] = '\0';
    }
    line_name(line, key, text);
}

/* Prints rwx, with - for each right that is missing. */
static void line_rights(struct line *line, const char *key, uint64_t rights)
{
    const char text[4] = {rights & 1 ? 'r' : '-', rights & 2 ? 'w' : '-', rights & 4 ? 'x' : '-',
                          '\0'};
    line_name(line, key, text);
}

/* Returns a general register as an instruction sees it: outside 64-bit mode, its low 32 bits. */
static uint64_t register_value(const struct decode_values *values, uint64_t number)
{
    uint64_t value = values->at[FROM_RAX + number];
    return values->at[FROM_FACTS] & FACT_64_BIT_MODE ? value : bits_get(value, 31, 0);
}

/* Prints a memory operand. The exit qualification holds the displacement, to which the processor
 * has added RIP for a RIP-relative address. Bits beyond the address size are undefined. */
static void line_memory(struct line *line, const struct decode_values *values)
{
    uint64_t information = values->at[FROM_INSTRUCTION];
    uint64_t size = bits_get(information, 9, 7);
    uint64_t mask = size == 0 ? BITS(15, 0) : size == 1 ? BITS(31, 0) : ~UINT64_C(0);
    uint64_t address = values->at[FROM_QUALIFICATION];
    bool known = true;

    line_named(line, "segment", SEGMENTS, bits_get(information, 17, 15));
    line_hex(line, "displacement", address & mask);
    if (!(information & OPERAND_NO_BASE)) {
        uint64_t base = bits_get(information, 26, 23);
        line_named(line, "base", REGISTERS, base);
        address += values->at[FROM_RAX + base];
        known = is_known(values, FROM_RAX + (unsigned)base);
    }
    if (!(information & OPERAND_NO_INDEX)) {
        uint64_t index = bits_get(information, 21, 18);
        line_named(line, "index", REGISTERS, index);
        line_named(line, "scale", SCALES, bits_get(information, 1, 0));
        known = known && is_known(values, FROM_RAX + (unsigned)index);
        address += values->at[FROM_RAX + index] << bits_get(information, 1, 0);
    }
    line_named(line, "address_size", ADDRESS_SIZES, size);
    if (known)
        line_hex(line, "address", address & mask);
}

static void print(const struct decode_row *row, const struct decode_values *values,
                  struct line *line)
{
    uint64_t bits = bits_get(value_of(values, row->from), row->hi, row->lo);
    switch ((enum decode_form)row->form) {
    case AS_DECIMAL:
        line_decimal(line, row->key, bits);
        break;
    case AS_HEX:
        line_hex(line, row->key, bits);
        break;
    case AS_NONZERO:
        if (bits)
            line_hex(line, row->key, bits);
        break;
    case AS_FLAG:
        if (bits)
            line_decimal(line, row->key, 1);
        break;
    case AS_NAME:
        line_named(line, row->key, row->names, bits);
        break;
    case AS_SET:
        line_set(line, row->key, row->names, bits);
        break;
    case AS_RIGHTS:
        line_rights(line, row->key, bits);
        break;
    case AS_VALUE:
        if (is_known(values, FROM_RAX + (unsigned)bits))
            line_hex(line, row->key, register_value(values, bits));
        break;
    case AS_MEMORY:
        line_memory(line, values);
        break;
    }
}

void decode(const struct decode_values *values, struct line *line)
{
    uint16_t reason = (uint16_t)(values->at[FROM_REASON] & EXIT_REASON_BASIC);
    struct decode_values known = *values;

    /* During event delivery and for a double fault, "NMI unblocking" is undefined with any controls
     * (SDM Vol 3C §27.2.3 "Information About NMI Unblocking Due to IRET"). */
    if ((known.at[FROM_VECTORING] & EVENT_VALID) ||
        (known.at[FROM_EVENT] & EVENT_TYPE_AND_VECTOR) == EVENT_DOUBLE_FAULT)
        known.at[FROM_FACTS] &= ~FACT_NMI_UNBLOCKING;
    for (unsigned i = 0; i < decode_row_count; i++) {
        const struct decode_row *row = &decode_rows[i];
        if ((row->reason == reason || row->reason == REASON_ANY) && holds(&known, &row->when[0]) &&
            holds(&known, &row->when[1]) && is_known(&known, row->from))
            print(row, &known, line);
    }
}
