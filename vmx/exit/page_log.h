/* Page-modification logging (SDM Vol 3C §28.3.6): what the processor wrote into the log. */
#ifndef VMX_EXIT_PAGE_LOG_H
#define VMX_EXIT_PAGE_LOG_H

#include "vmx/exit/vcpu.h"

/* Prints what is in the log, a `pml` line per page, and empties it. Nothing without "enable PML".
 */
void page_log_print(struct vcpu *vcpu);

#endif
