/* Parses the dump that Linux's KVM prints when a VM entry fails. It has three parts, each with
 * labels and hexadecimal numbers; a table maps the numbers to fields. Kernel versions differ in the
 * lines and their breaks, and mail programs quote and wrap them. Therefore the parser ignores line
 * breaks and skips everything that the table does not list, such as the time before each line. */
#include "tools/vmcs-audit/find.h"
#include "tools/vmcs-audit/parse.h"

#include "lib/bits.h"
#include "lib/string.h"
#include "vmx/exit_reason.h"

enum part {
    PART_NONE, /* before the first dump */
    PART_GUEST,
    PART_HOST,
    PART_CONTROL,
};

enum {
    VALUES_MAX = 7,
    NO_FIELD = FIELD_COUNT, /* as the first field of a row: skip the numbers */
    HEX_DIGITS_MAX = 16,
};

/* A label with its numbers, and the fields that the numbers belong to. In a pattern, a blank
 * matches any number of blanks, commas, line ends and quote marks of mail, and they may also
 * surround a `=`. %n matches a hexadecimal number of at least n digits, with or without 0x. KVM
 * pads its numbers, so a number with fewer digits has been cut off. */
struct row {
    enum part part;
    const char *pattern;
    uint16_t field[VALUES_MAX];
};

