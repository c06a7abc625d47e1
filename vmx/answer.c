/* Comparing and printing answers to VM entries. */
#include "vmx/answer.h"

#include "lib/fmt.h"
#include "vmx/exit_reason.h"

bool answer_equal(struct entry_answer a, struct entry_answer b)
{
    return a.outcome == b.outcome && a.number == b.number && a.qualification == b.qualification;
}

void answer_print(struct entry_answer answer, struct out *out)
{
    switch (answer.outcome) {
    case ENTRY_ENTERED:
        fmt_print(out, "entered");
        return;
    case ENTRY_FAIL_INVALID:
        fmt_print(out, "VMfailInvalid");
        return;
    case ENTRY_FAIL_VALID:
        fmt_print(out, "VMfailValid, VM-instruction error %u: %s", (unsigned)answer.number,
                  vm_instruction_error_text(answer.number));
        return;
    case ENTRY_FAILURE_EXIT:
        fmt_print(out, "entry-failure exit, reason %u %s, qualification 0x%llx",
                  (unsigned)answer.number, exit_reason_name((uint16_t)answer.number),
                  (unsigned long long)answer.qualification);
        return;
    }
}
