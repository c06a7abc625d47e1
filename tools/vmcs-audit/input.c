/* Detects the format of an input and parses it. */
#include "tools/vmcs-audit/input.h"

#include "lib/string.h"
#include "tools/vmcs-audit/lines.h"
#include "tools/vmcs-audit/parse.h"

static bool contains(struct text text, const char *what)
{
    size_t length = strlen(what);
    for (; text.length >= length; text.at++, text.length--) {
        if (memcmp(text.at, what, length) == 0)
            return true;
    }
    return false;
}

static bool has_tag(struct text line)
{
    static const char *const tags[] = {"boot: ", "cpu: ", "caps: ", "vmcs: ", "result: "};
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (text_starts_with(line, tags[i]))
            return true;
    }
    return false;
}

static enum input_format detect(struct text bytes)
{
    if (contains(bytes, KVM_GUEST_STATE))
        return FORMAT_KVM;
    struct lines lines = {.rest = bytes};
    struct text line;
    while (lines_next(&lines, &line)) {
        if (has_tag(line))
            return FORMAT_LOG;
    }
    return FORMAT_LIST;
}

unsigned input_fields(const struct input *input)
{
    unsigned count = 0;
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        count += input->image.known[i];
    return count;
}

const char *input_format_name(enum input_format format)
{
    switch (format) {
    case FORMAT_LOG:
        return "Trapline log";
    case FORMAT_LIST:
        return "list of fields";
    case FORMAT_KVM:
        return "KVM dump";
    case FORMAT_AUTO:
        break;
    }
    return "any format";
}

/* Explains, for each format, what to look for in an input without a VMCS. */
static void note_no_vmcs(enum input_format format, struct problem *problem)
{
    switch (format) {
    case FORMAT_LOG:
        problem_note(problem, 0,
                     "expected `vmcs:` lines after the last `boot:` line, found none; Trapline "
                     "prints them if the processor refuses a VM entry that the audit found clean");
        return;
    case FORMAT_KVM:
        problem_note(problem, 0,
                     "expected a KVM dump after `" KVM_GUEST_STATE
                     "`, found none; KVM prints one with kvm_intel.dump_invalid_vmcs=1");
        return;
    case FORMAT_LIST:
    case FORMAT_AUTO:
        break;
    }
    problem_note(problem, 0,
                 "expected a Trapline log, a KVM dump or lines of FIELD=value, found none of "
                 "them");
}

bool input_parse(struct text bytes, enum input_format format, struct input *input,
                 struct problem *problem)
{
    *input = (struct input){.format = format == FORMAT_AUTO ? detect(bytes) : format};
    bool parsed = input->format == FORMAT_LOG   ? parse_log(bytes, input, problem)
                  : input->format == FORMAT_KVM ? parse_kvm(bytes, input, problem)
                                                : parse_list(bytes, input, problem);
    if (parsed && input_fields(input) == 0) {
        note_no_vmcs(input->format, problem);
        return false;
    }
    return parsed;
}

bool input_parse_caps(struct text bytes, struct vmx_caps *caps, struct problem *problem)
{
    struct input input = {.format = FORMAT_LOG};
    bool parsed = parse_log(bytes, &input, problem);
    *caps = input.caps;
    return parsed;
}
