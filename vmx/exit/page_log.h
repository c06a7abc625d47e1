/* Prints and empties the page-modification log (SDM Vol 3C §28.3.6). */
#ifndef VMX_EXIT_PAGE_LOG_H
#define VMX_EXIT_PAGE_LOG_H

#include "vmx/exit/vcpu.h"

/* Prints a `pml` line for each page in the log and empties the log. Does nothing without "enable
 * PML". */
void page_log_print(struct vcpu *vcpu);

#endif
