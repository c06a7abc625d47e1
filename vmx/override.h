/* Words that change a VMCS image: what the command line, a replayed mutation and a test vector all
 * use. Pure.
 *
 *   control.<NAME>=0|1          a control by its SDM name (vmx/controls.def); where the name stands
 *                               in more than one word, control.<WORD>.<NAME>: EXIT.LOAD_IA32_PAT
 *   entry.AFTER_MOV_SS=0|1      whether the VM entry comes right after a MOV SS
 *   memory.<address>=<value>    eight bytes of memory that the VMCS points to, at a multiple of 8
 *   vmcs.<FIELD>=<value>        a field by name (vmx/fields.def) or encoding (vmcs.0x6820)
 *   vmcs.<FIELD>+=<bits>        sets these bits of it
 *   vmcs.<FIELD>-=<bits>        clears these bits of it */
#ifndef VMX_OVERRIDE_H
#define VMX_OVERRIDE_H

#include <stdbool.h>

#include "lib/out.h"
#include "lib/text.h"
#include "vmx/image.h"

/* Changes image as word says. Where the word is malformed, names nothing, or names a field that
 * the image does not have (the processor lacks it), leaves the image, says what is expected on why
 * and returns false. */
bool override_apply(struct text word, struct vmcs_image *image, struct out *why);

/* Whether word would be right for some processor: its name and the form of its value. Where not,
 * says what is expected on why. */
bool override_check(struct text word, struct out *why);

/* The same for count words. On why, each begins with the word that is wrong. */
bool override_check_all(const struct text *words, unsigned count, struct out *why);

/* The same as override_apply() for all words of a text, separated by blanks, until the first that
 * is wrong. */
bool override_apply_all(struct text words, struct vmcs_image *image, struct out *why);

#endif
