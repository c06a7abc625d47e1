/* Builds the HLT guest on this machine. Other kinds of guests can use it, too. */
#ifndef VMX_GUESTS_HLT_SITE_H
#define VMX_GUESTS_HLT_SITE_H

#include "lib/pagetable.h"
#include "vmx/exit/vcpu.h"
#include "vmx/guests/site.h"

/* Takes memory for the guest, fills and maps it, and plans the guest's state. */
enum pagetable_status guest_hlt_take(struct guest_site *site, struct vcpu *vcpu);

#endif
