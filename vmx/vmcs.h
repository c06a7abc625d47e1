/* The current VMCS of this processor: writes an image into it and reads it back (SDM Vol 3C,
 * chapter 24). */
#ifndef VMX_VMCS_H
#define VMX_VMCS_H

#include <stdbool.h>

#include "lib/out.h"
#include "vmx/image.h"
#include "vmx/instructions.h"

/* Makes region, a page, the current VMCS with launch state clear: executes VMCLEAR, writes the
 * revision identifier, executes VMPTRLD. If an instruction fails, writes which one to why and
 * returns false. */
bool vmcs_make_current(struct hpa region, uint32_t revision, struct out *why);

/* Writes every known field that is not read-only. If a VMWRITE fails, writes field, value and error
 * to why and returns false. */
bool vmcs_apply(const struct vmcs_image *image, struct out *why);

/* Reads every field that the processor has, including VM-exit information. */
void vmcs_capture(const struct vmx_caps *caps, struct vmcs_image *image);

/* Reads a field that exists. A failure is a bug and panics with the field's name. */
static inline uint64_t vmcs_read(struct vmcs_field field);
/* Writes a field that exists. A failure panics as well. */
static inline void vmcs_write(struct vmcs_field field, uint64_t value);

_Noreturn void vmcs_access_failed(struct vmcs_field field, enum vmx_status status);

static inline uint64_t vmcs_read(struct vmcs_field field)
{
    uint64_t value;
    enum vmx_status status = vmread(field, &value);
    if (__builtin_expect(status != VMX_SUCCEED, 0))
        vmcs_access_failed(field, status);
    return value;
}

static inline void vmcs_write(struct vmcs_field field, uint64_t value)
{
    enum vmx_status status = vmwrite(field, value);
    if (__builtin_expect(status != VMX_SUCCEED, 0))
        vmcs_access_failed(field, status);
}

#endif
