/* Checking processor, capabilities and controls. */
#include "vmx/run/ready.h"

#include "kernel/log.h"
#include "kernel/msr.h"
#include "kernel/result.h"
#include "vmx/report.h"
#include "vmx/support.h"

struct cpu_facts ready_processor(uint32_t cpu)
{
    struct cpu_facts facts = identify_cpu();
    struct line *line = log_begin("cpu");
    line_name(line, "vendor", facts.vendor);
    line_decimal(line, "family", facts.family);
    line_hex(line, "model", facts.model);
    line_name(line, "vmx", facts.vmx ? "yes" : "no");
    line_decimal(line, "cpu", cpu);
    line_decimal(line, "physical_bits", facts.physical_bits);
    line_decimal(line, "linear_bits", facts.linear_bits);
    if (facts.hypervisor[0] != '\0')
        line_name(line, "hypervisor", facts.hypervisor);
    line_end(line);
    if (!support_vmx(&facts, result_why()))
        finish_why(RESULT_UNSUPPORTED);
    return facts;
}

void ready_capabilities(const struct cpu_facts *facts, struct vmx_caps *caps)
{
    uint64_t before = msr_read(IA32_FEATURE_CONTROL), wanted;
    bool allowed = support_feature_control(before, &wanted, result_why());
    if (allowed && wanted != before)
        msr_write(IA32_FEATURE_CONTROL, wanted);
    struct line *line = log_begin("caps");
    line_hex(line, "msr", IA32_FEATURE_CONTROL);
    line_name(line, "name", "IA32_FEATURE_CONTROL");
    line_hex(line, "value", msr_read(IA32_FEATURE_CONTROL));
    line_hex(line, "before", before);
    line_end(line);
    if (!allowed)
        finish_why(RESULT_UNSUPPORTED);
    caps_read(caps, msr_read);
    caps->physical_bits = (uint8_t)facts->physical_bits;
    caps->linear_bits = (uint8_t)facts->linear_bits;
    report_caps(caps, &log_line);
    if (!support_basic(caps, result_why()) || !support_ept(caps, result_why()))
        finish_why(RESULT_UNSUPPORTED);
}

void ready_controls(const struct vmx_caps *caps, struct control_wishes wishes,
                    struct control_words *words)
{
    unsigned unmet = control_resolve(caps, wishes.at, wishes.count, words);
    report_controls(wishes.at, wishes.count, words, &log_line);
    for (unsigned i = 0; unmet != 0 && i < wishes.count; i++) {
        struct control_wish wish = wishes.at[i];
        if (wish.want != CONTROL_WANTED && !control_wish_met(words, wish)) {
            finish(RESULT_UNSUPPORTED,
                   "the guest needs control %s %s, which this processor does not allow; use "
                   "another processor",
                   control_table[wish.control].name,
                   wish.want == CONTROL_FORBIDDEN ? "to be 0" : "to be 1");
        }
    }
}