#define F(name) FIELD_##name
#define SEGMENT(label, name)                                                                       \
    {                                                                                              \
        PART_GUEST, label ": sel=%4 attr=%5 limit=%8 base=%16",                                    \
        {                                                                                          \
            F(GUEST_##name##_SELECTOR), F(GUEST_##name##_ACCESS_RIGHTS), F(GUEST_##name##_LIMIT),  \
                F(GUEST_##name##_BASE)                                                             \
        }                                                                                          \
    }
#define TABLE(label, name)                                                                         \
    {                                                                                              \
        PART_GUEST, label ": limit=%8 base=%16",                                                   \
        {                                                                                          \
            F(GUEST_##name##_LIMIT), F(GUEST_##name##_BASE)                                        \
        }                                                                                          \
    }

static const struct row rows[] = {
    {PART_GUEST,
     "CR0: actual=%16 shadow=%16 gh_mask=%16",
     {F(GUEST_CR0), F(CR0_READ_SHADOW), F(CR0_GUEST_HOST_MASK)}},
    {PART_GUEST,
     "CR4: actual=%16 shadow=%16 gh_mask=%16",
     {F(GUEST_CR4), F(CR4_READ_SHADOW), F(CR4_GUEST_HOST_MASK)}},
    {PART_GUEST, "CR3=%16", {F(GUEST_CR3)}},
    {PART_GUEST, "PDPTR0=%16", {F(GUEST_PDPTE0)}},
    {PART_GUEST, "PDPTR1=%16", {F(GUEST_PDPTE1)}},
    {PART_GUEST, "PDPTR2=%16", {F(GUEST_PDPTE2)}},
    {PART_GUEST, "PDPTR3=%16", {F(GUEST_PDPTE3)}},
    {PART_GUEST, "RSP=%16", {F(GUEST_RSP)}},
    {PART_GUEST, "RIP=%16", {F(GUEST_RIP)}},
    {PART_GUEST, "RFLAGS=%8", {F(GUEST_RFLAGS)}},
    {PART_GUEST, "DR7=%16", {F(GUEST_DR7)}},
    {PART_GUEST,
     "Sysenter RSP=%16 CS:RIP=%4:%16",
     {F(GUEST_IA32_SYSENTER_ESP), F(GUEST_IA32_SYSENTER_CS), F(GUEST_IA32_SYSENTER_EIP)}},
    SEGMENT("CS", CS),
    SEGMENT("DS", DS),
    SEGMENT("SS", SS),
    SEGMENT("ES", ES),
    SEGMENT("FS", FS),
    SEGMENT("GS", GS),
    SEGMENT("LDTR", LDTR),
    SEGMENT("TR", TR),
    TABLE("GDTR", GDTR),
    TABLE("IDTR", IDTR),
    /* An EFER with a remark is the value that the guest will get, not the field. */
    {PART_GUEST, "EFER=%16 (", {NO_FIELD}},
    {PART_GUEST, "EFER=%16", {F(GUEST_IA32_EFER)}},
    {PART_GUEST, "PAT=%16", {F(GUEST_IA32_PAT)}},
    {PART_GUEST, "DebugCtl=%16", {F(GUEST_IA32_DEBUGCTL)}},
    {PART_GUEST, "DebugExceptions=%16", {F(GUEST_PENDING_DEBUG_EXCEPTIONS)}},
    {PART_GUEST, "PerfGlobCtl=%16", {F(GUEST_IA32_PERF_GLOBAL_CTRL)}},
    {PART_GUEST, "BndCfgS=%16", {F(GUEST_IA32_BNDCFGS)}},
    {PART_GUEST, "Interruptibility=%8", {F(GUEST_INTERRUPTIBILITY_STATE)}},
    {PART_GUEST, "ActivityState=%8", {F(GUEST_ACTIVITY_STATE)}},
    {PART_GUEST, "InterruptStatus=%4", {F(GUEST_INTERRUPT_STATUS)}},
    {PART_GUEST, "S_CET=%16", {F(GUEST_IA32_S_CET)}},
    {PART_GUEST, "SSP=%16", {F(GUEST_SSP)}},
    {PART_GUEST, "SSP TABLE=%16", {F(GUEST_IA32_INTERRUPT_SSP_TABLE_ADDR)}},

    {PART_HOST, "RIP=%16", {F(HOST_RIP)}},
    {PART_HOST, "RSP=%16", {F(HOST_RSP)}},
    {PART_HOST,
     "CS=%4 SS=%4 DS=%4 ES=%4 FS=%4 GS=%4 TR=%4",
     {F(HOST_CS_SELECTOR), F(HOST_SS_SELECTOR), F(HOST_DS_SELECTOR), F(HOST_ES_SELECTOR),
      F(HOST_FS_SELECTOR), F(HOST_GS_SELECTOR), F(HOST_TR_SELECTOR)}},
    {PART_HOST, "FSBase=%16", {F(HOST_FS_BASE)}},
    {PART_HOST, "GSBase=%16", {F(HOST_GS_BASE)}},
    {PART_HOST, "TRBase=%16", {F(HOST_TR_BASE)}},
    {PART_HOST, "GDTBase=%16", {F(HOST_GDTR_BASE)}},
    {PART_HOST, "IDTBase=%16", {F(HOST_IDTR_BASE)}},
    {PART_HOST, "CR0=%16", {F(HOST_CR0)}},
    {PART_HOST, "CR3=%16", {F(HOST_CR3)}},
    {PART_HOST, "CR4=%16", {F(HOST_CR4)}},
    {PART_HOST,
     "Sysenter RSP=%16 CS:RIP=%4:%16",
     {F(HOST_IA32_SYSENTER_ESP), F(HOST_IA32_SYSENTER_CS), F(HOST_IA32_SYSENTER_EIP)}},
    {PART_HOST, "EFER=%16", {F(HOST_IA32_EFER)}},
    {PART_HOST, "PAT=%16", {F(HOST_IA32_PAT)}},
    {PART_HOST, "PerfGlobCtl=%16", {F(HOST_IA32_PERF_GLOBAL_CTRL)}},
    {PART_HOST, "S_CET=%16", {F(HOST_IA32_S_CET)}},
    {PART_HOST, "SSP=%16", {F(HOST_SSP)}},
    {PART_HOST, "SSP TABLE=%16", {F(HOST_IA32_INTERRUPT_SSP_TABLE_ADDR)}},

    {PART_CONTROL, "PinBased=%8", {F(PIN_BASED_VM_EXECUTION_CONTROLS)}},
    {PART_CONTROL, "CPUBased=%8", {F(PRIMARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS)}},
    {PART_CONTROL, "SecondaryExec=%8", {F(SECONDARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS)}},
    {PART_CONTROL, "TertiaryExec=%16", {F(TERTIARY_PROCESSOR_BASED_VM_EXECUTION_CONTROLS)}},
    {PART_CONTROL, "EntryControls=%8", {F(VM_ENTRY_CONTROLS)}},
    {PART_CONTROL, "ExitControls=%8", {F(PRIMARY_VM_EXIT_CONTROLS)}},
    {PART_CONTROL, "SecondaryExitControls=%16", {F(SECONDARY_VM_EXIT_CONTROLS)}},
    {PART_CONTROL, "ExceptionBitmap=%8", {F(EXCEPTION_BITMAP)}},
    {PART_CONTROL, "PFECmask=%8", {F(PAGE_FAULT_ERROR_CODE_MASK)}},
    {PART_CONTROL, "PFECmatch=%8", {F(PAGE_FAULT_ERROR_CODE_MATCH)}},
    {PART_CONTROL,
     "VMEntry: intr_info=%8 errcode=%8 ilen=%8",
     {F(VM_ENTRY_INTERRUPTION_INFORMATION_FIELD), F(VM_ENTRY_EXCEPTION_ERROR_CODE),
      F(VM_ENTRY_INSTRUCTION_LENGTH)}},
    {PART_CONTROL,
     "VMExit: intr_info=%8 errcode=%8 ilen=%8",
     {F(VM_EXIT_INTERRUPTION_INFORMATION), F(VM_EXIT_INTERRUPTION_ERROR_CODE),
      F(VM_EXIT_INSTRUCTION_LENGTH)}},
    {PART_CONTROL, "reason=%8 qualification=%16", {F(EXIT_REASON), F(EXIT_QUALIFICATION)}},
    {PART_CONTROL,
     "IDTVectoring: info=%8 errcode=%8",
     {F(IDT_VECTORING_INFORMATION_FIELD), F(IDT_VECTORING_ERROR_CODE)}},
    {PART_CONTROL, "TSC Offset=%16", {F(TSC_OFFSET)}},
    {PART_CONTROL, "TSC Multiplier=%16", {F(TSC_MULTIPLIER)}},
    {PART_CONTROL, "TPR Threshold=%2", {F(TPR_THRESHOLD)}},
    {PART_CONTROL, "APIC-access addr=%16", {F(APIC_ACCESS_ADDRESS)}},
    {PART_CONTROL, "virt-APIC addr=%16", {F(VIRTUAL_APIC_ADDRESS)}},
    {PART_CONTROL, "PostedIntrVec=%2", {F(POSTED_INTERRUPT_NOTIFICATION_VECTOR)}},
    {PART_CONTROL, "EPT pointer=%16", {F(EPT_POINTER)}},
    {PART_CONTROL, "PLE Gap=%8 Window=%8", {F(PLE_GAP), F(PLE_WINDOW)}},
    {PART_CONTROL, "Virtual processor ID=%4", {F(VIRTUAL_PROCESSOR_IDENTIFIER)}},
    {PART_CONTROL, "VE info address=%16", {F(VIRTUALIZATION_EXCEPTION_INFORMATION_ADDRESS)}},
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == '>';
}

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Returns true if a label may begin after this character. In `CS:RIP`, no label begins at `RIP`. */
static bool ends_word(char c)
{
    return !is_alphanumeric(c) && c != '_' && c != ':' && c != '.' && c != '=' && c != '-';
}

static void skip(struct text *text, size_t count)
{
    text->at += count;
    text->length -= count;
}

static void skip_blanks(struct text *text)
{
    while (text->length > 0 && is_blank(*text->at))
        skip(text, 1);
}

static bool skip_literal(struct text *text, char c)
{
    if (text->length == 0 || *text->at != c)
        return false;
    skip(text, 1);
    return true;
}

/* Reads a hexadecimal number of at least min_digits digits and moves *text after it. */
static bool skip_number(struct text *text, size_t min_digits, uint64_t *value)
{
    static const char prefix[] = {'0', 'x'};
    char digits[sizeof prefix + HEX_DIGITS_MAX];
    size_t count = 0;
    if (text_starts_with(*text, "0x"))
        skip(text, sizeof prefix);
    memcpy(digits, prefix, sizeof prefix);
    while (count < text->length && is_alphanumeric(text->at[count])) {
        if (count == HEX_DIGITS_MAX)
            return false;
        digits[sizeof prefix + count] = text->at[count];
        count++;
    }
    skip(text, count);
    return count >= min_digits && text_number((struct text){digits, sizeof prefix + count}, value);
}

/* The result of matching a text against a pattern. */
struct match {
    bool whole; /* the text matches the whole pattern */
    unsigned values;
    uint64_t value[VALUES_MAX];
    size_t length; /* length of the text up to the end of the last value */
};

/* Reads the number of digits after the % in a pattern. Returns the position after it. */
static const char *read_min_digits(const char *pattern, size_t *min_digits)
{
    *min_digits = 0;
    while (*pattern >= '0' && *pattern <= '9')
        *min_digits = *min_digits * 10 + (size_t)(*pattern++ - '0');
    return pattern;
}

static struct match match_pattern(const char *pattern, struct text text)
{
    struct match match = {0};
    struct text rest = text;
    while (*pattern != '\0') {
        char c = *pattern++;
        if (c == ' ' || c == '=')
            skip_blanks(&rest);
        if (c == '%') {
            size_t min_digits;
            pattern = read_min_digits(pattern, &min_digits);
            if (!skip_number(&rest, min_digits, &match.value[match.values]))
                return match;
            match.values++;
            match.length = text.length - rest.length;
        } else if (c != ' ' && !skip_literal(&rest, c)) {
            return match;
        }
        if (c == '=')
            skip_blanks(&rest);
    }
    match.whole = true;
    return match;
}

static void set_fields(const struct row *row, const struct match *match, struct vmcs_image *image)
{
    for (unsigned i = 0; i < match->values && row->field[0] != NO_FIELD; i++) {
        struct vmcs_field field = field_at(row->field[i]);
        if (field_fits(field, match->value[i]))
            image_set(image, field, match->value[i]);
    }
}

/* Finds the row of this part that matches the beginning of text, and sets its fields. Returns the
 * length of the match, or 0 if no row matches. */
static size_t read_row(enum part part, struct text text, struct vmcs_image *image)
{
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (rows[i].part != part || *rows[i].pattern != *text.at)
            continue;
        struct match found = match_pattern(rows[i].pattern, text);
        if (found.values > 0 && (found.whole || rows[i].field[0] != NO_FIELD)) {
            set_fields(&rows[i], &found, image);
            return found.length;
        }
    }
    return 0;
}

/* Returns the part that begins at the beginning of text, or PART_NONE. */
static enum part part_at(struct text text)
{
    return text_starts_with(text, KVM_GUEST_STATE)           ? PART_GUEST
           : text_starts_with(text, "*** Host State ***")    ? PART_HOST
           : text_starts_with(text, "*** Control State ***") ? PART_CONTROL
                                                             : PART_NONE;
}

/* Reads QEMU's message about the failure, if the log has it after the dump. The message has the
 * VM-instruction error, which the dump lacks. If bit 31 is set, the number is only the exit reason
 * again. Returns the length of the message, or 0 if there is none. */
static size_t read_refusal(struct text text, struct input *input)
{
    struct match found = match_pattern("entry failed hardware error %1", text);
    if (!found.whole)
        return 0;
    if (!(found.value[0] & EXIT_REASON_ENTRY_FAILURE) && found.value[0] <= UINT32_MAX) {
        input->refused = true;
        input->refusal = (struct entry_answer){ENTRY_FAIL_VALID, (uint32_t)found.value[0], 0};
    }
    return found.length;
}

bool parse_kvm(struct text bytes, struct input *input, struct problem *problem)
{
    enum part part = PART_NONE;
    (void)problem;
    for (skip_blanks(&bytes); bytes.length > 0; skip_blanks(&bytes)) {
        enum part begins = part_at(bytes);
        size_t length = 0;
        if (begins == PART_GUEST) {
            input->image = (struct vmcs_image){0};
            input->refused = false;
            input->shown++;
        }
        if (begins != PART_NONE)
            part = begins;
        else if (part != PART_NONE)
            length = read_row(part, bytes, &input->image);
        if (length == 0 && part != PART_NONE)
            length = read_refusal(bytes, input);
        if (length == 0)
            length = 1;
        /* Skip to the next position at which a label may begin. */
        while (length < bytes.length && !ends_word(bytes.at[length - 1]))
            length++;
        skip(&bytes, length);
    }
    return true;
}
