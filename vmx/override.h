/* Words that change a VMCS image. The command line, replayed mutations and test vectors use them.
 * Pure.
 *
 *   control.<NAME>=0|1          a control by its SDM name (vmx/controls.def)
 *   control.<WORD>.<NAME>=0|1   the same, if more than one word of controls has the name,
 *                               like control.EXIT.LOAD_IA32_PAT
 *   entry.AFTER_MOV_SS=0|1      1: the VM entry comes right after a MOV SS
 *   memory.<address>=<value>    eight bytes of memory that the VMCS points to, at a multiple of 8
 *   vmcs.<FIELD>=<value>        a field by name (vmx/fields.def) or encoding (vmcs.0x6820)
 *   vmcs.<FIELD>+=<bits>        sets these bits of the field
 *   vmcs.<FIELD>-=<bits>        clears these bits of the field */
#ifndef VMX_OVERRIDE_H
#define VMX_OVERRIDE_H

#include <stdbool.h>

#include "lib/out.h"
#include "lib/text.h"
#include "vmx/image.h"

/* Changes image as word says. On an error, leaves image alone, writes to why what is expected, and
 * returns false. It is an error if word is malformed, names nothing, or names a field that image
 * does not have, because the processor lacks it. */
bool override_apply(struct text word, struct vmcs_image *image, struct out *why);

/* Returns true if name and value of each word are right on at least some processors. Otherwise
 * writes to why the first wrong word and what is expected instead. */
bool override_check_all(const struct text *words, unsigned count, struct out *why);

/* Applies all words of a text, separated by blanks, up to the first wrong one. */
bool override_apply_all(struct text words, struct vmcs_image *image, struct out *why);

#endif
