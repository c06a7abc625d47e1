/* VMX operation on and off (SDM Vol 3C §23.7 "Enabling and Entering VMX Operation"). */
#ifndef VMX_VMXON_H
#define VMX_VMXON_H

#include <stdbool.h>

#include "lib/address.h"
#include "lib/out.h"
#include "vmx/caps.h"

/* Fixes CR0 and CR4, sets CR4.VMXE and executes VMXON with region, a page; forgets all cached
 * translations. Where that fails, undoes it, says why and returns false. */
bool vmx_on(struct hpa region, const struct vmx_caps *caps, struct out *why);

/* VMCLEAR of the VMCS in this page, the last that is in use, and VMXOFF; CR4.VMXE off. */
void vmx_off(struct hpa vmcs);

#endif
