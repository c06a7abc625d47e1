/* Makes random mutations of a VMCS image. Pure. */
#ifndef VMX_FUZZ_MUTATE_H
#define VMX_FUZZ_MUTATE_H

#include <stdint.h>

#include "lib/out.h"
#include "vmx/image.h"

/* A stream of pseudo-random numbers (SplitMix64, by Sebastiano Vigna). */
struct random {
    uint64_t state; /* starts as the seed */
};
uint64_t random_next(struct random *random);

/* The inputs of a mutation. */
struct mutation_source {
    const struct vmx_caps *caps; /* for the widths of addresses, which are boundaries */
    struct random *random;
};

/* Makes one to three changes to known fields of image. A change concerns a control, two related
 * fields or one field. It flips a bit, or sets a boundary value or another field's value. */
void mutate(struct vmcs_image *image, const struct mutation_source *source);

/* Prints what differs from base as words of the command line (vmx/override.h). */
void mutate_print(const struct vmcs_image *image, const struct vmcs_image *base, struct out *out);

#endif
