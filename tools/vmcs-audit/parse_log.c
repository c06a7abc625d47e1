/* Parses a serial log of Trapline (docs/serial.md). `vmcs` lines give the image, `caps` lines the
 * capabilities, the `cpu` line the address widths, and a `verdict` line the processor's answer.
 * Skips all other lines, including output of a terminal or a build in between. */
#include "tools/vmcs-audit/find.h"
#include "tools/vmcs-audit/lines.h"
#include "tools/vmcs-audit/parse.h"

#include "lib/string.h"

/* Returns the length of a quoted text including its quotes. Without a closing quote, it extends to
 * the end. */
static size_t quoted_length(struct text text)
{
    for (size_t i = 1; i < text.length; i++) {
        if (text.at[i] == '\\')
            i++;
        else if (text.at[i] == '"')
            return i + 1;
    }
    return text.length;
}

/* Moves the next pair from the front of *rest to *key and *value. Returns false if there is
 * none. */
static bool next_pair(struct text *rest, struct text *key, struct text *value)
{
    while (rest->length > 0 && *rest->at == ' ') {
        rest->at++;
        rest->length--;
    }
    struct text from_value;
    if (!text_split(*rest, '=', key, &from_value))
        return false;
    struct text after;
    if (from_value.length > 0 && *from_value.at == '"') {
        size_t length = quoted_length(from_value);
        *value = (struct text){from_value.at, length};
        after = (struct text){from_value.at + length, from_value.length - length};
    } else {
        (void)text_split(from_value, ' ', value, &after);
    }
    *rest = after;
    return true;
}

/* Returns the value of a key, or an empty text if the line does not have the key. */
static struct text value_of(struct text pairs, const char *key)
{
    struct text at, value;
    while (next_pair(&pairs, &at, &value)) {
        if (text_equal(at, key))
            return value;
    }
    return text_of("");
}

static bool read_vmcs(struct text pairs, struct input *input, size_t line, struct problem *problem)
{
    struct vmcs_field field;
    uint64_t value;
    struct text name = value_of(pairs, "field");
    if (name.length == 0 || !text_number(value_of(pairs, "value"), &value)) {
        problem_note(problem, line, "expected `vmcs: field=<name> encoding=0x... value=0x...`");
        return false;
    }
    if (!find_field(name, &field) && !find_field(value_of(pairs, "encoding"), &field)) {
        problem_note(problem, line, "expected the name or encoding of a VMCS field, found %.*s",
                     (int)(name.length < 80 ? name.length : 80), name.at);
        return false;
    }
    if (!field_fits(field, value)) {
        problem_note(problem, line, "expected a value that fits into %s, found a larger one",
                     field_name(field));
        return false;
    }
    /* If the image already has the field, another VMCS begins. */
    if (input->shown == 0 || input->image.known[field.index]) {
        input->image = (struct vmcs_image){0};
        input->shown++;
    }
    image_set(&input->image, field, value);
    return true;
}

static bool read_caps(struct text pairs, struct vmx_caps *caps, size_t line,
                      struct problem *problem)
{
    uint64_t number, value;
    if (!text_number(value_of(pairs, "msr"), &number) ||
        !text_number(value_of(pairs, "value"), &value)) {
        problem_note(problem, line, "expected `caps: msr=0x... name=<name> value=0x...`");
        return false;
    }
    /* Ignore other MSRs: IA32_FEATURE_CONTROL also has a `caps` line. */
    for (unsigned i = 0; i < CAPS_MSRS; i++) {
        if (caps_msrs[i].number == number) {
            caps->value[i] = value;
            caps->known[i] = true;
        }
    }
    return true;
}

/* Returns the width in bits, or 0 if it is missing or invalid; capabilities_check() reports a 0. */
static uint8_t width_of(struct text pairs, const char *key)
{
    uint64_t width;
    return text_number(value_of(pairs, key), &width) && width <= 64 ? (uint8_t)width : 0;
}

