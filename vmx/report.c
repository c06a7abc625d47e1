/* Making the `caps`, `control` and `vmcs` lines, and the text of answers. */
#include "vmx/report.h"

#include "vmx/field.h"

/* Returns true for control MSRs, which have two halves. vmx/capability_bits.def has the parts of
 * other MSRs. */
static bool has_halves(enum caps_msr msr)
{
    switch (msr) {
    case IA32_VMX_PINBASED_CTLS:
    case IA32_VMX_PROCBASED_CTLS:
    case IA32_VMX_EXIT_CTLS:
    case IA32_VMX_ENTRY_CTLS:
    case IA32_VMX_PROCBASED_CTLS2:
    case IA32_VMX_TRUE_PINBASED_CTLS:
    case IA32_VMX_TRUE_PROCBASED_CTLS:
    case IA32_VMX_TRUE_EXIT_CTLS:
    case IA32_VMX_TRUE_ENTRY_CTLS:
        return true;
    default:
        return false;
    }
}

/* Adds a part to line. Keys are in lower case. */
static void line_part(struct line *line, const struct caps_part_info *part, uint64_t value)
{
    char key[64];
    unsigned i;
    for (i = 0; part->name[i] != '\0' && i + 1 < sizeof key; i++) {
        char c = part->name[i];
        key[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    key[i] = '\0';
    line_decimal(line, key, value);
}

void report_caps(const struct vmx_caps *caps, struct line *line)
{
    for (unsigned msr = 0; msr < CAPS_MSRS; msr++) {
        if (!caps->known[msr])
            continue;
        line_begin(line, "caps");
        line_hex(line, "msr", caps_msrs[msr].number);
        line_name(line, "name", caps_msrs[msr].name);
        line_hex(line, "value", caps->value[msr]);
        if (has_halves(msr)) {
            line_hex(line, "allowed0", caps->value[msr] & UINT32_MAX);
            line_hex(line, "allowed1", caps->value[msr] >> 32);
        }
        for (unsigned part = 0; part < CAPS_PARTS; part++) {
            if (caps_parts[part].msr == msr)
                line_part(line, &caps_parts[part], caps_bits(caps, part));
        }
        line_end(line);
    }
}

static const char *want_name(enum control_want want)
{
    switch (want) {
    case CONTROL_REQUIRED:
        return "required";
    case CONTROL_WANTED:
        return "wanted";
    case CONTROL_FORBIDDEN:
        break;
    }
    return "forbidden";
}

void report_controls(const struct control_wish *wishes, unsigned count,
                     const struct control_words *words, struct line *line)
{
    for (unsigned i = 0; i < count; i++) {
        const struct control_info *info = &control_table[wishes[i].control];
        line_begin(line, "control");
        line_name(line, "field", field_name(field_of_word(info->word)));
        line_name(line, "name", info->name);
        line_decimal(line, "bit", info->bit);
        line_name(line, "want", want_name(wishes[i].want));
        line_decimal(line, "granted", control_wish_met(words, wishes[i]));
        line_end(line);
    }
}

void report_answer(struct line *line, const char *key, struct entry_answer answer)
{
    char text[160];
    struct out_buffer words;
    out_buffer_init(&words, text, sizeof text);
    answer_print(answer, &words.out);
    line_text(line, key, "%s", text);
}

void report_image(const struct vmcs_image *image, struct line *line)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (!image->known[i])
            continue;
        line_begin(line, "vmcs");
        line_name(line, "field", field_name(field_at(i)));
        line_hex(line, "encoding", field_at(i).encoding);
        line_hex(line, "value", image->value[i]);
        line_end(line);
    }
}
