/* Enters and leaves VMX operation (SDM Vol 3C §23.7 "Enabling and Entering VMX Operation"). */
#ifndef VMX_VMXON_H
#define VMX_VMXON_H

#include <stdbool.h>

#include "lib/address.h"
#include "lib/out.h"
#include "vmx/caps.h"

/* Sets the fixed bits of CR0 and CR4, sets CR4.VMXE, executes VMXON with region, a page, and
 * invalidates all cached translations. If VMXON fails, undoes all that, writes the reason to why
 * and returns false. */
bool vmx_on(struct hpa region, const struct vmx_caps *caps, struct out *why);

/* Executes VMCLEAR of the last VMCS in use, and VMXOFF; clears CR4.VMXE. */
void vmx_off(struct hpa vmcs);

#endif
