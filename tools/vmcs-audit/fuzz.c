/* The libFuzzer harness: parses any bytes as any format, then audits and prints the result in every
 * output format. The first byte may select the input format. The capabilities come from the input
 * if they are complete there, otherwise from a profile. */
#include "tools/vmcs-audit/capabilities.h"
#include "tools/vmcs-audit/print.h"
#include "tools/vmcs-audit/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void discard(struct out *out, char c)
{
    (void)out;
    (void)c;
}

static void print_all(const struct input *input, const struct vmx_caps *caps)
{
    struct out out = {.put = discard};
    struct judgement judgement;
    judge(input, caps, &judgement);
    struct report report = {"fuzz", "-", input, caps, "-", &judgement};
    print_text(&report, &out);
    print_lines(&report, &out);
    print_json(&report, &out);
}

/* Chooses the capabilities for the audit. Returns false only if a built-in profile is broken. */
static bool choose_caps(const struct input *input, unsigned choice, struct vmx_caps *caps)
{
    struct problem problem;
    *caps = input->caps;
    return capabilities_check(caps, &problem) ||
           input_parse_caps(text_of(profiles[choice % profile_count].text), caps, &problem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input;
    struct problem problem;
    struct vmx_caps caps;
    if (size == 0)
        return 0;
    enum input_format format = data[0] <= FORMAT_KVM ? (enum input_format)data[0] : FORMAT_AUTO;
    struct text bytes = {(const char *)data + 1, size - 1};
    if (input_parse(bytes, format, &input, &problem) && choose_caps(&input, data[0], &caps))
        print_all(&input, &caps);
    return 0;
}