/* Removes a prefix from *text. Returns false if the text does not start with it. */
static bool skip_prefix(struct text *text, const char *prefix)
{
    if (!text_starts_with(*text, prefix))
        return false;
    text->at += strlen(prefix);
    text->length -= strlen(prefix);
    return true;
}

/* Removes a number and the character that ends it from the front of *text. */
static bool skip_number(struct text *text, char end, uint32_t *number)
{
    struct text digits;
    uint64_t value;
    (void)text_split(*text, end, &digits, text);
    if (!text_number(digits, &value) || value > UINT32_MAX)
        return false;
    *number = (uint32_t)value;
    return true;
}

/* Parses the text that answer_print() writes for a VM entry that failed. */
static bool read_answer(struct text words, struct entry_answer *answer)
{
    struct text name;
    *answer = (struct entry_answer){.outcome = ENTRY_FAIL_INVALID};
    if (skip_prefix(&words, "VMfailValid, VM-instruction error ")) {
        answer->outcome = ENTRY_FAIL_VALID;
        return skip_number(&words, ':', &answer->number);
    }
    if (skip_prefix(&words, "entry-failure exit, reason ")) {
        answer->outcome = ENTRY_FAILURE_EXIT;
        return skip_number(&words, ' ', &answer->number) && text_split(words, ',', &name, &words) &&
               skip_prefix(&words, " qualification ") && text_number(words, &answer->qualification);
    }
    return text_equal(words, "VMfailInvalid");
}

/* Reads the processor's answer to a VM entry that it refused. */
static bool read_verdict(struct text pairs, struct input *input, size_t line,
                         struct problem *problem)
{
    struct text words = value_of(pairs, "processor");
    if (words.length >= 2 && *words.at == '"') {
        words.at++;
        words.length -= 2;
    }
    input->refused = read_answer(words, &input->refusal);
    if (!input->refused) {
        problem_note(problem, line,
                     "expected `verdict: processor=\"<answer>\"` with a refused VM entry");
    }
    return input->refused;
}

static bool read_line(struct text tag, struct text pairs, struct input *input, size_t line,
                      struct problem *problem)
{
    if (text_equal(tag, "vmcs"))
        return read_vmcs(pairs, input, line, problem);
    if (text_equal(tag, "caps"))
        return read_caps(pairs, &input->caps, line, problem);
    if (text_equal(tag, "verdict"))
        return read_verdict(pairs, input, line, problem);
    if (text_equal(tag, "cpu")) {
        input->caps.physical_bits = width_of(pairs, "physical_bits");
        input->caps.linear_bits = width_of(pairs, "linear_bits");
    }
    /* A new boot begins: the lines before it may come from another machine. */
    if (text_equal(tag, "boot"))
        *input = (struct input){.format = input->format};
    return true;
}

static bool is_read(struct text tag)
{
    return text_equal(tag, "vmcs") || text_equal(tag, "caps") || text_equal(tag, "cpu") ||
           text_equal(tag, "verdict");
}

/* Splits a line into its tag and its pairs. Returns an empty tag if the line has none. */
static struct text split_tag(struct text line, struct text *pairs)
{
    struct text tag;
    bool tagged = text_split(line, ':', &tag, pairs) && text_starts_with(*pairs, " ");
    return tagged ? tag : text_of("");
}

bool parse_log(struct text bytes, struct input *input, struct problem *problem)
{
    struct lines lines = {.rest = bytes};
    struct text line, pairs;
    while (lines_next(&lines, &line)) {
        struct text tag = split_tag(line, &pairs);
        /* Reject a truncated line: a number that lost its last digits is still a number. */
        if (is_read(tag) && !lines.ended) {
            problem_note(problem, lines.number,
                         "expected a complete line, found the end of the log: a number may be "
                         "truncated");
            return false;
        }
        if (!read_line(tag, pairs, input, lines.number, problem))
            return false;
    }
    return true;
}
