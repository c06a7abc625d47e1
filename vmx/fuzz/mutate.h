/* Mutations of a VMCS image for the comparison of the audit with a processor. Pure. */
#ifndef VMX_FUZZ_MUTATE_H
#define VMX_FUZZ_MUTATE_H

#include <stdint.h>

#include "lib/out.h"
#include "vmx/image.h"

/* A stream of numbers that the seed fixes (SplitMix64, by Sebastiano Vigna). */
struct random {
    uint64_t state;
};
uint64_t random_next(struct random *random);

/* What mutations are drawn from. */
struct mutation_source {
    const struct vmx_caps *caps; /* whose address widths are boundaries */
    struct random *random;
};

/* Makes one to three changes to known fields of image: a control, two related fields, or one field,
 * each by a bit, to a boundary value of the field's kind, or to another field's value. */
void mutate(struct vmcs_image *image, const struct mutation_source *source);

/* Writes what differs from base as overrides (vmx/override.h): "vmcs.GUEST_RFLAGS=0x0". */
void mutate_print(const struct vmcs_image *image, const struct vmcs_image *base, struct out *out);

#endif
