/* Printing the log, and the exit when it is full. */
#include "vmx/exit/page_log.h"

#include "kernel/log.h"
#include "lib/string.h"
#include "vmx/exit/guest.h"
#include "vmx/exit/handle.h"
#include "vmx/exit/inject.h"
#include "vmx/plan.h"
#include "vmx/vmcs.h"

enum { LOG_ENTRIES = 512 };

void page_log_print(struct vcpu *vcpu)
{
    if (!guest_control(vcpu, SECONDARY_ENABLE_PML))
        return;
    /* The index of the next entry; 0xffff: the log is full. */
    const uint16_t index = (uint16_t)vmcs_read(PML_INDEX);
    for (unsigned i = LOG_ENTRIES; i-- > 0 && i != index;) {
        uint64_t page;
        memcpy(&page, vcpu->page_log + i * sizeof page, sizeof page);
        struct line *line = log_begin("pml");
        line_hex(line, "gpa", page);
        line_decimal(line, "cpu", vcpu->cpu);
        line_end(line);
    }
    vmcs_write(PML_INDEX, PLAN_PML_INDEX);
}

/* The access that needed a log entry has not happened yet. The guest repeats it. */
enum exit_action handle_page_modification_log_full(struct vcpu *vcpu)
{
    page_log_print(vcpu);
    inject_nmi_blocking(vcpu, vmcs_read(EXIT_QUALIFICATION));
    return inject_interrupted(vcpu);
}
